import type { RunRecord } from '../../src/core/ports';
import { openState } from '../../src/state/open';
import type { OpenState } from '../../src/state/open';
import { STORE, now } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

function runOf(runId: string, startedAt: string, values: Partial<RunRecord> = {}): RunRecord {
  const open = { endedAt: null, status: 'running', exitCode: null, command: 'sync', summary: null };
  return { runId, store: STORE, startedAt, ...open, ...values };
}

test('the newest runs of a store are listed, as many as asked for', async () => {
  await state.runs.start(runOf('a', '2026-03-01T00:00:00Z'));
  await state.runs.start(runOf('c', '2026-03-03T00:00:00Z'));
  await state.runs.start(runOf('b', '2026-03-02T00:00:00Z'));
  await state.runs.start(runOf('d', '2026-03-04T00:00:00Z', { store: 'other' }));
  expect((await state.runs.list(STORE, 2)).map((run) => run.runId)).toEqual(['c', 'b']);
});

test('a finished run shows how it ended', async () => {
  await state.runs.start(runOf('a', '2026-03-01T00:00:00Z'));
  const ended = runOf('a', '2026-03-01T00:00:00Z', {
    endedAt: '2026-03-01T00:01:00Z',
    status: 'incomplete',
    exitCode: 1,
  });
  await state.runs.finish(ended);
  expect(await state.runs.list(STORE, 10)).toEqual([ended]);
});

describe('a filter', () => {
  beforeEach(async () => {
    await state.runs.start(runOf('a1', '2026-03-01T00:00:00Z', { status: 'done' }));
    await state.runs.start(runOf('a2', '2026-03-02T00:00:00Z', { status: 'failed', command: 'sync orders' }));
    await state.runs.start(runOf('b1', '2026-03-03T00:00:00Z', { command: 'synchronise' }));
    await state.runs.start(runOf('b2', '2026-03-04T00:00:00Z', { store: 'other', status: 'failed' }));
  });

  test.each([
    [{}, ['b1', 'a2', 'a1']],
    [{ status: 'done' }, ['a1']],
    [{ hasTrouble: true }, ['a2']],
    [{ hasTrouble: false }, ['b1', 'a2', 'a1']],
    [{ command: 'sync' }, ['a2', 'a1']],
    [{ command: 'sync orders' }, ['a2']],
    [{ since: '2026-03-02T00:00:00Z' }, ['b1', 'a2']],
    [{ until: '2026-03-02T00:00:00Z' }, ['a1']],
    [{ status: "x' OR '1'='1" }, []],
  ])('%j leaves %j', async (filter, ids) => {
    expect((await state.runs.list(STORE, 10, filter)).map(({ runId }) => runId)).toEqual(ids);
  });

  test('runs are found by the beginning of their id, in their store', async () => {
    const found = async (beginning: string): Promise<string[]> =>
      (await state.runs.find(STORE, beginning)).map(({ runId }) => runId);
    expect(await found('a1')).toEqual(['a1']);
    expect(await found('a')).toEqual(['a2', 'a1']);
    expect(await found('b')).toEqual(['b1']);
    expect(await found('%')).toEqual([]);
  });
});

test('the last sync is the newest that ended, and one that ended well is found behind those that failed', async () => {
  const ended = { endedAt: '2026-03-09T00:00:00Z', status: 'done', exitCode: 0 };
  const failed = { ...ended, status: 'failed', exitCode: 3 };
  await state.runs.start(runOf('a', '2026-03-01T00:00:00Z', ended));
  await state.runs.start(runOf('b', '2026-03-02T00:00:00Z', { ...ended, command: 'sync orders' }));
  await state.runs.start(runOf('c', '2026-03-03T00:00:00Z', failed));
  await state.runs.start(runOf('d', '2026-03-04T00:00:00Z', { ...ended, command: 'debts drop 7' }));
  await state.runs.start(runOf('e', '2026-03-05T00:00:00Z'));
  await state.runs.start(runOf('f', '2026-03-06T00:00:00Z', { ...ended, store: 'other' }));
  expect((await state.runs.findLastSync(STORE))?.runId).toBe('c');
  expect((await state.runs.findLastSync(STORE, 0))?.runId).toBe('b');
  expect(await state.runs.findLastSync(STORE, 70)).toBeUndefined();
});
