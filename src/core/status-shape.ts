/** The status as `wcodoo status --json` prints it: its keys are stable, new ones may be added. */
import type { DebtCount, Direction, LimitName, LockHolder, StateOverview } from './ports';

export interface RunCounts {
  readonly created: number;
  readonly updated: number;
  readonly linked: number;
  readonly conflicts: number;
  readonly failed: number;
}

export interface StatusRun {
  readonly runId: string;
  readonly command: string;
  readonly startedAt: string;
  /** Null while it is under way, and after a kill until the next run. */
  readonly endedAt: string | null;
  readonly status: string;
  readonly exitCode: number | null;
  readonly durationMs: number | null;
  /** Over all flows; null for what is no sync, or came to no end. */
  readonly counts: RunCounts | null;
}

export interface StatusFlow {
  readonly flow: string;
  readonly direction: Direction;
  /** Changes before it are done or owed; null before the first complete sweep. */
  readonly watermark: string | null;
  /** How far the watermark lies back. */
  readonly lagMs: number | null;
  /** When everything was last compared. */
  readonly fullAt: string | null;
  /** The sweep under way, by ids of the shop; null between sweeps. */
  readonly sweep: { readonly lastId: number; readonly upperId: number; readonly startedAt: string } | null;
  /** How it ended when it last had its turn. */
  readonly last: {
    readonly runId: string;
    readonly status: string;
    readonly message: string;
    readonly at: string;
  } | null;
  readonly lastDoneAt: string | null;
}

/** A limit that stopped a run and waits for a person. */
export interface StatusLimit {
  /** Empty where it stopped the whole run. */
  readonly flow: string;
  readonly limit: LimitName;
  readonly runId: string;
  readonly measured: number;
  readonly message: string;
  readonly at: string;
  /** What lets the run go on, all limits of it together. */
  readonly command: string;
}

/** Times are ISO in UTC, ages and durations in milliseconds, sizes in bytes. */
export interface Status {
  readonly at: string;
  readonly store: string;
  /** Servers by name and port, without a path. */
  readonly woo: { readonly host: string };
  readonly odoo: { readonly host: string; readonly database: string };
  /** `bytes` is null where there is no state yet. */
  readonly state: StatusFile & { readonly schema: number; readonly links: number };
  /** Who holds the run lock; null when nobody does. */
  readonly lock: LockHolder | null;
  /** The newest first. */
  readonly runs: readonly StatusRun[];
  readonly lastSuccess: { readonly runId: string; readonly endedAt: string; readonly ageMs: number } | null;
  readonly flows: readonly StatusFlow[];
  readonly debts: {
    readonly total: number;
    /** Those whose next try is due: the backlog of the next run. */
    readonly dueNow: number;
    readonly byFlow: readonly (DebtCount & { readonly ageMs: number })[];
    readonly quarantineReasons: readonly { readonly reason: string; readonly count: number }[];
  };
  /** Creates that were being written when a run ended, or are being written now. */
  readonly intents: StateOverview['intents'];
  readonly limits: readonly StatusLimit[];
  readonly audit: StateOverview['audit'] & StatusFiles;
  readonly newestBackup: string | null;
  /** What to do next, as sentences. */
  readonly hints: readonly string[];
}

export interface StatusFile {
  readonly path: string;
  /** With its write-ahead log. */
  readonly bytes: number | null;
}

export interface StatusFiles {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

/** What a status is made of. */
export interface StatusInput extends Pick<Status, 'store' | 'woo' | 'odoo' | 'newestBackup'> {
  readonly now: Date;
  readonly state: StatusFile;
  readonly audit: StatusFiles;
  readonly overview: StateOverview;
  /** The flows of the configuration, in the order in which they run. */
  readonly flows: readonly { readonly name: string; readonly direction: Direction }[];
}

/** Of a state that is not there yet. */
export const NO_OVERVIEW: StateOverview = {
  schema: 0,
  links: 0,
  lock: null,
  runs: [],
  lastSuccess: null,
  checkpoints: [],
  flowEnds: [],
  flowsDone: [],
  debts: [],
  debtsDue: 0,
  quarantine: [],
  intents: { count: 0, oldestAt: null },
  breaches: [],
  audit: { rows: 0, oldestAt: null },
};
