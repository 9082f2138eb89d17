/** What is kept of the runs and of their decisions. */
import type { DecisionCount, RunSummary } from '../run-summary';

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
  /** The newest first. */
  list(store: string, limit: number, filter?: RunFilter): Promise<RunRecord[]>;
  /** The newest runs whose id begins so, two at most: one is found, several are not told apart. */
  find(store: string, beginning: string): Promise<RunRecord[]>;
  /** The newest sync that has ended, of those that ended with `exitCode` where one is given. */
  findLastSync(store: string, exitCode?: number): Promise<RunRecord | undefined>;
}

/** What is said here must hold; times are ISO, UTC, and were the start of a run. */
export interface RunFilter {
  readonly status?: string | undefined;
  /** True for those that ended otherwise than `done`, and did end. */
  readonly hasTrouble?: boolean | undefined;
  /** `sync` finds `sync orders` too. */
  readonly command?: string | undefined;
  readonly since?: string | undefined;
  /** Exclusive. */
  readonly until?: string | undefined;
}

/** Reading what was decided. Whatever is filtered by, rows are found through an index and none is held longer than its page. */
export interface Audit {
  /**
   * In the order in which they were decided, or by time where a range of time
   * is asked for and no run or record. The state can be written meanwhile.
   */
  rows(filter: AuditFilter): AsyncIterable<AuditRow>;
  /** Flow by flow, in the order in which they first occurred. */
  countDecisions(filter: AuditFilter): Promise<AuditCount[]>;
  /** The most frequent first; rows without a reason are left out. */
  countReasons(filter: AuditFilter): Promise<ReasonCount[]>;
}

/** What is said here must hold for a row. A store with nothing else is the whole audit of a shop. */
export interface AuditFilter {
  readonly store: string;
  readonly runId?: string | undefined;
  readonly flow?: string | undefined;
  readonly action?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  /** ISO, UTC. */
  readonly since?: string | undefined;
  /** ISO, UTC; exclusive. */
  readonly until?: string | undefined;
  /** With `wooId`, what finds a record quickly without its run. */
  readonly entity?: string | undefined;
  readonly wooId?: string | undefined;
  readonly businessKey?: string | undefined;
  /** As a person names it: its id on either side or its business key, `#` or not. Reads all that the rest of the filter leaves. */
  readonly record?: string | undefined;
}

/** How many rows have one flow, action and status. */
export interface AuditCount extends DecisionCount {
  readonly flow: string;
}

export interface ReasonCount {
  readonly flow: string;
  readonly reason: string;
  readonly count: number;
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
