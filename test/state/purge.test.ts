import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../src/core/ports';
import { checkState } from '../../src/state/check';
import { openState, type OpenState } from '../../src/state/open';
import { startChild } from './child';
import {
  auditRowOf,
  checkpointOf,
  debtOf,
  intentOf,
  keyOf,
  linkOf,
  now,
  NOW,
  STORE,
  useFolder,
} from './samples';

const folder = useFolder();
const CUTOFF = '2026-03-01T00:00:00.000Z';
const OLD = '2026-01-01T00:00:00.000Z';
let state: OpenState;
let path: string;
let number = 0;

beforeEach(async () => {
  number += 1;
  path = join(folder, `${number}.db`);
  state = await openState({ path, now });
});
afterEach(() => {
  state.close();
});

async function run(runId: string, endedAt: string | null, values: Partial<RunRecord> = {}): Promise<void> {
  await state.runs.start({
    runId,
    store: STORE,
    startedAt: endedAt ?? OLD,
    endedAt,
    status: 'done',
    exitCode: 1,
    command: 'sync',
    summary: null,
    ...values,
  });
}

async function rows(runId: string, count: number, time = OLD, store = STORE): Promise<void> {
  await state.commit({
    audit: Array.from({ length: count }, () => auditRowOf({ runId, time, store })),
  });
}

async function drain(steps: AsyncIterable<number>): Promise<number[]> {
  const counts: number[] = [];
  for await (const count of steps) {
    counts.push(count);
  }
  return counts;
}

function left(runId: string): number {
  return [...state.auditOf(runId)].length;
}

describe('the audit', () => {
  test('of runs that ended before the time goes, whole; that of others stays', async () => {
    await run('old', '2026-02-28T23:59:59.999Z');
    await rows('old', 3);
    await run('new', CUTOFF);
    await rows('new', 2);
    const found = await state.purge.findAudit(CUTOFF);
    expect(found).toEqual({ runIds: ['old'], rows: 3 });
    expect(await drain(state.purge.removeAudit(found.runIds))).toEqual([3]);
    expect([left('old'), left('new')]).toEqual([0, 2]);
  });

  test('of a run that has not ended stays, however old it is', async () => {
    await run('under-way', null);
    await rows('under-way', 2);
    expect(await state.purge.findAudit(NOW)).toEqual({ runIds: [], rows: 0 });
  });

  test('of a run that is on record no more goes by the time of its last row', async () => {
    await rows('forgotten', 2);
    await rows('half', 1);
    await rows('half', 1, NOW);
    expect(await state.purge.findAudit(CUTOFF)).toEqual({ runIds: ['forgotten'], rows: 2 });
  });

  test('goes in steps of bounded size, across runs and within one', async () => {
    await run('large', OLD);
    await rows('large', 7_000);
    await run('small', OLD);
    await rows('small', 10);
    const { runIds } = await state.purge.findAudit(CUTOFF);
    expect(await drain(state.purge.removeAudit(runIds))).toEqual([5_000, 2_010]);
  });

  test('stays where the lock was lost to another run', async () => {
    await run('old', OLD);
    await rows('old', 3);
    await state.lock('purge');
    const other = await openState({ path, now: () => new Date(now().getTime() + 3_600_000) });
    await other.lock('r2');
    await expect(drain(state.purge.removeAudit(['old']))).rejects.toThrow('lost the lock');
    expect(left('old')).toBe(3);
    other.close();
  });
});

describe('runs', () => {
  /** Twenty newer ones, so that age alone decides about the others. */
  async function fillUp(): Promise<void> {
    for (let index = 10; index < 30; index += 1) {
      await run(`new${index}`, `2026-02-${index < 29 ? index : 28}T00:00:00.000Z`);
    }
  }

  test('go once they are old and without audit, with the limits that stopped them', async () => {
    await fillUp();
    await run('bare', OLD);
    await run('audited', OLD);
    await rows('audited', 1);
    await run('open', null, { startedAt: OLD });
    await state.commit({ breaches: [breachOf('bare'), breachOf('audited')] });
    expect(await state.purge.findRuns('2026-01-02T00:00:00.000Z', [])).toEqual(['bare']);
    expect(await state.purge.findRuns('2026-01-02T00:00:00.000Z', ['audited'])).toEqual(['audited', 'bare']);
    expect(await drain(state.purge.removeRuns(['bare']))).toEqual([1]);
    expect(await state.breaches.find(STORE, 'bare')).toEqual([]);
    expect(await state.breaches.find(STORE, 'audited')).toHaveLength(1);
    expect((await state.runs.list(STORE, 100)).map(({ runId }) => runId)).not.toContain('bare');
  });

  test('the newest twenty of each store stay, and the last good sync', async () => {
    await run('good', OLD, { exitCode: 0, command: 'sync orders' });
    await run('better', '2025-01-01T00:00:00.000Z', { exitCode: 0 });
    await run('dropped', OLD, { exitCode: 0, command: 'debts drop' });
    await run('other', OLD, { store: 'other' });
    await fillUp();
    expect(await state.purge.findRuns(NOW, [])).toEqual(['better', 'dropped']);
  });

  function breachOf(runId: string) {
    return {
      store: STORE,
      runId,
      flow: 'stock',
      limit: 'changed-share' as const,
      measured: 1,
      message: 'm',
      at: OLD,
      usedBy: null,
    };
  }
});

