/** Who hears of a run, from outside: real endpoints on loopback, good and bad ones. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseEnv } from 'dotenv';
import { parse as parseYaml, stringify } from 'yaml';
import { SINK_MANNERS, startHttpSink, type HttpSink, type SinkAnswer } from '../support/http-sink';
import { startMailServer, type MailManners, type MailServer } from '../support/mail-server';
import { runCli, startCli, type CliResult, type RunningCli } from '../support/run-cli';
import { marked } from '../support/secrets';

jest.setTimeout(120_000);

let folder: string;
let sandbox: RunningCli;
let environment: Record<string, string>;
let mail: MailServer;
let sink: HttpSink;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-alerts-'));
  const envFile = join(folder, 'sandbox.env');
  sandbox = startCli(
    ['sandbox', '--env-file', envFile, '--orders', '4', '--customers', '3', '--products', '20'],
    {},
    folder,
  );
  await sandbox.until('wcodoo sync');
  environment = parseEnv(readFileSync(envFile, 'utf8'));
});

afterAll(async () => {
  sandbox.child.kill('SIGKILL');
  await sandbox.result;
  rmSync(folder, { recursive: true, force: true });
});

async function listen(manners: MailManners, answer: SinkAnswer): Promise<void> {
  [mail, sink] = [await startMailServer(manners), await startHttpSink(answer)];
}

afterEach(async () => {
  await mail.close();
  await sink.close();
});

/** Every messenger, at the endpoints that listen. */
function messengers(): Record<string, string> {
  return {
    SMTP_URL: `smtp://wcodoo:${marked('mail')}@127.0.0.1:${mail.port}`,
    ALERT_WEBHOOK_URL: `${sink.url}/hook/${marked('hook')}`,
    HEALTHCHECK_URL: `${sink.url}/ping/${marked('ping')}`,
    SENTRY_DSN: `${sink.url.replace('//', '//hush7f3aqhush7f3aq@')}/7`,
  };
}

/** The configuration of the sandbox with alerts, and some of its settings changed. */
function configWith(
  name: string,
  change: (orders: Record<string, unknown>) => object = (orders) => orders,
): string {
  const path = join(folder, `${name}.yaml`);
  const config = parseYaml(readFileSync(environment['WCODOO_CONFIG'] ?? '', 'utf8')) as {
    orders: Record<string, unknown>;
  };
  const alerts = { mailFrom: 'wcodoo@shop.example', mailTo: ['me@shop.example'] };
  writeFileSync(path, stringify({ ...config, alerts, orders: change(config.orders) }));
  return path;
}

function wcodoo(args: readonly string[], variables: Record<string, string>): Promise<CliResult> {
  return runCli(args, { ...environment, ...variables }, folder);
}

async function placeOrder(): Promise<void> {
  const response = await fetch(`${environment['WOO_URL'] ?? ''}/sandbox/orders`, {
    method: 'POST',
    headers: { 'X-Sandbox': '1', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      billing: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@exemple.fr', country: 'FR' },
      lines: [{ sku: 'SIM-0010', quantity: 1 }],
    }),
  });
  expect(response.ok).toBe(true);
}

/** The texts posted to the webhook. */
function posts(): string[] {
  return sink.requests
    .filter(({ path }) => path.startsWith('/hook/'))
    .map(({ body }) => (JSON.parse(body) as { text: string }).text);
}

function pings(): string[] {
  return sink.requests.map(({ path }) => path).filter((path) => path.startsWith('/ping/'));
}

function envelopes(): string[] {
  return sink.requests.filter(({ path }) => path.startsWith('/api/7/')).map(({ body }) => body);
}

