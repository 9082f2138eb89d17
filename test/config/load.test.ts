import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { loadConfig, type Config, type ConfigFlags } from '../../src/config/load';
import { ConfigError } from '../../src/core/errors';
import { Scrubber } from '../../src/lib/scrubber';
import { Secret } from '../../src/lib/secret';
import { SECRET_MARK } from '../support/find-leaks';
import { marked } from '../support/secrets';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-config-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const COMPLETE = {
  WOO_URL: 'https://shop.example',
  WOO_CONSUMER_KEY: marked('ck_1'),
  WOO_CONSUMER_SECRET: marked('cs_1'),
  ODOO_URL: 'https://odoo.example',
  ODOO_DB: 'production',
  ODOO_USERNAME: 'wcodoo',
  ODOO_API_KEY: marked('key-1'),
};

function load(
  flags: ConfigFlags,
  variables: Readonly<Record<string, string | undefined>>,
  scrubber = new Scrubber(),
): Config {
  return loadConfig(flags, scrubber, variables);
}

let number = 0;
function file(content: string): string {
  number += 1;
  const path = join(folder, `file-${number}`);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** The problems of a configuration; empty when it can be used. */
function problemsOf(
  yaml: string,
  variables: Record<string, string | undefined> = COMPLETE,
): readonly string[] {
  try {
    load({ config: file(yaml), envFile: file('') }, variables);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}

test('an empty file is the defaults', () => {
  const config = load(
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
  const { file: settings } = load({ config: file(yaml), envFile: file('') }, COMPLETE);
  expect((settings['orders'] as { from: string }).from).toBe(from);
});

test('statuses named in the file are added to the defaults', () => {
  const { file: settings } = load(
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
  const { environment } = load(
    { config: file(''), envFile },
    { ...COMPLETE, ODOO_DB: 'from-process', ODOO_USERNAME: '' },
  );
  expect(environment).toMatchObject({ ODOO_DB: 'from-process', ODOO_USERNAME: 'from-file' });
});

test('a flag wins over the variable for the path of the file', () => {
  const variables = { ...COMPLETE, WCODOO_CONFIG: file('store: variable') };
  expect(load({ config: file('store: flag'), envFile: file('') }, variables).file.store).toBe('flag');
  expect(load({ envFile: file('') }, variables).file.store).toBe('variable');
});

test('a file that is named and missing is a problem, whichever it is', () => {
  const missing = join(folder, 'nowhere');
  expect(() => load({ config: missing, envFile: file('') }, COMPLETE)).toThrow(
    `${missing}: there is no such configuration file`,
  );
  expect(() => load({ config: file(''), envFile: missing }, COMPLETE)).toThrow(
    `${missing}: there is no such file`,
  );
});

test('the fingerprint changes with a setting and not with how the file is written', () => {
  const hash = (yaml: string): string => load({ config: file(yaml), envFile: file('') }, COMPLETE).hash;
  expect(hash('store: shop\nstock: { buffer: 1 }')).toBe(hash('# a comment\nstock:\n  buffer: 1'));
  expect(hash('stock: { buffer: 2 }')).not.toBe(hash('stock: { buffer: 1 }'));
});

test('no value of a secret is in a problem', () => {
  const problems = problemsOf('', {
    ...COMPLETE,
    WOO_CONSUMER_SECRET: marked('wrong'),
    WOO_CONSUMER_KEY: marked('wrong'),
    ODOO_API_KEY: marked('clé'),
  });
  expect(problems).toHaveLength(3);
  expect(problems.join()).not.toContain(SECRET_MARK);
});

describe('no secret travels in plain text:', () => {
  const loaded = (): Config =>
    load(
      { config: file(''), envFile: file('') },
      { ...COMPLETE, ODOO_PASSWORD: marked('pw'), WCODOO_HOME: '/var/lib/wcodoo' },
    );

  test('the variables marked as secret are of the type', () => {
    const { environment } = loaded();
    expect(environment.WOO_CONSUMER_KEY).toBeInstanceOf(Secret);
    expect(environment.WOO_CONSUMER_SECRET).toBeInstanceOf(Secret);
    expect(environment.ODOO_API_KEY).toBeInstanceOf(Secret);
    expect(environment.ODOO_PASSWORD).toBeInstanceOf(Secret);
    expect(environment.ODOO_API_KEY?.reveal()).toBe(COMPLETE.ODOO_API_KEY);
  });

  test.each([
    ['JSON', (config: Config) => JSON.stringify(config)],
    ['inspect', (config: Config) => inspect(config, { depth: 9, showHidden: true })],
    ['a clone', (config: Config) => inspect(structuredClone(config), { depth: 9, showHidden: true })],
    ['a spread', (config: Config) => inspect({ ...config.environment }, { depth: 9 })],
  ])('%s of the configuration shows none', (_what, show) => {
    const shown = show(loaded());
    expect(shown).toContain('https://shop.example');
    expect(shown).not.toContain(SECRET_MARK);
  });

  test('the scrubber knows all of them, also inside of a header', () => {
    const scrubber = new Scrubber();
    load({ config: file(''), envFile: file('') }, { ...COMPLETE, ODOO_PASSWORD: marked('pw') }, scrubber);
    const { WOO_CONSUMER_KEY: key, WOO_CONSUMER_SECRET: secret, ODOO_API_KEY: apiKey } = COMPLETE;
    expect(scrubber.text([key, secret, apiKey, marked('pw')].join(' '))).toBe('*** *** *** ***');
    const header = scrubber.text(Buffer.from(`${key}:${secret}`).toString('base64'));
    expect(header).toMatch(/^\*{3}\w{0,3}\*{3}$/);
  });

  test('the scrubber knows them also when the configuration is refused, and those that another one overrules', () => {
    const scrubber = new Scrubber();
    const envFile = file(`WOO_CONSUMER_SECRET=${marked('in-file')}\n`);
    const variables = {
      WOO_CONSUMER_SECRET: marked('no-prefix'),
      WOO_URL: `https://ann:${marked('p%40ss')}@shop.example`,
    };
    expect(() => load({ config: file('stroe: x'), envFile }, variables, scrubber)).toThrow(ConfigError);
    const texts = [marked('in-file'), marked('no-prefix'), marked('p%40ss'), marked('p@ss')];
    expect(scrubber.text(texts.join(' '))).toBe('*** *** *** ***');
  });
});

describe('an address', () => {
  test.each([
    ['WOO_URL', 'WOO_CONSUMER_KEY and WOO_CONSUMER_SECRET'],
    ['ODOO_URL', 'ODOO_USERNAME and ODOO_API_KEY'],
  ])('%s with a password is refused, and said where it belongs', (name, place) => {
    for (const login of [`ann:${marked('pw')}`, marked('token'), `:${marked('pw')}`]) {
      const [problem, ...others] = problemsOf('', {
        ...COMPLETE,
        [name]: `https://${login}@host.example/shop`,
      });
      expect(others).toEqual([]);
      expect(problem).toContain(`${name} must not hold a user name or a password`);
      expect(problem).toContain(place);
      expect(problem).not.toContain(SECRET_MARK);
    }
  });

  test.each(['WOO_URL', 'ODOO_URL'])('%s with a query or a fragment is refused', (name) => {
    for (const rest of [`?token=${marked('t')}`, '#top', '/?a=1']) {
      expect(problemsOf('', { ...COMPLETE, [name]: `https://host.example${rest}` })).toEqual([
        `${name} must end before the first ? or #`,
      ]);
    }
  });

  test('with a folder and a port is taken', () => {
    expect(problemsOf('', { ...COMPLETE, WOO_URL: 'https://host.example:8443/shop/' })).toEqual([]);
  });
});

describe('a file of variables', () => {
  test.each([
    ['644', 0o644],
    ['640', 0o640],
    ['660', 0o660],
    ['601', 0o601],
  ])('of mode %s is warned of, with the command that mends it', (text, mode) => {
    const envFile = file('');
    chmodSync(envFile, mode);
    expect(load({ config: file(''), envFile }, COMPLETE).warnings).toEqual([
      `${envFile} can be read or changed by others (mode ${text}): chmod 600 ${envFile}`,
    ]);
  });

  test.each([
    ['600', 0o600],
    ['400', 0o400],
  ])('of mode %s is well', (_text, mode) => {
    const envFile = file('');
    chmodSync(envFile, mode);
    expect(load({ config: file(''), envFile }, COMPLETE).warnings).toEqual([]);
  });
});

describe('metrics', () => {
  const PUSH = { PUSHGATEWAY_URL: 'https://push.example/gateway', PUSHGATEWAY_USERNAME: 'prom' };

  test('go nowhere by default', () => {
    const { environment, file: settings } = load({ config: file(''), envFile: file('') }, COMPLETE);
    expect(environment.PUSHGATEWAY_URL).toBeUndefined();
    expect(settings.metrics).toEqual({ job: 'wcodoo', timeout: '10s' });
  });

  test('are pushed with a login whose password is a secret', () => {
    const variables = { ...COMPLETE, ...PUSH, PUSHGATEWAY_PASSWORD: marked('push') };
    const { environment } = load({ config: file(''), envFile: file('') }, variables);
    expect(environment.PUSHGATEWAY_PASSWORD).toBeInstanceOf(Secret);
    expect(environment.PUSHGATEWAY_PASSWORD?.reveal()).toBe(marked('push'));
  });

  test('with half a login, an address with a password or a file that nobody reads are refused', () => {
    expect(problemsOf('', { ...COMPLETE, ...PUSH })).toEqual([
      'PUSHGATEWAY_USERNAME and PUSHGATEWAY_PASSWORD belong together; only one of them is set',
    ]);
    const scrubber = new Scrubber();
    const secret = marked('in-address');
    expect(() =>
      load({ envFile: file('') }, { ...COMPLETE, PUSHGATEWAY_URL: `http://a:${secret}@b.example` }, scrubber),
    ).toThrow(/PUSHGATEWAY_URL must not hold a user name or a password/);
    expect(scrubber.text(`it was ${secret}`)).toBe('it was ***');
    expect(problemsOf('metrics:\n  textfile: /tmp/wcodoo.txt\n')).toEqual([
      expect.stringContaining('metrics.textfile: must end with .prom'),
    ]);
  });

  test('know the end of the key by a day', () => {
    expect(problemsOf('odoo:\n  keyExpiresOn: 2027-01-31\n')).toEqual([]);
    expect(problemsOf('odoo:\n  keyExpiresOn: 2027-02-31\n')).toEqual([
      expect.stringContaining('odoo.keyExpiresOn: must be a day such as 2027-01-31'),
    ]);
  });
});
