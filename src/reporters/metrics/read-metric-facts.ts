/** Reads from the state what the metrics show, so that every way to publish them shows the same. */
import type { Debt, RunRecord, State } from '../../core/ports';

/** What the installation itself says of a set of metrics. */
export interface MetricsSource {
  readonly store: string;
  /** Every flow of the registry: the values that a label `flow` may have. */
  readonly flows: readonly string[];
  readonly version: string;
  /** Version of Node, such as `20.19.0`. */
  readonly node: string;
  /** When the API key of Odoo ends (ISO date), where the configuration says it. */
  readonly odooKeyExpiresOn?: string | undefined;
}

/** How far one flow is. */
export interface FlowProgress {
  readonly flow: string;
  /** ISO, UTC; null before the first complete sweep. */
  readonly watermark: string | null;
  /** Records that its source had when it was last listed completely; null before. */
  readonly listed: number | null;
}

/** Everything the metrics are computed from. Plain data. */
export interface MetricFacts {
  readonly source: MetricsSource;
  readonly now: Date;
  /** The newest sync that has ended; undefined before the first. */
  readonly lastRun: RunRecord | undefined;
  /** The newest sync that ended with 0. */
  readonly lastSuccess: RunRecord | undefined;
  readonly debts: readonly Debt[];
  readonly progress: readonly FlowProgress[];
}

/** @throws FatalError when the state cannot be read */
export async function readMetricFacts(state: State, source: MetricsSource, now: Date): Promise<MetricFacts> {
  const { store, flows } = source;
  const progress: FlowProgress[] = [];
  // One after the other: a promise that fails while another one is awaited would end the program.
  for (const flow of flows) {
    const checkpoint = await state.checkpoints.get(store, flow);
    const listing = await state.listings.get(store, flow);
    progress.push({ flow, watermark: checkpoint?.watermark ?? null, listed: listing?.records ?? null });
  }
  return {
    source,
    now,
    lastRun: await state.runs.findLastSync(store),
    lastSuccess: await state.runs.findLastSync(store, 0),
    debts: await state.debts.list(store),
    progress,
  };
}
