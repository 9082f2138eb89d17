/** `wcodoo audit explain` as people start it. `npm run build` comes first. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseEnv } from 'dotenv';
import { runCli, startCli, type CliResult, type RunningCli } from '../support/run-cli';

let folder: string;
let sandbox: RunningCli;
let environment: Record<string, string>;

function explain(words: readonly string[], variables: Record<string, string> = {}): Promise<CliResult> {
  return runCli(['audit', 'explain', ...words], { ...environment, ...variables }, folder);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-explain-'));
  const envFile = join(folder, 'sandbox.env');
  sandbox = startCli(
    ['sandbox', '--env-file', envFile, '--orders', '3', '--customers', '2', '--products', '10'],
    {},
    folder,
  );
  await sandbox.until('wcodoo sync');
  environment = parseEnv(readFileSync(envFile, 'utf8'));
}, 60_000);

afterAll(async () => {
  sandbox.child.kill('SIGTERM');
  await sandbox.result;
  rmSync(folder, { recursive: true, force: true });
});

test('before the first sync it says what that would do, and leaves no state behind', async () => {
  const { code, stdout } = await explain(['sku', 'SIM-0001', '--json']);
  expect(code).toBe(0);
  const { records, prospect } = JSON.parse(stdout) as {
    records: { record: string }[];
    prospect: { obstacles: string[] };
  };
  expect(records.map(({ record }) => record)).toContainEqual(expect.stringMatching(/^shop\/stock\/\d+$/));
  expect(prospect.obstacles).toEqual([
    'stock would be skipped: orders was never read to its end; sync it first',
  ]);
  expect(await explain(['order', '1', '--offline'])).toMatchObject({ code: 1 });
  expect(existsSync(join(environment['WCODOO_HOME'] ?? '', 'state.db'))).toBe(false);
});

test('words that name no record end with 2, a record that nobody knows with 1', async () => {
  const wrong = await explain(['frog', '12']);
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('frog 12: not a record that can be explained');
  const unknown = await explain(['order', '424242']);
  expect(unknown).toMatchObject({
    code: 1,
    stdout: 'nothing is known of order 424242; the shop does not have it either\n',
  });
});

test('an Odoo that is away is said in a sentence, without a stack', async () => {
  const { code, stdout, stderr } = await explain(['sku', 'SIM-0001'], { ODOO_URL: 'http://127.0.0.1:9' });
  expect(code).toBe(1);
  expect(stdout).toMatch(/In Odoo +did not answer: /);
  expect(stdout).toContain('In the shop     product');
  expect(stdout + stderr).not.toMatch(/^\s+at /m);
}, 60_000);
