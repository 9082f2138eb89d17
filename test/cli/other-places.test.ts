/** The program pointed at another shop or another Odoo than its state knows. `npm run build` comes first. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseEnv } from 'dotenv';
import { parse as parseYaml, stringify } from 'yaml';
import { runCli, startCli, type CliResult, type RunningCli } from '../support/run-cli';

let folder: string;
let sandbox: RunningCli;
let environment: Record<string, string>;

function sync(variables: Record<string, string> = {}): Promise<CliResult> {
  return runCli(['sync', '--json'], { ...environment, ...variables }, folder);
}

/** The same server under another name. */
function elsewhere(url: string | undefined): string {
  return (url ?? '').replace('127.0.0.1', 'localhost');
}

function writesOf({ stdout }: CliResult): number {
  const { flows } = JSON.parse(stdout) as { flows: { created: number; updated: number }[] };
  return flows.reduce((sum, { created, updated }) => sum + created + updated, 0);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-places-'));
  const envFile = join(folder, 'sandbox.env');
  sandbox = startCli(
    ['sandbox', '--env-file', envFile, '--orders', '3', '--customers', '2', '--products', '10'],
    {},
    folder,
  );
  await sandbox.until('wcodoo sync');
  environment = parseEnv(readFileSync(envFile, 'utf8'));
  expect(await sync()).toMatchObject({ code: 0 });
}, 60_000);

afterAll(async () => {
  sandbox.child.kill('SIGTERM');
  await sandbox.result;
  rmSync(folder, { recursive: true, force: true });
});

test('another address of the shop under the same store id ends with 2 and names both', async () => {
  const { code, stdout, stderr } = await sync({ WOO_URL: elsewhere(environment['WOO_URL']) });
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', exitCode: 2, flows: [] });
  expect(stderr).toContain(`The store "shop" is ${environment['WOO_URL'] ?? ''}/ in the state`);
  expect(stderr).toContain(`the configuration says ${elsewhere(environment['WOO_URL'])}/`);
  expect(stderr).toContain('put the first address back');
  expect(stderr).not.toContain('    at ');
});

test('another store id for the shop that the state knows ends with 2 and names the one it has', async () => {
  const settings = parseYaml(readFileSync(environment['WCODOO_CONFIG'] ?? '', 'utf8')) as object;
  const path = join(folder, 'boutique.yaml');
  writeFileSync(path, stringify({ ...settings, store: 'boutique' }));
  const { code, stdout, stderr } = await sync({ WCODOO_CONFIG: path });
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', exitCode: 2, flows: [] });
  expect(stderr).toContain('The store "boutique" is unknown to the state');
  expect(stderr).toContain('set the store id back to "shop"');
  expect(stderr).toContain('every record would be created a second time');
});

test('another Odoo ends with 2 and says how to go on with a staging copy and with a server that moved', async () => {
  const { code, stdout, stderr } = await sync({ ODOO_URL: elsewhere(environment['ODOO_URL']) });
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', exitCode: 2, flows: [] });
  expect(stderr).toContain(`is kept in the Odoo database "${environment['ODOO_DB'] ?? ''}"`);
  expect(stderr).toContain('set another WCODOO_HOME');
  expect(stderr).toContain('move the state file away');
});

test('a dry run refuses them as well: its plan would be one of another shop', async () => {
  const variables = { ...environment, ODOO_URL: elsewhere(environment['ODOO_URL']) };
  const { code } = await runCli(['sync', '--dry-run'], variables, folder);
  expect(code).toBe(2);
});

test('the same places written otherwise are the same: the run finds nothing to do', async () => {
  const result = await sync({
    WOO_URL: `${environment['WOO_URL'] ?? ''}/`,
    ODOO_URL: (environment['ODOO_URL'] ?? '').replace('http:', 'HTTP:'),
  });
  expect(result.code).toBe(0);
  expect(writesOf(result)).toBe(0);
});

test('a server that moved goes on as the message says: the state is moved away, nothing is doubled', async () => {
  const moved = { ODOO_URL: elsewhere(environment['ODOO_URL']), WCODOO_HOME: join(folder, 'moved-home') };
  const first = await sync(moved);
  expect(first.code).toBe(0);
  expect(writesOf(first)).toBe(0);
  expect(await sync(moved)).toMatchObject({ code: 0 });
});
