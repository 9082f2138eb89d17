/** `wcodoo init --yes`, which asks nothing; on the sandbox. */
import { existsSync, writeFileSync } from 'node:fs';
import { init, type InitOptions } from '../../src/commands/init';
import { loadConfig } from '../../src/config/load';
import { Scrubber } from '../../src/lib/scrubber';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { ioForTests } from '../commands/io-for-tests';
import { marked } from '../support/secrets';
import { workInOwnFolders } from './answer-init';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ orders: 20, customers: 10, products: 30 });
});

afterAll(async () => {
  await sandbox.close();
});

workInOwnFolders();

const set = ['orders.from=2026-01-31', 'stock.warehouse=WH', 'woo.concurrency=4'];

/** What the environment of a script holds, from a file: the process of the tests has none of it. */
function given(variables: Readonly<Record<string, string>>): InitOptions {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync('given.env', lines.join(''), { mode: 0o600 });
  return { yes: true, force: true, envFile: 'given.env', config: 'given.yaml' };
}

test('both sides are looked at, defaults are taken, settings come from flags', async () => {
  const { io, stdout } = ioForTests();
  expect(await init({ ...given(sandbox.environment), set }, io)).toBe(0);
  expect(stdout()).toContain('the key may write');
  expect(stdout()).toContain('stock.warehouse: WH: My Company');
  const { file } = loadConfig({ envFile: 'given.env', config: 'given.yaml' }, new Scrubber(), {});
  expect(file).toMatchObject({
    woo: { concurrency: 4 },
    orders: { from: '2026-01-31', pricelists: { EUR: 1 }, taxes: [{ rate: 1 }, { rate: 2 }] },
    stock: { warehouse: 'WH' },
  });
});

test('everything that is missing is named at once, and nothing is written', async () => {
  const options = given({ WOO_URL: 'https://shop.example' });
  const failed = init(options, ioForTests().io);
  await expect(failed).rejects.toMatchObject({
    problems: [
      expect.stringContaining('WOO_CONSUMER_KEY'),
      expect.stringContaining('WOO_CONSUMER_SECRET'),
      expect.stringContaining('ODOO_URL'),
      expect.stringContaining('ODOO_DB'),
      expect.stringContaining('ODOO_USERNAME'),
      expect.stringContaining('neither ODOO_API_KEY nor ODOO_PASSWORD'),
    ],
  });
  expect(existsSync('given.yaml')).toBe(false);
});

test('a refused key ends it', async () => {
  const options = given({ ...sandbox.environment, ODOO_API_KEY: marked('wrong') });
  await expect(init(options, ioForTests().io)).rejects.toThrow('does not accept the login');
  expect(existsSync('given.yaml')).toBe(false);
});

test('a file that exists is written over only with --force', async () => {
  const options = given(sandbox.environment);
  await expect(init({ ...options, force: false }, ioForTests().io)).rejects.toThrow(
    'given.env exists already',
  );
});

test('a setting that does not exist, or cannot have the value, is refused by name', async () => {
  const options = given(sandbox.environment);
  await expect(init({ ...options, set: ['orders.form=1'] }, ioForTests().io)).rejects.toThrow('--set orders');
  await expect(init({ ...options, set: ['orders.from=soon'] }, ioForTests().io)).rejects.toThrow(
    '--set orders.from: ',
  );
  await expect(init({ ...options, set: ['orders.from'] }, ioForTests().io)).rejects.toThrow(
    '--set orders.from',
  );
});
