import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load';
import { ConfigError } from '../../src/core/errors';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-config-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const COMPLETE = {
  WOO_URL: 'https://shop.example',
  WOO_CONSUMER_KEY: 'ck_1',
  WOO_CONSUMER_SECRET: 'cs_1',
  ODOO_URL: 'https://odoo.example',
  ODOO_DB: 'production',
  ODOO_USERNAME: 'wcodoo',
  ODOO_API_KEY: 'key-1',
};

let number = 0;
function file(content: string): string {
  number += 1;
  const path = join(folder, `file-${number}`);
  writeFileSync(path, content);
  return path;
}

/** The problems of a configuration; empty when it can be used. */
function problemsOf(
  yaml: string,
  variables: Record<string, string | undefined> = COMPLETE,
): readonly string[] {
  try {
    loadConfig({ config: file(yaml), envFile: file('') }, variables);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}

test('an empty file is the defaults', () => {
  const config = loadConfig(
    { config: file(''), envFile: file('') },
    { ...COMPLETE, WCODOO_HOME: '/var/lib/wcodoo' },
  );
  expect(config.file).toMatchObject({
    store: 'shop',
    odoo: { language: 'en_US', batchSize: 100 },
    orders: { before: 'leave-out', missingProduct: 'quarantine', prices: 'auto', note: true },
    stock: { quantity: 'free', buffer: 0, floor: 0 },
  });
  expect(config.home).toBe('/var/lib/wcodoo');
  expect(config.environment.ODOO_PROTOCOL).toBe('auto');
});

test('problems of the environment and of the file are told together, each with its place', () => {
  const problems = problemsOf('store: My Shop\nstock:\n  buffer: -1\norders:\n  pricelists: { eur: 1 }\n', {
    ...COMPLETE,
    WOO_URL: undefined,
    ODOO_API_KEY: undefined,
    ODOO_PROTOCOL: 'soap',
  });
  const places = [
    'WOO_URL is not set',
    'ODOO_PROTOCOL',
    'ODOO_API_KEY nor ODOO_PASSWORD',
    'store: must be',
    'stock.buffer',
    'orders.pricelists.eur',
  ];
  for (const place of places) {
    expect(problems.some((problem) => problem.includes(place))).toBe(true);
  }
  expect(problems).toHaveLength(places.length);
});

test.each([
  ['stroe: shop', 'stroe is not a setting; did you mean store?'],
  [
    'orders: { missingproduct: create }',
    'orders.missingproduct is not a setting; did you mean missingProduct?',
  ],
  ['orders: { taxes: [{ percnt: 20, included: 1, rate: 1 }] }', 'did you mean percent?'],
  ['custmers: {}', 'custmers is not a setting; did you mean customers?'],
  ['webhooks: {}', 'webhooks is not a setting'],
])('%s: %s', (yaml, sentence) => {
  const [problem, ...others] = problemsOf(yaml);
  expect(problem).toContain(sentence);
  expect(others).toEqual([]);
});

test('a key that resembles nothing gets no suggestion', () => {
  expect(problemsOf('webhooks: {}')[0]).not.toContain('did you mean');
});

test.each([
  ['orders: { from: "31/01/2026" }', 'orders.from'],
  ['orders: { from: 0 }', 'orders.from'],
  ['orders: { from: "2026-02-30" }', 'orders.from'],
  ['orders: { statuses: { pending: sent } }', 'orders.statuses.pending'],
  ['orders: { taxes: [{ included: 1 }] }', 'needs `rate` or `percent`'],
  ['orders: { taxes: [{ rate: 1 }] }', 'needs the id of an Odoo tax'],
  ['customers: { fullEvery: sometimes }', 'customers.fullEvery: must be a duration'],
  ['odoo: { batchSize: 100000 }', 'odoo.batchSize'],
  ['- a list', 'the file'],
  ['orders: [', ''],
  ['store: a\nstore: b', ''],
])('%p is refused, naming %p', (yaml, place) => {
  const problems = problemsOf(yaml);
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.join('\n')).toContain(place);
});

test.each([
  ['orders: { from: 2026-01-31 }', '2026-01-31'],
  ['orders: { from: "2026-01-31 08:00" }', '2026-01-31 08:00'],
  ['orders: { from: "#1234" }', '#1234'],
  ['orders: { from: 1234 }', '#1234'],
])('%s is the first order %s', (yaml, from) => {
  const { file: settings } = loadConfig({ config: file(yaml), envFile: file('') }, COMPLETE);
  expect((settings['orders'] as { from: string }).from).toBe(from);
});

test('statuses named in the file are added to the defaults', () => {
  const { file: settings } = loadConfig(
    {
      config: file('orders: { statuses: { pending: ignore, awaiting-pickup: confirmed } }'),
      envFile: file(''),
    },
    COMPLETE,
  );
  expect((settings['orders'] as { statuses: object }).statuses).toMatchObject({
    pending: 'ignore',
    'awaiting-pickup': 'confirmed',
    processing: 'confirmed',
  });
});

test('the environment of the process wins over the file of variables, an empty one does not', () => {
  const envFile = file('ODOO_DB=from-file\nODOO_USERNAME=from-file\n');
  const { environment } = loadConfig(
    { config: file(''), envFile },
    { ...COMPLETE, ODOO_DB: 'from-process', ODOO_USERNAME: '' },
  );
  expect(environment).toMatchObject({ ODOO_DB: 'from-process', ODOO_USERNAME: 'from-file' });
});

test('a flag wins over the variable for the path of the file', () => {
  const variables = { ...COMPLETE, WCODOO_CONFIG: file('store: variable') };
  expect(loadConfig({ config: file('store: flag'), envFile: file('') }, variables).file.store).toBe('flag');
  expect(loadConfig({ envFile: file('') }, variables).file.store).toBe('variable');
});

test('a file that is named and missing is a problem, whichever it is', () => {
  const missing = join(folder, 'nowhere');
  expect(() => loadConfig({ config: missing, envFile: file('') }, COMPLETE)).toThrow(
    `${missing}: there is no such configuration file`,
  );
  expect(() => loadConfig({ config: file(''), envFile: missing }, COMPLETE)).toThrow(
    `${missing}: there is no such file`,
  );
});

test('the fingerprint changes with a setting and not with how the file is written', () => {
  const hash = (yaml: string): string => loadConfig({ config: file(yaml), envFile: file('') }, COMPLETE).hash;
  expect(hash('store: shop\nstock: { buffer: 1 }')).toBe(hash('# a comment\nstock:\n  buffer: 1'));
  expect(hash('stock: { buffer: 2 }')).not.toBe(hash('stock: { buffer: 1 }'));
});

test('no value of a secret is in a problem', () => {
  const problems = problemsOf('', {
    ...COMPLETE,
    WOO_CONSUMER_SECRET: 'hunter2',
    WOO_CONSUMER_KEY: 'hunter3',
  });
  expect(problems).toHaveLength(2);
  expect(problems.join()).not.toContain('hunter');
});
