/** What the state can tell of itself at a glance. */
import type { RunRecord } from './audit';
import type { Breach } from './limits';
import type { Checkpoint, DebtState } from './state';

/** Debts of one flow in one state. */
export interface DebtCount {
  readonly flow: string;
  readonly state: DebtState;
  readonly count: number;
  /** When the oldest of them was first seen (ISO, UTC). */
  readonly oldestAt: string;
}

/** How a flow ended in the last run that had its turn. */
export interface FlowEnd {
  readonly flow: string;
  readonly runId: string;
  readonly status: string;
  /** Why it is not done; empty otherwise. */
  readonly message: string;
  /** ISO, UTC. */
  readonly at: string;
}

/** Who holds the run lock. */
export interface LockHolder {
  /** A run id, or the command. */
  readonly owner: string;
  readonly pid: number;
  readonly host: string;
  /** ISO, UTC. */
  readonly startedAt: string;
  /** ISO, UTC. */
  readonly heartbeatAt: string;
  /** False when the next run would take the lock over. */
  readonly isAlive: boolean;
}

/** One store at one moment, read without the run lock. */
export interface StateOverview {
  /** Version of the schema. */
  readonly schema: number;
  readonly links: number;
  readonly lock: LockHolder | null;
  /** The newest first. */
  readonly runs: readonly RunRecord[];
  /** The last sync that ended with 0; null when none did. */
  readonly lastSuccess: RunRecord | null;
  readonly checkpoints: readonly Checkpoint[];
  /** The last end of each flow, as far as the last thousand runs go back. */
  readonly flowEnds: readonly FlowEnd[];
  /** The last time each flow was done, within the same runs. */
  readonly flowsDone: readonly FlowEnd[];
  readonly debts: readonly DebtCount[];
  /** Debts whose next try is due. */
  readonly debtsDue: number;
  /** Debts in quarantine by reason, the most frequent first. */
  readonly quarantine: readonly { readonly reason: string; readonly count: number }[];
  readonly intents: { readonly count: number; readonly oldestAt: string | null };
  /** Limits that stopped a run and that nobody has let pass yet, the newest first. */
  readonly breaches: readonly Breach[];
  readonly audit: { readonly rows: number; readonly oldestAt: string | null };
}
