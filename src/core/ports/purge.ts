/** Forgetting what the state no longer needs. */
import type { RecordKey } from '../keys';
import type { Link } from './state';

/** Which part of the audit is over: always whole runs, so that what is left of a run is complete. */
export interface OldAudit {
  /** Runs of which there are rows, the oldest first. */
  readonly runIds: readonly string[];
  readonly rows: number;
}

/** Rows of a store by table. */
export interface StoreRows {
  readonly store: string;
  /** Address of the shop it is tied to; null where it is tied to none. */
  readonly url: string | null;
  readonly rows: Readonly<Record<string, number>>;
}

/** What giving space back to the disk came to. */
export interface Shrunk {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Why the file could not be made smaller, a sentence; null when it was. */
  readonly problem: string | null;
}

/**
 * Removes in transactions of a bounded size, so that others can read and write
 * in between and a kill leaves whole transactions. Everything that removes
 * throws LockHeldError when the run lock was lost meanwhile. Never touched:
 * what belongs to runs that have not ended.
 */
export interface Purge {
  /** Every run on record, with the time it ended; null for one that has not. */
  runEnds(): Promise<ReadonlyMap<string, string | null>>;
  /**
   * The audit of runs that ended before a time (ISO, UTC). Rows of a run that
   * is on record no more go by their own time.
   */
  findAudit(before: string): Promise<OldAudit>;
  /** Removes the audit of runs; hands out how many rows each transaction removed. */
  removeAudit(runIds: readonly string[]): AsyncGenerator<number, void, void>;
  /**
   * Runs that ended before a time and have no row in the audit, but for those
   * of `withoutAudit`. The newest runs of each store stay, and its last good sync.
   */
  findRuns(before: string, withoutAudit: readonly string[]): Promise<string[]>;
  /** Removes runs, with the limits that stopped them; hands out how many each transaction removed. */
  removeRuns(runIds: readonly string[]): AsyncGenerator<number, void, void>;
  /** Links of a store that no debt, intent or held units need, in pages by key. */
  idleLinks(store: string): AsyncGenerator<readonly Link[], void, void>;
  /** Removes those of these links that are still needed by nothing; the others stay. */
  removeIdleLinks(keys: readonly RecordKey[]): Promise<number>;
  /** Every store of which there is anything. */
  stores(): Promise<StoreRows[]>;
  /** The stores that are tied to this address of a shop; scheme, letter case of the host and a last slash do not count. */
  storesAt(url: string): Promise<string[]>;
  /** The runs of a store that the audit or the list of runs know. */
  runsOf(store: string): Promise<string[]>;
  /** Removes everything of a store, its audit first; hands out how many rows each transaction removed. */
  removeStore(store: string): AsyncGenerator<number, void, void>;
  /** Removes everything but one run, in a single transaction: all of it or nothing. Returns how many rows. */
  removeAll(exceptRunId: string): Promise<number>;
  /** Gives the space of what was removed back to the disk. Needs as much free space as the state is large. */
  shrink(): Promise<Shrunk>;
}
