/** What `wcodoo init` lists to choose from, and what becomes of what exists already; on the sandbox. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { parse as parseEnv } from 'dotenv';
import { parse as parseYaml } from 'yaml';
import { doctor } from '../../src/commands/doctor';
import { init } from '../../src/commands/init';
import { loadConfig } from '../../src/config/load';
import { Scrubber } from '../../src/lib/scrubber';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox';
import { ioForTests } from '../commands/io-for-tests';
import { answer, asScript, credentials, ownChoices, startPage, workInOwnFolders } from './answer-init';
import { typeAnswers } from './type-answers';

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

test('lists hold what Odoo has, and what was chosen is written', async () => {
  const { records } = sandbox.odoo;
  const euro = records.find('res.currency', [['name', '=', 'EUR']])[0]?.['id'] as number;
  const pricelist = records.create('product.pricelist', {
    name: 'Web\u001b[31m prices',
    currency_id: euro,
    sequence: 9,
  });
  const [warehouse] = records.read('stock.warehouse', ['company_id', 'view_location_id', 'lot_stock_id']);
  const ids = Object.fromEntries(
    Object.entries(warehouse ?? {}).flatMap(([name, value]) =>
      Array.isArray(value) ? [[name, value[0] as number]] : [],
    ),
  );
  const north = records.create('stock.warehouse', { ...ids, name: 'North', code: 'NO' });
  const [included] = records.find('account.tax', [
    ['amount', '=', 20],
    ['price_include', '=', true],
  ]);
  const other = records.create('account.tax', {
    name: '20 % shop',
    amount: 20,
    company_id: 1,
    price_include_override: 'tax_included',
  });
  const { screen } = await answer(
    [
      ...asScript(credentials(sandbox)),
      ['orders.statuses.awaiting-pickup', '2'],
      ['change one', 'on-hold=maybe'],
      ['change one', 'on-hold=confirmed'],
      ['Take this table?', 'n'],
      ['orders.taxes 1 included', '3'],
      ['orders.taxes 1 excluded', '9'],
      ['orders.taxes 1 excluded', '1'],
      ['orders.pricelists.EUR', '2'],
      ['stock.warehouse', '3'],
      ['customers.languages', 'FR=fr_FR, BE=nl_BE'],
      ['customers.languages', 'FR=fr_FR, BE=fr_FR'],
    ],
    { dryRun: false },
  );
  records.unlink('product.pricelist', pricelist);
  records.unlink('stock.warehouse', north);
  records.unlink('account.tax', other);
  expect(screen).toContain('must end with draft, confirmed, cancelled, ignore');
  expect(screen).toContain('must be a number from 1 to 2');
  expect(screen).toContain('with languages that are installed');
  expect(screen).toContain('2  Web[31m prices');
  const file = loadConfig({}, new Scrubber(), {}).file as Record<string, unknown>;
  expect(file['orders']).toMatchObject({
    statuses: { 'awaiting-pickup': 'confirmed', 'on-hold': 'confirmed' },
    taxes: [{ rate: 1, included: other }, { rate: 2 }],
    pricelists: { EUR: pricelist },
  });
  expect(included?.['id']).not.toBe(other);
  expect(file['stock']).toMatchObject({ warehouse: 'NO' });
  expect(file['customers']).toMatchObject({ languages: { FR: 'fr_FR', BE: 'fr_FR' } });
});

test('a tax that Odoo lacks is told, and read again once it was made', async () => {
  const { records } = sandbox.odoo;
  const [tax] = records.find('account.tax', [
    ['amount', '=', 5.5],
    ['price_include', '=', true],
  ]);
  const id = tax?.['id'] as number;
  records.write('account.tax', id, { active: false });
  const { io, stdin, stdout } = ioForTests({ isTTY: true });
  let isOver = false;
  const done = init({ dryRun: false }, io).finally(() => {
    isOver = true;
  });
  await typeAnswers(stdin, stdout, asScript(credentials(sandbox)), () =>
    stdout().includes("Read Odoo's taxes again?"),
  );
  records.write('account.tax', id, { active: true });
  await typeAnswers(stdin, stdout, [['taxes again?', 'y']], () => isOver);
  expect(await done).toBe(0);
  expect(stdout()).toContain('Odoo has no sales tax of 5.5 % included in the price');
  expect(parseYaml(readFileSync('config/wcodoo.yaml', 'utf8'))).toMatchObject({
    orders: { taxes: [{ rate: 1 }, { rate: 2, included: id }] },
  });
});

test('what exists is offered, kept where it was not asked for, and written over only after a yes', async () => {
  const env = `${Object.entries(sandbox.environment)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}NODE_EXTRA_CA_CERTS=/etc/ssl/ours.pem\n`;
  const yaml = '# ours\nstore: north\nwoo:\n  concurrency: 4 # large\norders:\n  from: "#7"\n';
  writeFileSync('.env', env, { mode: 0o644 });
  writeFileSync('ours.yaml', yaml);
  const refused = await answer([['already.', 'n']], { config: 'ours.yaml' });
  expect(refused.code).toBe(0);
  expect(refused.screen).toContain(`WOO_URL [${sandbox.environment['WOO_URL'] ?? ''}]: `);
  expect([readFileSync('.env', 'utf8'), readFileSync('ours.yaml', 'utf8')]).toEqual([env, yaml]);

  await answer([['already.', 'y']], { config: 'ours.yaml', dryRun: false });
  expect(parseEnv(readFileSync('.env', 'utf8'))).toMatchObject({
    ...sandbox.environment,
    NODE_EXTRA_CA_CERTS: '/etc/ssl/ours.pem',
    WCODOO_CONFIG: 'ours.yaml',
  });
  expect(statSync('.env').mode & 0o777).toBe(0o600);
  const text = readFileSync('ours.yaml', 'utf8');
  expect(text).toContain('# ours\nstore: north\nwoo:\n  concurrency: 4 # large\n');
  expect(parseYaml(text)).toMatchObject({ store: 'north', orders: { from: '#7', pricelists: { EUR: 1 } } });
});

test('a side that is left for later keeps its variables empty and asks for nothing of it', async () => {
  const { code, screen } = await answer([
    ['WOO_URL', '-'],
    ['ODOO_URL', page.url],
    ['Answer again?', 'n'],
  ]);
  expect(code).toBe(0);
  expect(screen).not.toContain('Take this table?');
  expect(screen).toContain('Fill in .env');
  expect(parseEnv(readFileSync('.env', 'utf8'))).toMatchObject({ WOO_URL: '', ODOO_URL: page.url });
});

test('the dry run at the end shows the plan, and its exit code is that of init', async () => {
  writeFileSync('.env', readFileSync('home.env'), { mode: 0o600 });
  const { code, screen } = await answer([...asScript(credentials(sandbox)), ...ownChoices(sandbox)]);
  expect(screen).toContain('Plan: what a run would do now');
  expect(screen).toContain('nothing was written');
  expect(code).toBe(0);
});

test('doctor finds no problem in what init wrote', async () => {
  await answer([...asScript(credentials(sandbox)), ...ownChoices(sandbox)], { dryRun: false });
  const { io, stdout } = ioForTests();
  expect(await doctor({ json: true }, io)).toBe(0);
  expect(JSON.parse(stdout())).toMatchObject({ ok: true, proposal: null });
});
