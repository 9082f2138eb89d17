/** The program with a log on standard error, and with a reader of GELF that listens, is away or breaks off. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, writeSandboxFiles, type Sandbox } from '../../src/sandbox/sandbox';
import { findLeaks } from '../support/find-leaks';
import { readGelfOverTcp, readGelfOverUdp, type GelfReader } from '../support/gelf-readers';
import { runCli, type CliResult } from '../support/run-cli';

let folder: string;
let sandbox: Sandbox;
let envFile: string;
let homes = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-log-'));
  sandbox = await startSandbox({ orders: 6, customers: 4, products: 10 });
  envFile = join(folder, 'sandbox.env');
  writeSandboxFiles(sandbox, envFile);
});

afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

type Line = Readonly<Record<string, unknown>>;

/** A dry run, so that each plans the same; with a state of its own. */
function sync(
  log: object,
  variables: Readonly<Record<string, string>> = {},
  ...args: string[]
): Promise<CliResult> {
  homes += 1;
  const config = join(folder, `${homes}.yaml`);
  writeFileSync(config, JSON.stringify({ ...sandbox.config, log }));
  const home = { WCODOO_HOME: join(folder, `home-${homes}`) };
  return runCli(
    ['sync', ...args, '--env-file', envFile, '--config', config],
    { ...home, ...variables },
    folder,
  );
}

/** Every line of standard error; each must be a JSON object. */
function linesOf({ stderr }: CliResult): Line[] {
  expect(stderr.endsWith('\n')).toBe(true);
  return stderr
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('in JSON every line of standard error is an object with run and shop; nobody is named in it', async () => {
  const result = await sync({ format: 'json', level: 'debug' }, {}, '--dry-run', '--full');
  expect(result.code).toBe(0);
  const lines = linesOf(result);
  expect(new Set(lines.map(({ run_id: runId }) => runId)).size).toBe(1);
  expect(lines[0]).toMatchObject({
    run_id: expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{4}$/),
    event: 'run-started',
  });
  expect(lines.every(({ store }) => store === 'shop')).toBe(true);
  const decided = lines.filter(({ event }) => event === 'decided');
  expect(decided.length).toBeGreaterThan(10);
  expect(decided.every(({ flow, level }) => typeof flow === 'string' && level === 'debug')).toBe(true);
  expect(lines.at(-1)).toMatchObject({ event: 'run-finished', exit_code: 0, outcome: 'success' });
  expect(findLeaks(result.stderr)).toEqual([]);
  const names = [...sandbox.woo.shop.shop.customers.values()].map(({ billing }) => billing.last_name);
  expect(names.filter((name) => name.length > 3 && result.stderr.includes(name))).toEqual([]);
  expect(result.stdout).toContain('Plan: what a run would do now');
}, 60_000);

test('the environment wins over the file, and --json leaves standard output to the result', async () => {
  const result = await sync(
    { format: 'text', level: 'error' },
    { WCODOO_LOG_FORMAT: 'ecs', WCODOO_LOG_LEVEL: 'info' },
    '--dry-run',
    '--json',
  );
  expect(JSON.parse(result.stdout)).toMatchObject({ exitCode: 0 });
  const lines = linesOf(result);
  expect(lines[0]).toMatchObject({
    '@timestamp': expect.stringMatching(/Z$/),
    'log.level': 'info',
    'ecs.version': '8.11.0',
    message: 'dry run started',
    service: { name: 'wcodoo' },
    event: { action: 'run-started' },
    labels: { store: 'shop' },
  });
}, 60_000);

test('what ends a command before or in a run is one line too', async () => {
  const json = { WCODOO_LOG_FORMAT: 'json' };
  const refused = await runCli(['debts', 'list'], json, folder);
  expect(linesOf(refused)).toMatchObject([{ level: 'error', event: 'command-failed', exit_code: 2 }]);
  const away = await sync({ format: 'json' }, { ODOO_URL: 'http://127.0.0.1:1' });
  expect(linesOf(away)).toMatchObject([
    {
      level: 'error',
      event: 'run-failed',
      store: 'shop',
      exit_code: 1,
      error: { type: 'OdooTrouble', hint: expect.stringContaining('ODOO_URL') },
    },
  ]);
}, 60_000);

test('the level holds for lines of text as well', async () => {
  expect((await sync({ level: 'warn' }, {}, '--dry-run')).stderr).toBe('');
  expect((await sync({ level: 'warn' }, {}, '--dry-run', '--verbose')).stderr).toContain('create');
}, 60_000);

describe('a reader of GELF', () => {
  let reader: GelfReader | undefined;

  afterEach(async () => {
    await reader?.close();
    reader = undefined;
  });

  test.each(['udp', 'tcp'] as const)(
    'over %s gets the run, and no secret nor customer',
    async (protocol) => {
      reader = await (protocol === 'udp' ? readGelfOverUdp() : readGelfOverTcp());
      const gelf = `${protocol}://127.0.0.1:${reader.port}`;
      const result = await sync({ gelf, level: 'debug' }, {}, '--dry-run');
      expect(result.code).toBe(0);
      expect(result.stderr).not.toContain('log.gelf');
      await reader.until(15);
      const events = new Set(reader.messages.map(({ _event: event }) => event));
      expect([...events]).toEqual(expect.arrayContaining(['run-started', 'decided', 'run-finished']));
      expect(new Set(reader.messages.map(({ _run_id: runId }) => runId)).size).toBe(1);
      expect(findLeaks(JSON.stringify(reader.messages))).toEqual([]);
    },
    60_000,
  );

  test('that is away or breaks off changes neither result nor exit code, and is told of once', async () => {
    const quiet = await sync({}, {}, '--dry-run');
    const away = await readGelfOverTcp();
    await away.close();
    const breaking = await readGelfOverTcp((socket) => {
      socket.resetAndDestroy();
      return true;
    });
    for (const port of [away.port, breaking.port]) {
      const gelf = `tcp://127.0.0.1:${port}`;
      const result = await sync({ gelf }, {}, '--dry-run');
      expect(result.code).toBe(quiet.code);
      expect(result.stderr.split('Warning: log.gelf: ')).toHaveLength(2);
      expect(result.stdout.split('\n').slice(0, 10)).toEqual(quiet.stdout.split('\n').slice(0, 10));
    }
    await breaking.close();
  }, 60_000);
});
