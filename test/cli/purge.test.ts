/** `wcodoo purge` and `wcodoo status` from outside, on the sandbox. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parse as parseEnv } from 'dotenv';
import { recordKey } from '../../src/core/keys';
import type { Debt, RunLock } from '../../src/core/ports';
import { checkState } from '../../src/state/check';
import { openState, type OpenState } from '../../src/state/open';
import { runCli, startCli, type CliResult, type RunningCli } from '../support/run-cli';

jest.setTimeout(120_000);

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
});

afterAll(async () => {
  sandbox.child.kill('SIGKILL');
  await sandbox.result;
  rmSync(folder, { recursive: true, force: true });
});

function wcodoo(...args: string[]): Promise<CliResult> {
  return runCli(args, environment, folder);
}

async function json<T>(...args: string[]): Promise<T> {
  const { stdout, stderr } = await wcodoo(...args, '--json');
  expect(stderr).not.toContain('error');
  return JSON.parse(stdout) as T;
}

interface Purged {
  readonly runId: string | null;
  readonly parts: readonly { readonly kind: string; readonly count: number; readonly names?: string[] }[];
  readonly freedBytes: number;
  readonly problem: string | null;
}

async function withState<T>(work: (state: OpenState) => Promise<T>): Promise<T> {
  const state = await openState({ path: join(home, 'state.db'), now: () => new Date() });
  try {
    return await work(state);
  } finally {
    state.close();
  }
}

/** The ids of a linked order in the shop and in Odoo. */
function anyOrder(): string[] {
  const db = new Database(join(home, 'state.db'), { readonly: true });
  const found = db
    .prepare<[], string>("SELECT id || '/' || odoo_id FROM links WHERE entity = 'order'")
    .pluck()
    .get();
  db.close();
  return (found ?? '').split('/');
}

/** What each side counted as writes so far. */
async function writes(): Promise<number[]> {
  return Promise.all(
    ['WOO_URL', 'ODOO_URL'].map(async (address) => {
      const response = await fetch(`${environment[address] ?? ''}/sandbox/stats`, {
        headers: { 'X-Sandbox': '1' },
      });
      return ((await response.json()) as { writes: number }).writes;
    }),
  );
}

async function act(method: 'DELETE' | 'POST', address: string, path: string): Promise<void> {
  const response = await fetch(`${environment[address] ?? ''}/sandbox/${path}`, {
    method,
    headers: { 'X-Sandbox': '1' },
  });
  expect(response.ok).toBe(true);
}

/** A sync that finds nothing to do on either side. */
async function expectNothingWritten(): Promise<void> {
  const before = await writes();
  expect((await wcodoo('sync')).code).toBe(0);
  expect(await writes()).toEqual(before);
}

const QUARANTINED: Debt = {
  key: recordKey('shop', 'order', 90001),
  flow: 'orders',
  state: 'quarantine',
  reason: 'missing-product',
  message: 'Odoo has no such product',
  attempts: 3,
  waitingFor: null,
  origin: null,
  businessKey: '90001',
  firstAt: '2026-01-01T00:00:00.000Z',
  nextAt: '2099-01-01T00:00:00.000Z',
  configHash: 'c',
};

test('before the first sync: status makes no state, and says what to do; --check fails', async () => {
  const shown = await wcodoo('status');
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toContain('No sync has run yet: `wcodoo doctor`');
  expect(existsSync(join(home, 'state.db'))).toBe(false);
  expect((await wcodoo('status', '--check')).code).toBe(1);
  expect((await wcodoo('status', '--max-age', '2h')).code).toBe(2);
});

test('after a sync, status shows it while another program holds the lock, and --check passes', async () => {
  expect((await wcodoo('sync')).code).toBe(0);
  await withState(async (state) => {
    const lock: RunLock = await state.lock('r9');
    const found = await json<Record<string, unknown>>('status', '--check');
    expect(found).toMatchObject({
      store: 'shop',
      lock: { owner: 'r9', isAlive: true },
      runs: [{ command: 'sync', status: 'done', exitCode: 0 }],
      debts: { total: 0, dueNow: 0 },
      limits: [],
    });
    await lock.release();
  });
  expect((await wcodoo('status', '--check', '--max-age', '1ms')).code).toBe(1);
});

