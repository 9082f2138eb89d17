/** The memory between runs. */
import type { RecordKey } from '../keys';
import type { Alerts } from './alerts';
import type { Audit, AuditRow, Runs } from './audit';
import type { History } from './history';
import type { Breach, Breaches } from './limits';
import type { OdooPlace } from './odoo';

/** The pair of ids of one record on both sides. */
export interface Link {
  readonly key: RecordKey;
  readonly odooModel: string;
  readonly odooId: number;
  /** Hash of the mapped fields as last applied. */
  readonly hash: string;
  /** A short hash for each mapped field as last applied, to tell who changed what. */
  readonly fields: Readonly<Record<string, string>>;
  /** Hash of what Odoo held after the last write, where the entity keeps one. */
  readonly odooHash: string | null;
  /** Last step reached by an entity that has steps; null elsewhere. */
  readonly step: string | null;
  /** True when the record in Odoo is somebody's own (matched, or known from a guest's order only): its fields are never overwritten. */
  readonly adopted: boolean;
  /** A business key other records may match by (hash of an e-mail address), or null. */
  readonly matchKey: string | null;
}

export interface Links {
  /** Links by formatted key; those unknown are left out. */
  find(keys: readonly RecordKey[]): Promise<Map<string, Link>>;
  findByMatchKey(
    store: string,
    entities: readonly string[],
    matchKeys: readonly string[],
  ): Promise<Map<string, Link>>;
  findByOdooIds(store: string, entity: string, odooIds: readonly number[]): Promise<Link[]>;
  /** Links of an entity whose step is not one of `finalSteps`. */
  findUnfinished(store: string, entity: string, finalSteps: readonly string[]): Promise<Link[]>;
  count(store: string): Promise<number>;
  /** Links of an entity in the order of their ids, as text, after one; empty at the end. */
  page(store: string, entity: string, afterId: string, limit: number): Promise<Link[]>;
}

/** How far a flow has read. */
export interface Checkpoint {
  readonly store: string;
  readonly flow: string;
  /** Changes before this time (ISO, UTC) are done or owed; null before the first complete sweep. */
  readonly watermark: string | null;
  /** Where the sweep under way stands; null between sweeps. Plain JSON owned by the flow. */
  readonly position: unknown;
  /** When the last full comparison ended (ISO, UTC). */
  readonly fullAt: string | null;
}

export interface Checkpoints {
  get(store: string, flow: string): Promise<Checkpoint | undefined>;
}

/** A create written down before it is sent. */
export interface Intent {
  readonly key: RecordKey;
  readonly flow: string;
  readonly runId: string;
  readonly odooModel: string;
  /** The link as it will stand once the record is written, without its id in Odoo; null in one of an older wcodoo. */
  readonly link: Link | null;
  readonly createdAt: string;
}

export interface Intents {
  open(intents: readonly Intent[]): Promise<void>;
  list(store: string): Promise<Intent[]>;
}

export type DebtState = 'retry' | 'waiting' | 'quarantine';

/** A record owed: it was seen and not applied. */
export interface Debt {
  readonly key: RecordKey;
  readonly flow: string;
  /** `retry`: will be tried again; `waiting`: for another record; `quarantine`: needs a person. */
  readonly state: DebtState;
  /** Stable reason code. */
  readonly reason: string;
  readonly message: string;
  readonly attempts: number;
  /** Formatted key of the record waited for. */
  readonly waitingFor: string | null;
  /** The record to read again to retry this one, where it has no source of its own (a guest comes from an order). */
  readonly origin: RecordKey | null;
  readonly businessKey: string;
  readonly firstAt: string;
  /** Not tried again before this time (ISO, UTC). */
  readonly nextAt: string;
  /** Fingerprint of the configuration at the last attempt: a quarantine is tried again when it changes. */
  readonly configHash: string;
}

export interface DebtFilter {
  readonly flow?: string;
  readonly state?: DebtState;
}

