/** The questions of `wcodoo init`, on the sandbox: what is checked, and what is left when it ends early. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stringify } from 'yaml';
import { sync } from '../../src/commands/sync';
import { loadConfig } from '../../src/config/load';
import { Scrubber } from '../../src/lib/scrubber';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { createWooServer } from '../../src/sandbox/woo-server';
import { ioForTests } from '../commands/io-for-tests';
import { seedShop } from '../sandbox/woo-shop-for-tests';
import { SECRET_MARK } from '../support/find-leaks';
import { marked } from '../support/secrets';
import { answer, credentials, ownChoices, startPage, workInOwnFolders } from './answer-init';
import { CTRL_C, type Script } from './type-answers';

let sandbox: Sandbox;
let page: Awaited<ReturnType<typeof startPage>>;

beforeAll(async () => {
  sandbox = await startSandbox({ orders: 20, customers: 10, products: 30 });
  page = await startPage();
});

afterAll(async () => {
  page.close();
  await sandbox.close();
});

workInOwnFolders();

async function planWith(envFile: string, config: string): Promise<{ code: number; counts: unknown }> {
  const { io, stdout } = ioForTests();
  const code = await sync([], { envFile, config, dryRun: true, json: true }, io);
  const { flows } = JSON.parse(stdout()) as { flows: { flow: string; decisions: unknown }[] };
  return { code, counts: flows.map(({ flow, decisions }) => ({ flow, decisions })) };
}

describe.each([19, 14] as const)('on Odoo %i', (odooVersion) => {
  let ours: Sandbox;

  beforeAll(async () => {
    ours =
      odooVersion === 19
        ? sandbox
        : await startSandbox({ orders: 20, customers: 10, products: 30, odooVersion });
  });

  afterAll(async () => {
    if (ours !== sandbox) {
      await ours.close();
    }
  });

  test('wrong answers are told and asked for again, and the files plan what the sandbox itself plans', async () => {
    const right = credentials(ours);
    const before = [JSON.stringify(ours.woo.shop), ours.odoo.writes];
    const { code, screen } = await answer([
      ['WOO_URL', 'shop.example'],
      ['WOO_URL', page.url],
      ['Answer again?'],
      ['WOO_URL', right['WOO_URL']],
      ['WOO_CONSUMER_KEY', right['WOO_CONSUMER_KEY']],
      ['WOO_CONSUMER_SECRET', marked('cs_wrong')],
      ['Answer again?', 'y'],
      ['WOO_CONSUMER_KEY'],
      ['WOO_CONSUMER_SECRET', right['WOO_CONSUMER_SECRET']],
      ['ODOO_URL', page.url],
      ['Answer again?'],
      ['ODOO_URL', right['ODOO_URL']],
      ['ODOO_DB', right['ODOO_DB']],
      ['ODOO_USERNAME', right['ODOO_USERNAME']],
      ['ODOO_API_KEY', marked('wrong')],
      ['Answer again?'],
      ['ODOO_DB'],
      ['ODOO_API_KEY', right['ODOO_API_KEY']],
      ...ownChoices(ours),
      ['Show what a first sync would do?', 'n'],
    ]);
    expect(code).toBe(0);
    for (const said of [
      'WOO_URL must be an address such as https://shop.example',
      'answered HTML instead of JSON',
      'the key may write',
      'does not accept the login',
      `over ${odooVersion === 19 ? 'JSON-2' : 'JSON-RPC'}`,
      "The shop's own status awaiting-pickup",
      'Public Pricelist',
      'WH: My Company',
    ]) {
      expect(screen).toContain(said);
    }
    expect(screen).toMatch(/signature does not match|secret is invalid/i);
    expect(screen).not.toContain(SECRET_MARK);
    expect([JSON.stringify(ours.woo.shop), ours.odoo.writes]).toEqual(before);

    expect(statSync('.env').mode & 0o777).toBe(0o600);
    expect(readdirSync('.').concat(readdirSync('config')).sort()).toEqual(
      ['.env', 'config', 'home.env', 'wcodoo.yaml'].sort(),
    );
    const { environment, file, warnings } = loadConfig({ envFile: '.env' }, new Scrubber(), {});
    expect(warnings).toEqual([]);
    expect(environment.WOO_CONSUMER_SECRET.reveal()).toBe(right['WOO_CONSUMER_SECRET']);
    expect(environment.ODOO_API_KEY?.reveal()).toBe(right['ODOO_API_KEY']);
    expect(file).toMatchObject(ours.config);

    writeFileSync(
      '.env',
      readFileSync('.env', 'utf8').replace(/^WCODOO_HOME=$/m, readFileSync('home.env', 'utf8').trim()),
    );
    writeFileSync('own.yaml', stringify(ours.config));
    const planned = await planWith('.env', 'config/wcodoo.yaml');
    expect(planned.code).toBe(0);
    expect(planned).toEqual(await planWith('.env', 'own.yaml'));
  }, 60_000);
});

test('a read-only key is told before any file is written', async () => {
  const { WOO_CONSUMER_KEY = '', WOO_CONSUMER_SECRET = '' } = sandbox.environment;
  const shop = createWooServer({
    seed: seedShop(5),
    consumerKey: WOO_CONSUMER_KEY,
    consumerSecret: WOO_CONSUMER_SECRET,
    readOnly: true,
  });
  const { url } = await shop.listen();
  const { code, screen } = await answer([
    ['WOO_URL', url],
    ['WOO_CONSUMER_KEY', WOO_CONSUMER_KEY],
    ['WOO_CONSUMER_SECRET', WOO_CONSUMER_SECRET],
    ['Answer again?', CTRL_C],
  ]);
  await shop.close();
  expect(screen).toContain('Read/Write');
  expect(code).toBe(130);
  expect(readdirSync('.')).toEqual(['home.env']);
});

test.each(['WOO_URL', 'WOO_CONSUMER_SECRET', 'ODOO_DB', 'orders.from', 'Take this table?', 'already.'])(
  'Ctrl-C at %s leaves everything as it was',
  async (question) => {
    const [env, yaml] = ['WOO_URL=https://mine.example\nOTHER=1\n', 'store: north # mine\n'];
    writeFileSync('.env', env, { mode: 0o600 });
    writeFileSync('mine.yaml', yaml);
    const answers = Object.entries(credentials(sandbox));
    const place = answers.findIndex(([name]) => name === question);
    const script: Script = [...(place < 0 ? answers : answers.slice(0, place)), [question, CTRL_C]];
    const { code, screen } = await answer(script, { config: 'mine.yaml' });
    expect(code).toBe(130);
    expect(screen).toContain('nothing was written');
    expect([readFileSync('.env', 'utf8'), readFileSync('mine.yaml', 'utf8')]).toEqual([env, yaml]);
    expect(readdirSync('.').sort()).toEqual(['.env', 'home.env', 'mine.yaml']);
  },
);

test('a signal while a side is asked ends it with the code of the signal', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const controller = new AbortController();
  silent.once('request', (request) => {
    controller.abort();
    request.socket.destroy();
  });
  const { code, screen } = await answer([['WOO_URL', url]], {}, controller.signal);
  silent.close();
  expect(code).toBe(130);
  expect(screen).toContain('nothing was written');
  expect(readdirSync('.')).toEqual(['home.env']);
});
