import type { RunRecord } from '../../src/core/ports';
import type { FlowSummary, RunSummary } from '../../src/core/run-summary';
import { noCounts } from '../../src/core/run-summary';
import { openState, type OpenState } from '../../src/state/open';
import { auditRowOf, debtOf, intentOf, keyOf, now, NOW, STORE } from './samples';

let state: OpenState;

beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

async function sync(
  runId: string,
  hour: number,
  ends: Readonly<Record<string, FlowSummary['status']>>,
  values: Partial<RunRecord> = {},
): Promise<void> {
  const flows = Object.entries(ends).map(([flow, status]): FlowSummary => ({
    ...noCounts(),
    store: STORE,
    flow,
    status,
    message: status === 'done' ? '' : `why ${flow}`,
    durationMs: 1,
    decisions: [],
  }));
  const time = `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
  await state.runs.start({
    runId,
    store: STORE,
    startedAt: time,
    endedAt: time,
    status: 'done',
    exitCode: 0,
    command: 'sync',
    summary: { flows } as unknown as RunSummary,
    ...values,
  });
}

test('the newest runs, and the last sync that ended with 0', async () => {
  await sync('r1', 1, {});
  await sync('r2', 2, {}, { exitCode: 1, command: 'sync orders' });
  await sync('r3', 3, {}, { command: 'debts drop' });
  await sync('other', 4, {}, { store: 'other' });
  const { runs, lastSuccess } = await state.overview(STORE, 2);
  expect(runs.map(({ runId }) => runId)).toEqual(['r3', 'r2']);
  expect(lastSuccess?.runId).toBe('r1');
});

test('how each flow ended when it last had its turn, and when it was last done', async () => {
  await sync('r1', 1, { orders: 'done', stock: 'done' });
  await sync('r2', 2, { orders: 'failed', stock: 'done' });
  await sync('r3', 3, { stock: 'skipped' });
  const { flowEnds, flowsDone } = await state.overview(STORE, 1);
  expect(flowEnds).toEqual([
    { flow: 'orders', runId: 'r2', status: 'failed', message: 'why orders', at: '2026-03-01T02:00:00.000Z' },
    { flow: 'stock', runId: 'r2', status: 'done', message: '', at: '2026-03-01T02:00:00.000Z' },
  ]);
  expect(flowsDone.map(({ flow, runId }) => `${flow} ${runId}`)).toEqual(['orders r1', 'stock r2']);
});

test('debts by flow and state with the oldest, those due, and the reasons of the quarantine', async () => {
  await state.commit({
    debts: [
      debtOf(keyOf(1), { flow: 'orders', firstAt: '2026-02-02T00:00:00.000Z', nextAt: NOW }),
      debtOf(keyOf(2), { flow: 'orders', firstAt: '2026-02-01T00:00:00.000Z' }),
      debtOf(keyOf(3), { flow: 'orders', state: 'quarantine', reason: 'tax-not-mapped' }),
      debtOf(keyOf(4), { flow: 'orders', state: 'quarantine', reason: 'missing-product' }),
      debtOf(keyOf(5), { flow: 'stock', state: 'quarantine', reason: 'missing-product' }),
      debtOf(keyOf(6, 'order', 'other')),
    ],
  });
  const { debts, debtsDue, quarantine } = await state.overview(STORE, 1);
  expect(debts.map(({ flow, state: of, count }) => `${flow} ${of} ${count}`)).toEqual([
    'orders quarantine 2',
    'orders retry 2',
    'stock quarantine 1',
  ]);
  expect(debts[1]?.oldestAt).toBe('2026-02-01T00:00:00.000Z');
  expect(debtsDue).toBe(1);
  expect(quarantine).toEqual([
    { reason: 'missing-product', count: 2 },
    { reason: 'tax-not-mapped', count: 1 },
  ]);
});

test('open creates, the audit, unused breaches, and who holds the lock', async () => {
  await state.intents.open([intentOf(keyOf(1))]);
  const breach = {
    store: STORE,
    runId: 'r1',
    flow: 'stock',
    limit: 'changed-share' as const,
    measured: 1,
    message: 'm',
    at: NOW,
    usedBy: null,
  };
  await state.commit({
    audit: [auditRowOf({ time: '2026-02-01T00:00:00.000Z' }), auditRowOf()],
    breaches: [breach, { ...breach, flow: 'orders', usedBy: 'r2' }],
  });
  await state.lock('r9');
  expect(await state.overview(STORE, 1)).toMatchObject({
    intents: { count: 1, oldestAt: NOW },
    audit: { rows: 2, oldestAt: '2026-02-01T00:00:00.000Z' },
    breaches: [breach],
    lock: { owner: 'r9', isAlive: true },
  });
});

test('a new state is empty in all of it', async () => {
  expect(await state.overview(STORE, 5)).toMatchObject({
    links: 0,
    lock: null,
    runs: [],
    lastSuccess: null,
    flowEnds: [],
    audit: { rows: 0, oldestAt: null },
  });
});
