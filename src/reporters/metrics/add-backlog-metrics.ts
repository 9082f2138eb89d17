/** What is owed, and how far the flows are. */
import type { Registry } from 'prom-client';
import type { DebtState } from '../../core/ports';
import { addGauge, secondsBetween, within } from './add-gauge';
import type { MetricFacts } from './read-metric-facts';

const DEBT_STATES = ['retry', 'waiting', 'quarantine'] as const satisfies DebtState[];

/** Entity of an order in the key of a debt. */
const ORDER = 'order';

/** Adds debts, and the age of the order that waits longest. */
export function addDebtMetrics(registry: Registry, { debts, source, now }: MetricFacts): void {
  const zeros = source.flows.flatMap((flow) =>
    DEBT_STATES.map((state) => ({ labels: { flow, state }, value: 0 })),
  );
  addGauge(registry, 'wcodoo_debts', 'Records that are owed, by flow and state.', [
    ...zeros,
    ...debts.map(({ flow, state }) => ({
      labels: { flow: within(source.flows, flow), state: within(DEBT_STATES, state) },
      value: 1,
    })),
  ]);
  addGauge(registry, 'wcodoo_quarantined_records', 'Records that are owed and need a person.', [
    { value: debts.filter(({ state }) => state === 'quarantine').length },
  ]);
  const ages = debts
    .filter(({ key }) => key.entity === ORDER)
    .map(({ firstAt }) => secondsBetween(firstAt, now.toISOString()));
  addGauge(
    registry,
    'wcodoo_oldest_unsynced_order_age_seconds',
    'Since when the oldest order that is owed was first seen; 0 when none is owed.',
    [{ value: ages.reduce((oldest, age) => Math.max(oldest, age), 0) }],
  );
}

/** Adds how far each flow has read, and how many records its source had. */
export function addProgressMetrics(registry: Registry, { progress, now }: MetricFacts): void {
  addGauge(
    registry,
    'wcodoo_checkpoint_lag_seconds',
    'Age of the watermark of a flow: changes before it are done or owed. Without a value before the first complete sweep.',
    progress.flatMap(({ flow, watermark }) =>
      watermark === null ? [] : [{ labels: { flow }, value: secondsBetween(watermark, now.toISOString()) }],
    ),
  );
  addGauge(
    registry,
    'wcodoo_listed_records',
    'Records that the source of a flow had when it was last listed completely.',
    progress.flatMap(({ flow, listed }) => (listed === null ? [] : [{ labels: { flow }, value: listed }])),
  );
}