export interface Debts {
  find(keys: readonly RecordKey[]): Promise<Map<string, Debt>>;
  list(store: string, filter?: DebtFilter): Promise<Debt[]>;
  /** Debts of a flow to try now: due ones, those of another configuration, and those whose wait is over. */
  due(store: string, flow: string, now: string, configHash: string): Promise<Debt[]>;
  count(store: string): Promise<{ readonly total: number; readonly quarantine: number }>;
  /** Makes debts due at once; returns how many. */
  release(keys: readonly RecordKey[], now: string): Promise<number>;
}

/** Units that WooCommerce has taken from stock and Odoo has not reserved. */
export interface Hold {
  readonly order: RecordKey;
  /** WooCommerce id of the product or variation. */
  readonly productId: number;
  readonly quantity: number;
}

export interface Holds {
  /** All holds of a store. */
  list(store: string): Promise<Hold[]>;
}

/** How many records a flow's source had when it was last listed completely. */
export interface Listing {
  readonly store: string;
  readonly flow: string;
  readonly records: number;
  /** ISO, UTC. */
  readonly at: string;
}

export interface Listings {
  get(store: string, flow: string): Promise<Listing | undefined>;
}

/** A planned change that waits until its whole plan was weighed. */
export interface Spooled {
  readonly key: RecordKey;
  /** Plain JSON. */
  readonly content: unknown;
}

/** Keeps a plan out of the memory while it is made; forgotten when the state is closed. */
export interface Spool {
  add(items: readonly Spooled[]): Promise<void>;
  /** Removes the oldest ones and hands them out; empty when none is left. */
  take(count: number): Promise<Spooled[]>;
  clear(): Promise<void>;
}

/** Everything that must become durable together. */
export interface CommitUnit {
  readonly links?: readonly Link[];
  readonly removedLinks?: readonly RecordKey[];
  readonly debts?: readonly Debt[];
  readonly settledDebts?: readonly RecordKey[];
  readonly closedIntents?: readonly RecordKey[];
  /** The holds of these orders are replaced by `holds`. */
  readonly heldOrders?: readonly RecordKey[];
  readonly holds?: readonly Hold[];
  readonly checkpoint?: Checkpoint;
  readonly listing?: Listing | undefined;
  readonly breaches?: readonly Breach[];
  readonly audit?: readonly AuditRow[];
}

/** The memory between runs. `commit` is atomic: all of a unit or nothing. */
export interface State {
  readonly links: Links;
  readonly checkpoints: Checkpoints;
  readonly intents: Intents;
  readonly debts: Debts;
  readonly holds: Holds;
  readonly listings: Listings;
  readonly breaches: Breaches;
  readonly spool: Spool;
  readonly runs: Runs;
  readonly audit: Audit;
  readonly history: History;
  readonly alerts: Alerts;
  commit(unit: CommitUnit): Promise<void>;
  /** Audit rows of one run in the order they were decided. */
  auditOf(runId: string): Iterable<AuditRow>;
  /**
   * Ties the store id to the shop's address; scheme, letter case of the host and
   * a last slash do not count. Without a record of the store nothing is tied yet.
   * @throws ConfigError when it is tied to another one, or the records are of other stores
   */
  bindStore(store: string, url: string): Promise<void>;
  /**
   * Ties the store id, bound before, to the Odoo that let us in.
   * @throws ConfigError when it is tied to another one
   */
  bindOdoo(store: string, odoo: OdooPlace): Promise<void>;
  /**
   * Takes the run lock, or takes over one whose owner is dead.
   * @throws LockHeldError while another run is alive
   */
  lock(owner: string): Promise<RunLock>;
}

export interface RunLock {
  release(): Promise<void>;
  /**
   * Passes while this run holds the lock, and keeps it for the next two minutes.
   * @throws LockHeldError when another run took it over (this process had been suspended)
   * @throws FatalError when the state itself was moved or replaced
   */
  assertHeld(): Promise<void>;
}
