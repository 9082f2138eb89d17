import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { doctor } from '../../src/commands/doctor';
import { ConfigFile } from '../../src/config/schema';
import { ConfigError } from '../../src/core/errors';
import type { Finding } from '../../src/doctor/findings';
import { startSandbox, writeSandboxFiles, type Sandbox } from '../../src/sandbox/sandbox';
import { createWooServer } from '../../src/sandbox/woo-server';
import { ioForTests } from './io-for-tests';
import { findLeaks } from '../support/find-leaks';
import { marked } from '../support/secrets';
import { seedShop } from '../sandbox/woo-shop-for-tests';

interface Answer {
  readonly code: number;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly proposal: string | null;
}

let sandbox: Sandbox;
let odoo14: Sandbox;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-doctor-'));
  const sizes = { orders: 20, customers: 10, products: 30 };
  sandbox = await startSandbox(sizes);
  odoo14 = await startSandbox({ ...sizes, odooVersion: 14 });
  writeSandboxFiles(sandbox, join(folder, 'env'));
});

afterAll(async () => {
  await Promise.all([sandbox.close(), odoo14.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the doctor on the sandbox with some variables and settings changed. */
async function examine(
  variables: Readonly<Record<string, string>> = {},
  settings: Readonly<Record<string, object>> = {},
): Promise<Answer> {
  const config = structuredClone(sandbox.config) as Record<string, object>;
  for (const [section, changes] of Object.entries(settings)) {
    config[section] = { ...config[section], ...changes };
  }
  const configPath = join(folder, 'changed.yaml');
  writeFileSync(configPath, stringify(config));
  const all = { ...sandbox.environment, ...variables, WCODOO_CONFIG: configPath };
  const envFile = join(folder, 'changed.env');
  writeFileSync(
    envFile,
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const { io, stdout } = ioForTests();
  const code = await doctor({ envFile, json: true }, io);
  return { code, ...(JSON.parse(stdout()) as Omit<Answer, 'code'>) };
}

function messages({ findings }: Answer, level: Finding['level']): string[] {
  return findings.filter((finding) => finding.level === level).map(({ message }) => message);
}

test('on the sandbox there is no problem, and nothing is written on either side', async () => {
  const before = [JSON.stringify(sandbox.woo.shop), sandbox.odoo.writes];
  const answer = await examine();
  expect(messages(answer, 'problem')).toEqual([]);
  expect(answer).toMatchObject({ code: 0, ok: true, proposal: null });
  expect([JSON.stringify(sandbox.woo.shop), sandbox.odoo.writes]).toEqual(before);
});

test('the text names every heading and says what to do next', async () => {
  const { io, stdout } = ioForTests();
  expect(await doctor({ envFile: join(folder, 'env') }, io)).toBe(0);
  for (const heading of ['WooCommerce', 'Shop settings', 'Odoo', 'Rights in Odoo', 'Taxes', 'Stock']) {
    expect(stdout()).toContain(`${heading}\n  `);
  }
  expect(stdout()).toContain('the status awaiting-pickup');
  expect(stdout()).toMatch(
    /No problem, \d+ warnings\. `wcodoo sync --dry-run` shows what a run would do\.\n$/,
  );
  expect(findLeaks(stdout())).toEqual([]);
});

test('without tables it proposes them; pasted, they are right', async () => {
  const answer = await examine({}, { orders: { taxes: [], pricelists: {} } });
  expect(answer.code).toBe(1);
  const proposed = parse(answer.proposal ?? '') as { orders: object };
  expect(ConfigFile.safeParse(proposed).success).toBe(true);
  const cured = await examine({}, { orders: { taxes: [], pricelists: {}, ...proposed.orders } });
  expect(messages(cured, 'problem')).toEqual([]);
});

test('an address where nothing answers leaves the other side examined', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  await new Promise((resolve) => closed.close(resolve));
  const answer = await examine({ ODOO_URL: url });
  expect(answer.code).toBe(1);
  expect(messages(answer, 'problem')).toEqual([expect.stringContaining('was not checked further')]);
  expect(messages(answer, 'ok')).toContain('the key may write');
}, 90_000);

test('a wrong secret is a problem of the shop, and Odoo is examined', async () => {
  const answer = await examine({ WOO_CONSUMER_SECRET: marked('cs_wrong') });
  expect(answer.code).toBe(1);
  expect(messages(answer, 'problem').join()).toMatch(/signature does not match|secret is invalid/i);
  expect(messages(answer, 'ok')).toContain('the user is no administrator');
});

test('a wrong Odoo key is a problem of Odoo, and the shop is examined', async () => {
  const answer = await examine({ ODOO_API_KEY: marked('wrong') });
  expect(messages(answer, 'problem')).toEqual([expect.stringContaining('does not accept the login')]);
  expect(messages(answer, 'ok')).toContain('the key may write');
});

test('a read-only key is found without writing', async () => {
  const shop = createWooServer({
    seed: seedShop(5),
    consumerKey: sandbox.environment['WOO_CONSUMER_KEY'] ?? '',
    consumerSecret: sandbox.environment['WOO_CONSUMER_SECRET'] ?? '',
    readOnly: true,
  });
  const { url } = await shop.listen();
  try {
    const answer = await examine({ WOO_URL: url });
    const problem = answer.findings.find(({ message }) => message.includes('write permissions'));
    expect(problem).toMatchObject({ level: 'problem', topic: 'WooCommerce' });
    expect(problem?.hint).toContain('Read/Write');
  } finally {
    await shop.close();
  }
});

test('an administrator is warned of, with the groups that would do', async () => {
  const answer = await examine({
    ODOO_USERNAME: 'admin',
    ODOO_PASSWORD: marked('admin-password'),
    ODOO_API_KEY: marked('admin-key'),
  });
  const warning = answer.findings.find(({ message }) => message.includes('is an administrator'));
  expect(warning).toMatchObject({ level: 'warn', topic: 'Rights in Odoo' });
  expect(warning?.hint).toContain('Contact Creation');
});

test('creating products needs a right that the sales user lacks', async () => {
  const answer = await examine({}, { orders: { missingProduct: 'create' } });
  expect(messages(answer, 'problem')).toEqual(['the user may not create products (product.product)']);
});

test('a key of another user than the one named is warned of', async () => {
  const answer = await examine({ ODOO_USERNAME: 'somebody' });
  expect(messages(answer, 'warn')).toContain('the API key belongs to the user wcodoo, not to somebody');
});

test('places, products and languages that Odoo does not have are named', async () => {
  const answer = await examine(
    {},
    {
      stock: { warehouse: 'NOPE' },
      orders: { shippingProduct: 'NO-SHIPPING' },
      customers: { languages: { DE: 'de_DE' } },
    },
  );
  expect(messages(answer, 'problem')).toEqual([
    expect.stringContaining('NO-SHIPPING'),
    expect.stringContaining('stock.warehouse names NOPE'),
  ]);
  expect(messages(answer, 'warn').join()).toContain('customers.languages.DE is de_DE');
});

test('a product on which the shop crashes is named, and the others are looked at', async () => {
  const id = sandbox.woo.shop.product('SIM-0002')!.id;
  sandbox.woo.setPoison({ products: [id] });
  const answer = await examine();
  sandbox.woo.setPoison(undefined);
  expect(messages(answer, 'warn').join()).toContain(`cannot show 1 product or variations (ids ${id})`);
  expect(messages(answer, 'problem')).toEqual([]);
});

test('an order to begin with is asked for', async () => {
  const answer = await examine({}, { orders: { from: undefined } });
  expect(messages(answer, 'problem').join()).toContain('orders.from');
});

test('products unknown to Odoo are counted; in quarantine mode they are a problem', async () => {
  const answer = await examine({}, { orders: { missingProduct: 'quarantine' } });
  expect(messages(answer, 'problem').join()).toMatch(/SKUs? of the shop (is|are) unknown to Odoo/);
});

test('Odoo 14 is examined over the older protocol, and its price digits are told', async () => {
  const { ODOO_URL = '', ODOO_API_KEY = '' } = odoo14.environment;
  const answer = await examine(
    { ODOO_URL, ODOO_API_KEY },
    { orders: (odoo14.config as { orders: object }).orders },
  );
  expect(messages(answer, 'problem')).toEqual([]);
  expect(messages(answer, 'ok').join()).toContain('JSON-RPC leaves in Odoo 22');
  expect(messages(answer, 'warn').join()).toContain('unit prices keep only 2 digits');
});

test('a configuration that cannot be used passes through as such', async () => {
  const envFile = join(folder, 'broken.env');
  writeFileSync(
    envFile,
    readFileSync(join(folder, 'env'), 'utf8').replace(/^WOO_URL=.*$/m, 'WOO_URL=nowhere'),
  );
  await expect(doctor({ envFile }, ioForTests().io)).rejects.toThrow(ConfigError);
});
