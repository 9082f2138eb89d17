/** The state, debts and limits from outside: what a person types, what is printed, how it ends. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseEnv } from 'dotenv';
import { parse as parseYaml, stringify } from 'yaml';
import { runCli, startCli, type CliResult, type RunningCli } from '../support/run-cli';

let folder: string;
let home: string;
let sandbox: RunningCli;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-cli-'));
  const envFile = join(folder, 'sandbox.env');
  sandbox = startCli(
    ['sandbox', '--env-file', envFile, '--orders', '8', '--customers', '4', '--products', '30'],
    {},
    folder,
  );
  await sandbox.until('wcodoo sync');
  environment = parseEnv(readFileSync(envFile, 'utf8'));
  home = environment['WCODOO_HOME'] ?? '';
  expect((await wcodoo(['sync'])).code).toBe(0);
});

afterAll(async () => {
  sandbox.child.kill('SIGKILL');
  await sandbox.result;
  rmSync(folder, { recursive: true, force: true });
});

function wcodoo(args: readonly string[], variables: Record<string, string> = {}): Promise<CliResult> {
  return runCli(args, { ...environment, ...variables }, folder);
}

interface Summary {
  readonly exitCode: number;
  readonly flows: readonly { readonly flow: string; readonly created: number; readonly message: string }[];
}

async function syncJson(...flags: string[]): Promise<Summary> {
  return JSON.parse((await wcodoo(['sync', '--json', ...flags])).stdout) as Summary;
}

/** What a person does in the sandbox's back offices. */
async function put(address: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${environment[address] ?? ''}/sandbox/${path}`, {
    method: 'PUT',
    headers: { 'X-Sandbox': '1', 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
}

/** The configuration of the sandbox with some sections changed. */
function configWith(sections: Record<string, unknown>): string {
  const path = join(folder, 'changed.yaml');
  const config = parseYaml(readFileSync(environment['WCODOO_CONFIG'] ?? '', 'utf8')) as object;
  writeFileSync(path, stringify({ ...config, ...sections }));
  return path;
}

test('state backup names the file and what is in it; state check says that it is sound', async () => {
  const backup = await wcodoo(['state', 'backup', '--keep', '2']);
  expect(backup).toMatchObject({ code: 0, stderr: '' });
  expect(backup.stdout).toMatch(/backup\/state-\d{8}T\d{6}Z\.db: [\d.]+ kB, \d+ links, 0 debts/);
  const named = join(folder, 'mine.db');
  const json = await wcodoo(['state', 'backup', named, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ path: named, removed: [] });
  const again = await wcodoo(['state', 'backup', named]);
  expect(again).toMatchObject({ code: 2 });
  expect(again.stderr).toContain('exists already: name another file');
  const check = await wcodoo(['state', 'check']);
  expect(check.code).toBe(0);
  expect(check.stdout).toContain('sound: schema');
});

test('a damaged state stops every command with what to do; state rebuild sets it aside, and nothing is made twice', async () => {
  const path = join(home, 'state.db');
  writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 6000), Buffer.alloc(3000)]));
  rmSync(`${path}-wal`, { force: true });
  for (const args of [['sync'], ['sync', '--dry-run'], ['debts', 'list']]) {
    const refused = await wcodoo(args);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('is damaged');
    expect(refused.stderr).toContain('wcodoo state rebuild');
  }
  const check = await wcodoo(['state', 'check', '--json']);
  expect(check.code).toBe(3);
  expect(JSON.parse(check.stdout)).toMatchObject({ sound: false });

  const rebuilt = await wcodoo(['state', 'rebuild']);
  expect(rebuilt.code).toBe(0);
  expect(rebuilt.stderr).toContain('The damaged state was set aside: ');
  expect(rebuilt.stdout).toMatch(/order +7 +7 +0 +0/);
  expect(rebuilt.stdout).toContain('Next: wcodoo sync --dry-run');
  expect(readdirSync(home).filter((name) => /^state\.db\.damaged-\d{8}T\d{6}Z$/.test(name))).toHaveLength(1);
  const next = await syncJson();
  expect(next.exitCode).toBe(0);
  expect(next.flows.map(({ created }) => created)).toEqual(next.flows.map(() => 0));
});

test('a limit ends the run with 4 and the command that goes on, which works once', async () => {
  const config = configWith({ limits: { stockToZero: '5%', fromRecords: 0 } });
  for (let number = 1; number <= 9; number += 1) {
    await put('ODOO_URL', 'stock', { sku: `SIM-000${number}`, quantity: 0 });
  }
  const stopped = await wcodoo(['sync', '--config', config]);
  expect(stopped.code).toBe(4);
  expect(stopped.stdout).toContain('Exit 4: a limit stopped a flow until a person looks');
  const [, command = ''] = /go on with: wcodoo (.+)/.exec(stopped.stdout) ?? [];
  expect(command).toMatch(/^sync --allow-stock-to-zero \S+$/);
  const allowed = await wcodoo([...command.split(' '), '--config', config]);
  expect(allowed.code).toBe(0);
  const again = await wcodoo([...command.split(' '), '--config', config]);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain('an allowance is good for one run');
  const wrong = await wcodoo(['sync', '--allow-archived', 'nonsense']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('--allow-archived nonsense: no run of this id was stopped by this limit');
});

describe('debts drop', () => {
  beforeAll(async () => {
    // Without a pricelist every order that changed is owed.
    const orders = configWith({});
    const config = parseYaml(readFileSync(orders, 'utf8')) as { orders: Record<string, unknown> };
    writeFileSync(orders, stringify({ ...config, orders: { ...config.orders, pricelists: {} } }));
    const shop = environment['WOO_URL'] ?? '';
    const response = await fetch(`${shop}/sandbox/orders`, {
      method: 'POST',
      headers: { 'X-Sandbox': '1', 'Content-Type': 'application/json' },
      body: JSON.stringify({
        billing: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@exemple.fr', country: 'FR' },
        lines: [{ sku: 'SIM-0010', quantity: 1 }],
      }),
    });
    expect(response.ok).toBe(true);
    expect((await wcodoo(['sync', '--config', orders])).code).toBe(1);
  });

  test('asks for --yes where nobody can be asked, and drops nothing', async () => {
    const [debt] = JSON.parse((await wcodoo(['debts', 'list', '--json'])).stdout) as { record: string }[];
    const refused = await wcodoo(['debts', 'drop', debt?.record ?? '']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('say --yes');
    expect(JSON.parse((await wcodoo(['debts', 'list', '--json'])).stdout)).toHaveLength(1);
  });

  test('gives a debt up with a row in the audit, and says when it comes back', async () => {
    const [debt] = JSON.parse((await wcodoo(['debts', 'list', '--json'])).stdout) as { record: string }[];
    const dropped = await wcodoo(['debts', 'drop', debt?.record ?? '', '--yes']);
    expect(dropped.code).toBe(0);
    expect(dropped.stdout).toContain(`dropped ${debt?.record ?? ''}`);
    expect(dropped.stdout).toContain('comes back when it changes');
    expect((await wcodoo(['debts', 'list'])).stdout).toBe('nothing is owed\n');
    const audits = readdirSync(join(home, 'audit')).sort();
    const newest = readFileSync(join(home, 'audit', audits.at(-1) ?? ''), 'utf8');
    expect(newest).toContain('dropped-by-person');
    expect(newest).toContain('pricelist-not-mapped');
    const unknown = await wcodoo(['debts', 'drop', 'nobody', '--yes']);
    expect(unknown.code).toBe(2);
  });
});

test('a run waits for the one under way, with --wait, and says for whom', async () => {
  const holder = startCli(['sync', '--full'], environment, folder);
  const waited = await wcodoo(['sync', '--wait']);
  const first = await holder.result;
  // Whichever came second has waited, or the first was over already.
  expect([first.code, waited.code]).toEqual(expect.arrayContaining([0]));
  expect(waited.code).toBe(0);
  const wrong = await wcodoo(['sync', '--wait', 'soon']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('--wait soon: not a duration');
  expect(existsSync(join(home, 'state.db'))).toBe(true);
});