test('a quarantine makes one e-mail and one post, the next one like it none, and its end one more', async () => {
  await listen('good', SINK_MANNERS.good);
  // Without a pricelist an order needs a person.
  const broken = configWith('broken', (orders) => ({ ...orders, pricelists: {} }));
  const whole = configWith('whole');
  const home = { WCODOO_HOME: join(folder, 'quarantine') };
  const sync = (config: string): Promise<CliResult> =>
    wcodoo(['sync', '--config', config], { ...messengers(), ...home });

  expect((await sync(whole)).code).toBe(0);
  expect([mail.mails.length, posts().length]).toEqual([0, 0]);
  expect(pings()).toEqual([`/ping/${marked('ping')}/start`, `/ping/${marked('ping')}`]);

  await placeOrder();
  const first = await sync(broken);
  expect(first).toMatchObject({ code: 1, stderr: expect.not.stringContaining('Warning') as string });
  expect([mail.mails.length, posts().length]).toEqual([1, 1]);
  expect(mail.mails[0]).toMatch(/Subject: wcodoo shop: 1 record needs you/);
  expect(posts()[0]).toMatch(/One record of orders cannot go on without a person \(pricelist-not-mapped\)/);
  expect(posts()[0]).toMatch(/- #?\d+: /);
  expect(`${mail.mails.join()}${posts().join()}`.includes('exemple.fr')).toBe(false);
  expect(pings().at(-1)).toBe(`/ping/${marked('ping')}/1`);

  await placeOrder();
  expect((await sync(broken)).code).toBe(1);
  await sync(broken);
  expect([mail.mails.length, posts().length]).toEqual([1, 1]);

  expect((await sync(whole)).code).toBe(0);
  expect([mail.mails.length, posts().length]).toEqual([2, 2]);
  expect(posts()[1]).toContain('wcodoo shop: in order again');
  await sync(whole);
  expect([mail.mails.length, posts().length]).toEqual([2, 2]);
  expect(envelopes()).toEqual([]);
});

test('a key that is refused is told once, although the run never began, and goes to Sentry', async () => {
  await listen('good', SINK_MANNERS.good);
  const config = configWith('fatal');
  const home = { WCODOO_HOME: join(folder, 'fatal') };
  const refused = { ODOO_API_KEY: marked('wrong'), ODOO_PASSWORD: marked('wrong') };
  for (let count = 0; count < 2; count += 1) {
    const run = await wcodoo(['sync', '--config', config], { ...messengers(), ...home, ...refused });
    expect(run.code).toBe(3);
  }
  expect(mail.mails).toHaveLength(1);
  expect(posts()).toHaveLength(1);
  expect(posts()[0]).toContain('wcodoo shop: the sync stopped');
  expect(pings()).toEqual([`/ping/${marked('ping')}/3`, `/ping/${marked('ping')}/3`]);
  expect(envelopes()).toHaveLength(2);
  expect(envelopes()[0]).toContain('"store":"shop"');
  await wcodoo(['sync', '--config', config], { ...messengers(), ...home });
  expect(posts()[1]).toContain('the sync runs to its end');
});

test('a shop that does not answer before the run begins, and an audit file that cannot be kept, are told too', async () => {
  await listen('good', SINK_MANNERS.good);
  const config = configWith('early');
  // It is asked for its time zone; this one is none.
  const none = await wcodoo(['sync', '--since', '3d', '--config', config], {
    ...messengers(),
    WCODOO_HOME: join(folder, 'no-shop'),
    WOO_URL: sink.url,
  });
  expect(none.code).toBe(1);
  expect(pings()).toEqual([`/ping/${marked('ping')}/1`]);

  const home = join(folder, 'no-audit');
  const kept = await wcodoo(['sync', '--config', config], { WCODOO_HOME: home });
  expect(kept.code).toBe(0);
  rmSync(join(home, 'audit'), { recursive: true });
  writeFileSync(join(home, 'audit'), 'a file in the place of the folder');
  const unkept = await wcodoo(['sync', '--config', config], { ...messengers(), WCODOO_HOME: home });
  expect(unkept.code).toBe(3);
  expect(pings().slice(1)).toEqual([`/ping/${marked('ping')}/start`, `/ping/${marked('ping')}/3`]);
  expect(posts()).toEqual([expect.stringContaining('The audit file')]);
  expect(envelopes()).toHaveLength(1);

  const status = await wcodoo(['status', '--config', config], { WCODOO_HOME: home });
  expect(status).toMatchObject({ code: 3, stderr: expect.stringContaining('(ENOTDIR)') as string });
  const firstRun = join(folder, 'no-audit-yet');
  cpSync(join(home, 'audit'), join(firstRun, 'audit'));
  const first = await wcodoo(['sync', '--config', config], { WCODOO_HOME: firstRun });
  expect(first).toMatchObject({ code: 3, stderr: expect.stringContaining('(ENOTDIR)') as string });
});

test('a state that is damaged is told each time: there is nothing to remember it in', async () => {
  await listen('good', SINK_MANNERS.good);
  const config = configWith('damaged');
  const home = join(folder, 'damaged');
  await wcodoo(['sync', '--config', config], { WCODOO_HOME: home });
  writeFileSync(
    join(home, 'state.db'),
    'no database at all, and long enough to be looked at as one'.repeat(100),
  );
  for (let count = 0; count < 2; count += 1) {
    expect((await wcodoo(['sync', '--config', config], { ...messengers(), WCODOO_HOME: home })).code).toBe(3);
  }
  expect([mail.mails.length, posts().length]).toEqual([2, 2]);
});

test('a dry run tells nobody', async () => {
  await listen('good', SINK_MANNERS.good);
  await wcodoo(['sync', '--dry-run', '--config', configWith('dry')], messengers());
  expect([mail.connections(), sink.requests.length]).toEqual([0, 0]);
});

describe.each([
  ['fail', 'refuses-recipient', SINK_MANNERS.failing],
  ['answer nonsense', 'nonsense', SINK_MANNERS.page],
  ['redirect', 'halfway', SINK_MANNERS.redirect],
  ['break off', 'halfway', SINK_MANNERS.half],
  ['never answer', 'silent', SINK_MANNERS.silent],
] as const)('endpoints that %s', (manners, mailManners, answer) => {
  test('change neither the result nor the exit code, and each is told of once', async () => {
    await listen(mailManners, answer);
    const broken = configWith('bad', (orders) => ({ ...orders, pricelists: {} }));
    const home = join(folder, `bad-${manners.replaceAll(' ', '-')}`);
    const run = await wcodoo(['sync', '--json', '--config', broken], { ...messengers(), WCODOO_HOME: home });
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ status: 'incomplete', exitCode: 1 });
    const warnings = run.stderr.split('\n').filter((line) => line.startsWith('Warning: '));
    expect(warnings.map((line) => /e-mail|webhook|HEALTHCHECK_URL/.exec(line)?.[0]).sort()).toEqual([
      'HEALTHCHECK_URL',
      'e-mail',
      'webhook',
    ]);
  });
});

