/** The state, debts and limits from outside: what a person types, what is printed, how it ends. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseEnv } from 'dotenv';
import { parse as parseYaml, stringify } from 'yaml';
import { recordKey } from '../../src/core/keys';
import type { Debt, RunLock } from '../../src/core/ports';
import { openState, type OpenState } from '../../src/state/open';
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

function damageState(): void {
  const path = join(home, 'state.db');
  writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 6000), Buffer.alloc(3000)]));
  rmSync(`${path}-wal`, { force: true });
}

function setAside(why: string): string[] {
  return readdirSync(home).filter((name) =>
    new RegExp(`^state\\.db\\.${why}-\\d{8}T\\d{6}Z(-\\d)?$`).test(name),
  );
}

function expectNothingCreated(summary: Summary): void {
  expect(summary.exitCode).toBe(0);
  expect(summary.flows.map(({ created }) => created)).toEqual(summary.flows.map(() => 0));
}

describe('a damaged state', () => {
  beforeEach(damageState);

  test('stops every command with what to do, and is left as it is', async () => {
    const before = readFileSync(join(home, 'state.db'));
    const commands = [['sync'], ['sync', '--dry-run'], ['debts', 'list'], ['debts', 'retry', '--all']];
    for (const args of [...commands, ['state', 'backup', join(folder, 'never.db')]]) {
      const refused = await wcodoo(args);
      expect(refused.code).toBe(3);
      expect(refused.stderr).toContain('is damaged');
      expect(refused.stderr).toMatch(/hint: .*wcodoo state restore.*wcodoo state rebuild/);
    }
    const check = await wcodoo(['state', 'check', '--json']);
    expect(check.code).toBe(3);
    expect(JSON.parse(check.stdout)).toMatchObject({ sound: false });
    expect(readFileSync(join(home, 'state.db'))).toEqual(before);
  });

  test('is left as it is by a rebuild that only looks, and by one that Odoo does not answer', async () => {
    const look = await wcodoo(['state', 'rebuild', '--dry-run']);
    expect(look.code).toBe(0);
    expect(look.stderr).toContain('planned as if it were lost');
    expect(look.stdout).toMatch(/order +7 +7 +0 +0/);
    const [asideBefore, before] = [setAside('damaged'), readFileSync(join(home, 'state.db'))];
    const away = await wcodoo(['state', 'rebuild'], { ODOO_URL: 'http://127.0.0.1:9' });
    expect(away.code).toBe(1);
    expect(setAside('damaged')).toEqual(asideBefore);
    expect(readFileSync(join(home, 'state.db'))).toEqual(before);
  });

  test('is set aside by a rebuild, and nothing is made twice', async () => {
    const rebuilt = await wcodoo(['state', 'rebuild']);
    expect(rebuilt.code).toBe(0);
    expect(rebuilt.stderr).toContain('The damaged state was set aside: ');
    expect(rebuilt.stdout).toMatch(/order +7 +7 +0 +0/);
    expect(rebuilt.stdout).toContain('Next: wcodoo sync --dry-run');
    expect(setAside('damaged')).toHaveLength(1);
    const next = await wcodoo(['sync', '--json']);
    expectNothingCreated(JSON.parse(next.stdout) as Summary);
    expect(next.stderr).not.toContain('Warning');
  });

  test('gives way to the newest backup without a question, and nothing is made twice', async () => {
    const restored = await wcodoo(['state', 'restore']);
    expect(restored.code).toBe(0);
    expect(restored.stdout).toMatch(/restored from .*backup\/state-\d{8}T\d{6}Z\.db: \d+ links, 0 debts/);
    expect(setAside('damaged')).toHaveLength(2);
    expect((await wcodoo(['state', 'check'])).code).toBe(0);
    expectNothingCreated(await syncJson());
  });
});

test('a sound state gives way to a backup only when a person says so', async () => {
  const asked = await wcodoo(['state', 'restore', join(folder, 'mine.db')]);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain('say --yes');
  expect(setAside('replaced')).toEqual([]);
  const done = await wcodoo(['state', 'restore', join(folder, 'mine.db'), '--yes', '--json']);
  expect(JSON.parse(done.stdout)).toMatchObject({ backup: join(folder, 'mine.db'), counts: { debts: 0 } });
  expect(setAside('replaced')).toHaveLength(1);
  const none = await wcodoo(['state', 'restore', '--yes'], { WCODOO_HOME: join(folder, 'new-home') });
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('there is no backup in');
});

test('a state that is gone is said where earlier runs left their traces, and not on a first run', async () => {
  const fresh = { WCODOO_HOME: join(folder, 'first-home') };
  await wcodoo(['sync', '--dry-run'], fresh);
  await wcodoo(['debts', 'list'], fresh);
  await wcodoo(['state', 'backup'], fresh);
  expect((await wcodoo(['sync'], fresh)).stderr).not.toContain('Warning');
  expect((await wcodoo(['sync'], fresh)).stderr).not.toContain('Warning');
  rmSync(join(folder, 'first-home', 'state.db'));
  // Looking makes an empty state, which is no better than none.
  await wcodoo(['debts', 'list'], fresh);
  const lost = await wcodoo(['sync', '--json'], fresh);
  expect(lost.stderr).toContain('Warning: This state knows of no run, although there was one before it');
  expect(lost.stderr).toContain('wcodoo state restore');
  expectNothingCreated(JSON.parse(lost.stdout) as Summary);
  expect((await wcodoo(['sync'], fresh)).stderr).not.toContain('Warning');
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

describe('while a run is under way', () => {
  let holder: OpenState;
  let lock: RunLock;

  beforeAll(async () => {
    holder = await openState({ path: join(home, 'state.db'), now: () => new Date() });
    lock = await holder.lock('sync of the test');
  });
  afterAll(async () => {
    await lock.release();
    holder.close();
  });

  test.each([
    [['sync']],
    [['sync', '--wait', '1s']],
    [['debts', 'drop', '1234', '--yes']],
    [['state', 'rebuild']],
    [['state', 'restore', '--yes']],
  ])('%p is refused with 75 and says who it is', async (args) => {
    await holder.commit({ debts: [DEBT] });
    const before = readdirSync(home);
    const refused = await wcodoo(args);
    expect(refused.code).toBe(75);
    expect(refused.stderr).toContain(`sync of the test (pid ${process.pid} on `);
    expect(refused.stderr.includes('Waiting for it to end.')).toBe(args.includes('--wait'));
    expect(readdirSync(home)).toEqual(before);
    expect((await holder.debts.find([DEBT.key])).size).toBe(1);
  });

  test('a plan, a backup, a check, the list of debts and a retry go on', async () => {
    await holder.commit({ debts: [DEBT] });
    expect((await wcodoo(['sync', '--dry-run'])).code).toBe(0);
    expect((await wcodoo(['state', 'backup', join(folder, 'meanwhile.db')])).code).toBe(0);
    const check = await wcodoo(['state', 'check']);
    expect(check.code).toBe(0);
    expect(check.stdout).toContain(`a run is under way: sync of the test (pid ${process.pid} on `);
    const json = JSON.parse((await wcodoo(['state', 'check', '--json'])).stdout) as Record<string, unknown>;
    expect(json).toMatchObject({ sound: true, lock: { pid: process.pid, isAlive: true } });
    expect((await wcodoo(['debts', 'list'])).stdout).toContain('1234');
    const retry = await wcodoo(['debts', 'retry', '1234', '--json']);
    expect(JSON.parse(retry.stdout)).toMatchObject({ released: [{ record: 'shop/order/1234' }] });
    const [debt] = (await holder.debts.find([DEBT.key])).values();
    expect(Date.parse(debt?.nextAt ?? '')).toBeLessThanOrEqual(Date.now());
    // The run has its word all the same: what it tried or applied meanwhile stands.
    await holder.commit({ settledDebts: [DEBT.key] });
    expect((await holder.debts.find([DEBT.key])).size).toBe(0);
  });

  test('a run that waits ends with the code of the signal that stops it', async () => {
    const waiting = startCli(['sync', '--wait'], environment, folder);
    await saidOnStderr(waiting, 'Waiting for it to end.');
    waiting.child.kill('SIGTERM');
    expect((await waiting.result).code).toBe(143);
  });

  test('a run that waits begins once the other has ended, and has told once for whom it waits', async () => {
    const waiting = startCli(['sync', '--wait', '--json'], environment, folder);
    await saidOnStderr(waiting, 'Waiting for it to end.');
    await lock.release();
    const { code, stdout, stderr } = await waiting.result;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'done' });
    expect(stderr.split('Waiting for it to end.')).toHaveLength(2);
    lock = await holder.lock('sync of the test');
  });

  test('a time to wait that is none is refused', async () => {
    const wrong = await wcodoo(['sync', '--wait', 'soon']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--wait soon: not a duration');
  });
});

/** A debt that no run is ever asked about: it is due in a hundred years. */
const DEBT: Debt = {
  key: recordKey('shop', 'order', 1234),
  flow: 'orders',
  state: 'retry',
  reason: 'odoo-refused',
  message: 'no',
  attempts: 1,
  waitingFor: null,
  origin: null,
  businessKey: '1234',
  firstAt: '2026-01-01T00:00:00.000Z',
  nextAt: '2126-01-01T00:00:00.000Z',
  configHash: '',
};

async function saidOnStderr({ child, result }: RunningCli, text: string): Promise<void> {
  let said = '';
  const heard = new Promise<void>((resolve) => {
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes(text)) {
        resolve();
      }
    });
  });
  await Promise.race([heard, result]);
  expect(said).toContain(text);
}