test('without a selection purge says what there is, and removes nothing', async () => {
  const shown = await wcodoo('purge');
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('Nothing was selected, and nothing removed');
  expect(shown.stdout).toMatch(/store shop: \d+ links/);
  expect((await withState((state) => state.runs.list('shop', 10))).map(({ command }) => command)).toEqual([
    'sync',
  ]);
});

test('what nobody confirms is not removed, and a dry run changes nothing', async () => {
  const before = readFileSync(join(home, 'state.db'));
  const refused = await wcodoo('purge', '--audit-older-than', '0d');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('say --yes');
  const planned = await json<Purged>('purge', '--audit-older-than', '0d', '--runs', '--debts', '--dry-run');
  expect(planned).toMatchObject({ runId: null, freedBytes: 0 });
  expect(planned.parts.map(({ kind }) => kind)).toEqual(['audit', 'audit-files', 'runs', 'debts']);
  expect(planned.parts[0]?.count).toBeGreaterThan(10);
  expect(readFileSync(join(home, 'state.db')).equals(before)).toBe(true);
});

test('while a run is under way nothing is removed', async () => {
  await withState(async (state) => {
    const lock = await state.lock('r9');
    expect((await wcodoo('purge', '--audit-older-than', '0d', '--yes')).code).toBe(75);
    await lock.release();
  });
});

test('everything purgeable goes, is said in an audit of its own, and the next sync writes nothing', async () => {
  const [wooId, odooId] = anyOrder();
  await act('DELETE', 'WOO_URL', `orders/${wooId ?? ''}?force=1`);
  expect((await wcodoo('sync', '--full')).code).toBe(0);
  // Gone from the shop alone it stays.
  expect((await json<Purged>('purge', '--links-orphaned', '--dry-run')).parts).toMatchObject([{ count: 0 }]);
  // Odoo deletes no confirmed order.
  await act('POST', 'ODOO_URL', `records/sale.order/${odooId ?? ''}/action_cancel`);
  await act('DELETE', 'ODOO_URL', `records/sale.order/${odooId ?? ''}`);
  // What that set free in stock.
  expect((await wcodoo('sync')).code).toBe(0);

  const unfinished = { ...QUARANTINED, key: recordKey('shop', 'order', 90002), state: 'retry' as const };
  await withState((state) => state.commit({ debts: [QUARANTINED, unfinished] }));
  const flags = ['--audit-older-than', '0d', '--runs', '--links-orphaned', '--debts', '--yes'];
  const purged = await json<Purged>('purge', ...flags);
  expect(Object.fromEntries(purged.parts.map(({ kind, count }) => [kind, count > 0]))).toEqual({
    audit: true,
    'audit-files': true,
    runs: false,
    links: true,
    debts: true,
  });
  expect(purged.parts.find(({ kind }) => kind === 'links')?.names).toEqual([`shop/order/${wooId ?? ''}`]);
  expect(purged.problem).toBeNull();

  const rows = await withState((state) => Promise.resolve([...state.auditOf(purged.runId ?? '')]));
  expect(rows.map(({ entity, reason }) => `${entity} ${reason}`)).toEqual([
    'audit purged-by-person',
    'audit-files purged-by-person',
    'runs purged-by-person',
    'links purged-by-person',
    'order dropped-by-person',
    'debts purged-by-person',
  ]);
  expect(readdirSync(join(home, 'audit'))).toEqual([`audit-${purged.runId ?? ''}.csv`]);
  expect(await withState((state) => state.debts.list('shop'))).toMatchObject([{ state: 'retry' }]);
  expect(checkState(join(home, 'state.db'), new Date()).problems).toEqual([]);
  await withState((state) => state.commit({ settledDebts: [unfinished.key] }));
  await expectNothingWritten();
});