test('endpoints that are down change nothing, Sentry among them', async () => {
  await listen('good', SINK_MANNERS.good);
  const gone = messengers();
  await mail.close();
  await sink.close();
  const refused = { ODOO_API_KEY: marked('wrong'), ODOO_PASSWORD: marked('wrong') };
  const home = { WCODOO_HOME: join(folder, 'down') };
  const run = await wcodoo(['sync', '--config', configWith('down')], { ...gone, ...home, ...refused });
  expect(run.code).toBe(3);
  const warnings = run.stderr.split('\n').filter((line) => line.startsWith('Warning: '));
  expect(warnings).toHaveLength(4);
  expect(
    warnings.filter((line) => line.includes('ECONNREFUSED') || line.includes('cannot be reached')),
  ).toHaveLength(4);
});

describe('alerts test', () => {
  test('sends every way that is set up, and says so', async () => {
    await listen('good', SINK_MANNERS.good);
    const done = await wcodoo(['alerts', 'test', '--config', configWith('test')], messengers());
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toBe('e-mail to m***@s***.example: sent\nwebhook (slack): sent\n');
    expect([mail.mails.length, posts().length]).toEqual([1, 1]);
  });

  test('ends with 1 when one did not arrive, and with 2 when none is set up', async () => {
    await listen('refuses-login', SINK_MANNERS.repeats);
    const failed = await wcodoo(['alerts', 'test', '--json', '--config', configWith('test')], messengers());
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject([
      {
        channel: 'mail',
        sent: false,
        error: expect.stringContaining('refuses the login of SMTP_URL') as string,
      },
      { channel: 'webhook', sent: false, error: expect.stringContaining('HTTP 404') as string },
    ]);
    const none = await wcodoo(['alerts', 'test'], {});
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('Set ALERT_WEBHOOK_URL, or SMTP_URL');
  });
});
