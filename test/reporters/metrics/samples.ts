/** A state with a run and debts in it, and what an installation says of its metrics. */
import { recordKey } from '../../../src/core/keys';
import type { Debt, RunRecord, State } from '../../../src/core/ports';
import { noCounts, type RunSummary } from '../../../src/core/run-summary';
import { CALL_BOUNDS_MS } from '../../../src/lib/call-meter';
import type { MetricsSource } from '../../../src/reporters/metrics/read-metric-facts';
import { debtOf } from '../../state/samples';
import { flowOf, summaryOf } from '../samples';

export const NOW = new Date('2026-03-01T12:00:00.000Z');

export const SOURCE: MetricsSource = {
  store: 'shop',
  flows: ['customers', 'orders', 'stock'],
  version: '1.2.3',
  node: '20.19.0',
  odooKeyExpiresOn: '2026-03-11',
};

export const SUMMARY: RunSummary = summaryOf({
  status: 'incomplete',
  exitCode: 1,
  durationMs: 61_500,
  flows: [
    flowOf({
      flow: 'orders',
      ...noCounts(),
      read: 5,
      created: 3,
      failed: 1,
      conflicts: 1,
      durationMs: 1_500,
      decisions: [
        { action: 'create', status: 'done', count: 3 },
        { action: 'create', status: 'failed', count: 1 },
        { action: 'conflict', status: 'quarantined', count: 1 },
      ],
    }),
  ],
  calls: [
    {
      host: 'shop.example',
      calls: 10,
      errors: 2,
      totalMs: 4_250,
      buckets: CALL_BOUNDS_MS.map((bound) => (bound < 500 ? 6 : 9)),
    },
  ],
});

export function runOf(values: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: 'r1',
    store: 'shop',
    startedAt: '2026-03-01T11:00:00.000Z',
    endedAt: '2026-03-01T11:01:01.600Z',
    status: 'incomplete',
    exitCode: 1,
    command: 'sync',
    summary: SUMMARY,
    ...values,
  };
}

export function owed(entity: string, id: number, values: Partial<Debt> = {}): Debt {
  return debtOf(recordKey('shop', entity, id), { flow: 'orders', ...values });
}

/** A run of an hour ago that failed a little, one of a day ago that did not, and what they left. */
export async function fill(state: State): Promise<void> {
  await state.runs.finish(runOf());
  await state.runs.finish(
    runOf({
      runId: 'r0',
      startedAt: '2026-02-28T11:00:00.000Z',
      endedAt: '2026-02-28T11:01:00.000Z',
      exitCode: 0,
      status: 'done',
      summary: null,
    }),
  );
  await state.commit({
    debts: [
      owed('order', 1, { state: 'quarantine', firstAt: '2026-03-01T10:00:00.000Z' }),
      owed('order', 2, { state: 'retry', firstAt: '2026-03-01T11:00:00.000Z' }),
      owed('customer', 3, { flow: 'customers', state: 'waiting', firstAt: '2026-01-01T00:00:00.000Z' }),
    ],
    checkpoint: {
      store: 'shop',
      flow: 'orders',
      watermark: '2026-03-01T11:58:00.000Z',
      position: null,
      fullAt: null,
    },
    listing: { store: 'shop', flow: 'orders', records: 40, at: '2026-03-01T11:00:00.000Z' },
  });
}