describe('links', () => {
  test('that a debt, an intent or held units need are not idle, and are not removed', async () => {
    await state.commit({
      links: [1, 2, 3, 4].map((id) => linkOf(keyOf(id))),
      debts: [debtOf(keyOf(1))],
      heldOrders: [keyOf(3)],
      holds: [{ order: keyOf(3), productId: 9, quantity: 2 }],
    });
    await state.intents.open([intentOf(keyOf(2))]);
    const idle: string[] = [];
    for await (const links of state.purge.idleLinks(STORE)) {
      idle.push(...links.map(({ key }) => key.id));
    }
    expect(idle).toEqual(['4']);
    expect(await state.purge.removeIdleLinks([1, 2, 3, 4].map((id) => keyOf(id)))).toBe(1);
    expect(await state.links.count(STORE)).toBe(3);
  });

  test('come in pages, each once', async () => {
    const keys = Array.from({ length: 1_203 }, (_, id) => keyOf(id, id % 2 === 0 ? 'order' : 'customer'));
    await state.commit({ links: keys.map((key) => linkOf(key)) });
    const found: string[] = [];
    for await (const links of state.purge.idleLinks(STORE)) {
      found.push(...links.map(({ key }) => `${key.entity}/${key.id}`));
    }
    expect(new Set(found).size).toBe(1_203);
    expect(found).toHaveLength(1_203);
  });
});

describe('a store', () => {
  test('goes with everything of it, and nothing of another', async () => {
    for (const store of ['old', STORE]) {
      const key = keyOf(1, 'order', store);
      await state.bindStore(store, `https://${store}.example.com`).catch(() => undefined);
      await state.commit({
        links: [linkOf(key)],
        debts: [debtOf(keyOf(2, 'order', store))],
        checkpoint: checkpointOf({ store }),
        audit: [auditRowOf({ store })],
      });
    }
    const before = (await state.purge.stores()).find(({ store }) => store === STORE);
    await drain(state.purge.removeStore('old'));
    expect(await state.purge.stores()).toEqual([before]);
  });

  test('is known by the address of its shop, however that is written', async () => {
    await state.bindStore(STORE, 'https://shop.example.com/fr/');
    expect(await state.purge.storesAt('http://SHOP.example.com/fr')).toEqual([STORE]);
    expect(await state.purge.storesAt('https://shop.example.com/de')).toEqual([]);
  });
});

test('everything goes but the run that does it', async () => {
  await run('old', OLD);
  await run('purge', null);
  await rows('old', 2);
  await state.commit({ links: [linkOf(keyOf(1))], checkpoint: checkpointOf() });
  await state.bindStore(STORE, 'https://shop.example.com');
  expect(await state.purge.removeAll('purge')).toBe(6);
  expect(await state.purge.stores()).toEqual([{ store: STORE, url: null, rows: { runs: 1 } }]);
});

test('a shrunk state is smaller on the disk, log included, and sound', async () => {
  await run('old', OLD);
  await rows('old', 6_000);
  await drain(state.purge.removeAudit(['old']));
  const { bytesBefore, bytesAfter, problem } = await state.purge.shrink();
  expect(problem).toBeNull();
  expect(bytesAfter).toBeLessThan(bytesBefore / 4);
  expect(statSync(path).size).toBe(bytesAfter);
  expect(checkState(path, now()).problems).toEqual([]);
});

test('a state that others read loses nothing and is shrunk as far as can be, and that is said', async () => {
  await run('old', OLD);
  await rows('old', 3_000);
  const reader = new Database(path);
  reader.exec('BEGIN');
  const count = reader.prepare('SELECT count(*) FROM audit').pluck();
  expect(count.get()).toBe(3_000);
  await drain(state.purge.removeAudit(['old']));
  expect((await state.purge.shrink()).problem).toContain('another program reads the state');
  expect(count.get()).toBe(3_000);
  reader.close();
  expect((await state.purge.shrink()).problem).toBeNull();
  expect(checkState(path, now()).problems).toEqual([]);
});

test('killed at any step, a purge leaves a sound state with whole transactions, and goes on from there', async () => {
  await run('old', OLD);
  await rows('old', 17_000);
  await run('new', NOW);
  await rows('new', 10, NOW);
  state.close();
  for (const steps of [1, 2]) {
    const child = startChild(
      `const state = await openState({ path: args[0], now: () => new Date() });
       const lock = await state.lock('purge');
       const { runIds } = await state.purge.findAudit(args[1]);
       let step = 0;
       for await (const removed of state.purge.removeAudit(runIds)) {
         step += 1;
         if (step === Number(args[2])) { say('now'); }
       }
       say('done'); await new Promise(() => undefined);`,
      path,
      CUTOFF,
      String(steps),
    );
    expect(await child.nextLine()).toBe('now');
    child.kill('SIGKILL');
    await child.ended;
    expect(checkState(path, new Date()).problems).toEqual([]);
    state = await openState({ path, now: () => new Date() });
    expect((17_000 - left('old')) % 5_000).toBe(0);
    expect(left('new')).toBe(10);
    state.close();
  }
  state = await openState({ path, now: () => new Date() });
  await state.lock('purge');
  await drain(state.purge.removeAudit((await state.purge.findAudit(CUTOFF)).runIds));
  expect(left('old')).toBe(0);
});