test('a store that is the configured shop under another name is not purged; another one is', async () => {
  const path = join(home, 'state.db');
  const db = new Database(path);
  db.prepare('INSERT INTO stores (store, url) VALUES (?, ?), (?, ?)').run(
    'renamed',
    environment['WOO_URL'],
    'closed',
    'https://closed.example.com',
  );
  db.close();
  const refused = await wcodoo('purge', '--store', 'renamed', '--yes');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('would be created a second time');
  expect((await wcodoo('purge', '--store', 'shop', '--yes')).code).toBe(2);
  expect((await wcodoo('purge', '--store', 'unknown', '--yes')).code).toBe(2);
  expect((await wcodoo('purge', '--store', 'closed', '--yes')).code).toBe(0);
  expect((await withState((state) => state.purge.stores())).map(({ store }) => store).sort()).toEqual([
    'renamed',
    'shop',
  ]);
});

describe('--all', () => {
  test('is refused while records may be in Odoo that only the state knows of', async () => {
    await withState((state) =>
      state.intents.open([
        {
          key: recordKey('shop', 'order', 90003),
          flow: 'orders',
          runId: 'r1',
          odooModel: 'sale.order',
          link: null,
          createdAt: new Date().toISOString(),
        },
      ]),
    );
    const refused = await wcodoo('purge', '--all', '--yes');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('Run `wcodoo sync` once');
    expect((await wcodoo('sync')).code).toBe(0);
  });

  test('forgets everything, and the next sync finds every record again and makes none twice', async () => {
    const all = await wcodoo('purge', '--all', '--yes');
    expect(all.code).toBe(0);
    expect(await withState((state) => state.links.count('shop'))).toBe(0);
    expect(readdirSync(join(home, 'audit'))).toHaveLength(1);
    const [, odooBefore] = await writes();
    const summary = await json<{ flows: { created: number; linked: number; unchanged: number }[] }>('sync');
    expect(summary.flows.map(({ created }) => created)).toEqual(summary.flows.map(() => 0));
    expect((await writes())[1]).toBe(odooBefore);
    await expectNothingWritten();
  });

  test('is said alone', async () => {
    expect((await wcodoo('purge', '--all', '--runs', '--yes')).code).toBe(2);
  });
});

test('killed in the middle, a purge leaves a sound state that the next one goes on from', async () => {
  await withState(async (state) => {
    const old = '2026-01-01T00:00:00.000Z';
    const [row] = [...state.auditOf((await state.runs.list('shop', 1))[0]?.runId ?? '')];
    expect(row === undefined).toBe(true);
    await state.runs.start({
      runId: 'old',
      store: 'shop',
      startedAt: old,
      endedAt: old,
      status: 'done',
      exitCode: 0,
      command: 'sync',
      summary: null,
    });
    for (let part = 0; part < 12; part += 1) {
      await state.commit({ audit: Array.from({ length: 5_000 }, () => oldRow(old)) });
    }
  });
  writeFileSync(join(home, 'audit', 'audit-old.csv'), 'x');
  const running = startCli(['purge', '--audit-older-than', '90d', '--yes'], environment, folder);
  const before = 60_000;
  for (let left = before; left === before;) {
    left = await withState((state) => Promise.resolve(countOld(state)));
  }
  running.child.kill('SIGKILL');
  await running.result;
  expect(checkState(join(home, 'state.db'), new Date()).problems).toEqual([]);
  const left = await withState((state) => Promise.resolve(countOld(state)));
  expect(left % 5_000).toBe(0);
  const again = await wcodoo('purge', '--audit-older-than', '90d', '--yes');
  expect(again.code).toBe(0);
  expect(await withState((state) => Promise.resolve(countOld(state)))).toBe(0);
  expect(existsSync(join(home, 'audit', 'audit-old.csv'))).toBe(false);
  await expectNothingWritten();
});

function countOld(state: OpenState): number {
  return [...state.auditOf('old')].length;
}

function oldRow(time: string) {
  return {
    runId: 'old',
    time,
    store: 'shop',
    flow: 'orders',
    direction: 'wooToOdoo' as const,
    action: 'create',
    status: 'done',
    entity: 'order',
    wooId: '1',
    odooId: '1',
    businessKey: '1',
    changes: [],
    reason: '',
    message: 'm'.repeat(100),
    attempt: 1,
    durationMs: 1,
  };
}
