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
