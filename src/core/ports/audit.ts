/** What is kept of the runs and of their decisions. */
import type { RunSummary } from '../run-summary';

export interface RunRecord {
  readonly runId: string;
  readonly store: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly status: string;
  readonly exitCode: number | null;
  readonly command: string;
  /** What it came to; null for a run that did not come to its end, and for one that is no sync. */
  readonly summary: RunSummary | null;
}

export interface Runs {
  start(run: RunRecord): Promise<void>;
  finish(run: RunRecord): Promise<void>;
  list(store: string, limit: number): Promise<RunRecord[]>;
  /** The newest sync that has ended, of those that ended with `exitCode` where one is given. */
  findLastSync(store: string, exitCode?: number): Promise<RunRecord | undefined>;
}

/** One row of the audit: one decision about one record. */
export interface AuditRow {
  readonly runId: string;
  /** ISO, UTC. */
  readonly time: string;
  readonly store: string;
  readonly flow: string;
  readonly direction: Direction;
  /** create, update, link, skip, conflict, … */
  readonly action: string;
  /** done, planned, failed, waiting, quarantined, skipped. */
  readonly status: string;
  readonly entity: string;
  readonly wooId: string;
  readonly odooId: string;
  /** Order number, SKU or e-mail address: what a person searches for. */
  readonly businessKey: string;
  readonly changes: readonly FieldChange[];
  readonly reason: string;
  readonly message: string;
  readonly attempt: number;
  readonly durationMs: number;
}

export type Direction = 'wooToOdoo' | 'odooToWoo';

/** One mapped field that differs. */
export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}
