/** The program from outside: what it prints, where, and how it ends. `npm run build` comes first. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseEnv } from 'dotenv';
import { parse as parseYaml, stringify } from 'yaml';
import { runCli, startCli, type CliResult, type RunningCli } from '../support/run-cli';
import { marked } from '../support/secrets';

let folder: string;
let sandbox: RunningCli;
let envFile: string;
let environment: Record<string, string>;
let html: Server;
let htmlUrl: string;

function wcodoo(args: readonly string[], variables: Record<string, string> = {}): Promise<CliResult> {
  return runCli(args, variables, folder);
}

/** Runs against the sandbox, some variables set otherwise. */
function against(variables: Record<string, string>, args: readonly string[] = ['sync']): Promise<CliResult> {
  return wcodoo(args, { ...environment, ...variables });
}

function yamlFile(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-cli-'));
  envFile = join(folder, 'sandbox.env');
  sandbox = startCli(
    ['sandbox', '--env-file', envFile, '--orders', '6', '--customers', '3', '--products', '10'],
    {},
    folder,
  );
  await sandbox.until('wcodoo sync');
  environment = parseEnv(readFileSync(envFile, 'utf8'));
  html = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><title>Bienvenue</title>');
  });
  await new Promise<void>((resolve) => html.listen(0, '127.0.0.1', resolve));
  htmlUrl = `http://127.0.0.1:${(html.address() as AddressInfo).port}`;
});

afterAll(async () => {
  html.close();
  sandbox.child.kill('SIGKILL');
  await sandbox.result;
  rmSync(folder, { recursive: true, force: true });
});

describe('a configuration that cannot be used ends with 2 and says all of it at once:', () => {
  test('every missing variable by name', async () => {
    const { code, stderr, stdout } = await wcodoo(['sync']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    for (const name of [
      'WOO_URL',
      'WOO_CONSUMER_KEY',
      'WOO_CONSUMER_SECRET',
      'ODOO_URL',
      'ODOO_DB',
      'ODOO_USERNAME',
    ]) {
      expect(stderr).toContain(`${name} is not set`);
    }
    expect(stderr).toContain('neither ODOO_API_KEY nor ODOO_PASSWORD is set');
    expect(stderr).toContain('wcodoo init');
  });

  test('an address that is none, and a key that cannot be one', async () => {
    const { code, stderr } = await against({
      WOO_URL: 'shop.example',
      ODOO_URL: 'ftp://odoo',
      WOO_CONSUMER_KEY: marked('no-prefix'),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('WOO_URL must be an address such as https://shop.example');
    expect(stderr).toContain('ODOO_URL must be an address such as https://odoo.example');
    expect(stderr).toContain('WOO_CONSUMER_KEY must begin with ck_');
  });

  test('unknown settings with the one that was meant', async () => {
    const path = yamlFile(
      'typo.yaml',
      'stroe: shop\norders:\n  form: 2026-01-01\n  taxes:\n    - { rat: 1, included: 2 }\n',
    );
    const { code, stderr } = await against({ WCODOO_CONFIG: path });
    expect(code).toBe(2);
    expect(stderr).toContain('stroe is not a setting; did you mean store?');
    expect(stderr).toContain('orders.form is not a setting; did you mean from?');
    expect(stderr).toContain('did you mean rate?');
  });

  test('a file that is not there, and one that is no YAML', async () => {
    const missing = await against({}, ['sync', '--config', 'nowhere.yaml']);
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.stderr).toContain('nowhere.yaml: there is no such configuration file');
    const broken = await against({ WCODOO_CONFIG: yamlFile('broken.yaml', 'orders: [\n') });
    expect(broken).toMatchObject({ code: 2 });
    expect(broken.stderr).toContain('broken.yaml: ');
    const noEnv = await wcodoo(['sync', '--env-file', 'nowhere.env']);
    expect(noEnv).toMatchObject({ code: 2 });
    expect(noEnv.stderr).toContain('nowhere.env: there is no such file');
  });

  test('no first order: nothing is synchronised before it is named, but the plan can be seen', async () => {
    const settings = parseYaml(readFileSync(environment['WCODOO_CONFIG'] ?? '', 'utf8')) as {
      orders: Record<string, unknown>;
    };
    delete settings.orders['from'];
    const path = yamlFile('no-from.yaml', stringify(settings));
    const refused = await against({ WCODOO_CONFIG: path });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('orders.from is not set');
    const plan = await against({ WCODOO_CONFIG: path }, ['sync', '--dry-run']);
    expect(plan.code).toBe(0);
  });

  test.each([
    ['ordres', 'there is no flow ordres; did you mean orders?'],
    ['nonsense', 'there is no flow nonsense (flows: customers, products, orders, stock)'],
  ])('the flow %s', async (flow, sentence) => {
    const { code, stderr } = await against({}, ['sync', flow]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });

  test.each([
    ['--since', 'yesterday'],
    ['--until', '31/12/2026'],
  ])('%s %s', async (flag, value) => {
    const { code, stderr } = await against({}, ['sync', '--dry-run', flag, value]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${flag} ${value}: not a date`);
  });

  test.each([
    [['sync', '--limit', '0'], 'It must be a whole number above 0.'],
    [['sync', '--nope'], "unknown option '--nope'"],
    [['snyc'], "unknown command 'snyc'"],
    [['sandbox'], "required option '--env-file <file>' not specified"],
    [['debts', 'retry'], 'name the records to retry, or say --all'],
  ])('%p', async (args, sentence) => {
    const { code, stderr } = await against({}, args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});

describe('a side that does not let us in ends with 3 and a sentence:', () => {
  test.each([
    ['a wrong consumer key', { WOO_CONSUMER_KEY: marked('ck_wrong') }, /consumer key|key/i],
    ['a wrong consumer secret', { WOO_CONSUMER_SECRET: marked('cs_wrong') }, /secret|signature/i],
    ['a wrong password', { ODOO_API_KEY: '', ODOO_PASSWORD: marked('wrong-password') }, /password|login/i],
    ['a wrong API key', { ODOO_API_KEY: marked('wrong-key'), ODOO_PASSWORD: '' }, /key|login/i],
    ['a database that is not there', { ODOO_DB: 'nowhere' }, /ODOO_DB/],
  ])('%s', async (_what, variables, sentence) => {
    const { code, stderr, stdout } = await against(variables);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /m);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('    at ');
  });

  test('a web page where Odoo should be', async () => {
    const { code, stderr } = await against({ ODOO_URL: htmlUrl });
    expect([1, 3]).toContain(code);
    expect(stderr).toMatch(/^error: .*Odoo/m);
    expect(stderr).not.toContain('    at ');
  });
});

test('a web page where the API of the shop should be ends with 1 and says so: it may be a maintenance page', async () => {
  const { code, stderr } = await against({ WOO_URL: htmlUrl, WCODOO_HOME: join(folder, 'html-home') });
  expect(code).toBe(1);
  expect(stderr).toMatch(/HTML/);
}, 60_000);

test('a host that cannot be reached ends with 1: the next run may find it', async () => {
  const { code, stderr } = await against({ ODOO_URL: 'http://127.0.0.1:9' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: /m);
  expect(stderr).not.toContain('    at ');
}, 60_000);

describe('a synchronisation', () => {
  test('that only shows its plan prints it and leaves no state behind', async () => {
    const home = join(folder, 'dry-home');
    const args = ['sync', '--env-file', envFile, '--dry-run'];
    const { code, stdout } = await wcodoo(args, { WCODOO_HOME: home });
    expect(code).toBe(0);
    expect(stdout).toMatch(/create/);
    expect(existsSync(join(home, 'state.db'))).toBe(false);
  });

  test('prints a summary on stdout, progress on stderr, and leaves an audit file', async () => {
    const { code, stdout, stderr } = await wcodoo(['sync', '--env-file', envFile]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/customers/);
    expect(stdout).toMatch(/orders/);
    expect(stderr).not.toBe('');
    const audit = /\S+\.csv/.exec(stdout)?.[0] ?? '';
    expect(readFileSync(audit, 'utf8').split('\n').length).toBeGreaterThan(10);
    expect(statSync(join(environment['WCODOO_HOME'] ?? '', 'state.db')).mode & 0o777).toBe(0o600);
  });

  test('with --json prints exactly one object on stdout, with the documented keys', async () => {
    const { code, stdout } = await wcodoo(['sync', '--env-file', envFile, '--json']);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout) as Record<string, unknown> & { flows: Record<string, unknown>[] };
    expect(summary).toMatchObject({
      runId: expect.any(String),
      status: 'done',
      exitCode: 0,
      dryRun: false,
      debts: { total: 0, quarantine: 0 },
      requests: { woo: expect.any(Number), odoo: expect.any(Number) },
      durationMs: expect.any(Number),
    });
    expect(summary.flows.map(({ flow }) => flow)).toEqual(['customers', 'products', 'orders', 'stock']);
    expect(Object.keys(summary.flows[0] ?? {})).toEqual(
      expect.arrayContaining([
        'store',
        'flow',
        'status',
        'message',
        'read',
        'created',
        'updated',
        'linked',
        'unchanged',
        'skipped',
        'conflicts',
        'failed',
        'durationMs',
      ]),
    );
  });

  test.each(['3d', '2026-01-31', '2026-01-31T14:00:00+02:00'])('takes --since %s', async (since) => {
    const { stdout } = await wcodoo([
      'sync',
      'orders',
      '--env-file',
      envFile,
      '--dry-run',
      '--json',
      '--since',
      since,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'done', exitCode: 0 });
  });

  test('of one flow leaves the others out', async () => {
    const { stdout } = await wcodoo(['sync', 'customers', '--env-file', envFile, '--json']);
    const { flows } = JSON.parse(stdout) as { flows: { flow: string }[] };
    expect(flows.map(({ flow }) => flow)).toEqual(['customers']);
  });

  test('debts list says that nothing is owed, as a sentence and as JSON', async () => {
    const text = await wcodoo(['debts', 'list', '--env-file', envFile]);
    expect(text).toMatchObject({ code: 0, stdout: 'nothing is owed\n' });
    const json = await wcodoo(['debts', 'list', '--env-file', envFile, '--json']);
    expect(JSON.parse(json.stdout)).toEqual([]);
    const none = await wcodoo(['debts', 'show', '1234', '--env-file', envFile]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('no debt is known as 1234');
  });
});

describe('help', () => {
  test.each([
    [['sync']],
    [['doctor']],
    [['debts', 'list']],
    [['debts', 'show']],
    [['debts', 'retry']],
    [['debts', 'drop']],
    [['state', 'backup']],
    [['state', 'check']],
    [['state', 'rebuild']],
    [['state', 'restore']],
    [['metrics-push']],
    [['init']],
    [['sandbox']],
    [['demo']],
  ])('of %p has an example and ends with 0', async (command) => {
    const { code, stdout } = await wcodoo([...command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Example:\\n {2}\\$ wcodoo ${command.join(' ')}`));
  });

  test('of the program names every command; --version is the version', async () => {
    const help = await wcodoo(['--help']);
    for (const command of ['sync', 'doctor', 'debts', 'state', 'metrics-push', 'init', 'sandbox', 'demo']) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    }
    const { stdout } = await wcodoo(['--version']);
    expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('the sandbox', () => {
  test('has written the environment for the other commands, readable by its owner only', () => {
    expect(statSync(envFile).mode & 0o777).toBe(0o600);
    expect(Object.keys(environment)).toEqual(
      expect.arrayContaining([
        'WOO_URL',
        'WOO_CONSUMER_KEY',
        'ODOO_URL',
        'ODOO_API_KEY',
        'WCODOO_CONFIG',
        'WCODOO_HOME',
      ]),
    );
    expect(environment['WOO_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('ends with 0 on SIGTERM', async () => {
    sandbox.child.kill('SIGTERM');
    const { code } = await sandbox.result;
    expect(code).toBe(0);
  });
});
