/**
 * What the core needs from the world outside the process. Adapters implement
 * these interfaces; core and entities know nothing else of them.
 */
import type { RecordKey } from './keys';

// ---------------------------------------------------------------- WooCommerce

export type WooQuery = Readonly<
  Record<string, string | number | boolean | readonly (string | number)[] | undefined>
>;

export interface WooResponse {
  /** Parsed JSON, not validated. */
  readonly body: unknown;
  /** `X-WP-Total`, where the server gave one. */
  readonly total: number | undefined;
  /** The server's own clock, from its `Date` header. */
  readonly serverTime: Date;
}

/** A row of a collection: its id is known to be a positive integer, the rest is not validated. */
export interface WooRow {
  readonly id: number;
  /**
   * Present on a row that the shop lists and cannot show, because a plugin
   * crashes on it for example, while it answers otherwise: what it says, as a
   * sentence. Nothing but the id is known of the record; it is owed.
   */
  readonly unreadable?: string;
  readonly [field: string]: unknown;
}

/** One page of a collection. */
export interface WooListing {
  readonly rows: readonly WooRow[];
  /** `X-WP-Total`, where the server gave one. */
  readonly total: number | undefined;
  /** The server's own clock, from its `Date` header. */
  readonly serverTime: Date;
}

/** Where a sweep by ascending id stands; plain JSON, kept in a checkpoint. */
export interface SweepPosition {
  /** Rows up to this id have been handed out. */
  readonly lastId: number;
  /** Offset of the row after it when it was read. */
  readonly offset: number;
  /** The highest id when the sweep began: later ones belong to the next run. */
  readonly upperId: number;
  /** The server's own time when the sweep began (ISO, UTC). */
  readonly startedAt: string;
}

export interface WooPage {
  readonly rows: readonly WooRow[];
  /** Where a later run resumes once this page is durable. */
  readonly position: SweepPosition;
  /** Rows in the whole collection at the first page; a hint for progress only. */
  readonly total: number | undefined;
}

export interface WooSweepOptions {
  /** Rows a page, at most 100. */
  readonly pageSize?: number;
  /** Resume after this position instead of from the beginning. */
  readonly from?: SweepPosition | undefined;
}

export interface WooBatch {
  readonly create?: readonly Readonly<Record<string, unknown>>[];
  readonly update?: readonly Readonly<Record<string, unknown> & { id: number }>[];
}

export interface WooBatchOptions {
  /**
   * Says that the batch may be carried out twice: it holds updates only, whose
   * values are absolute and overwrite nothing that a person may have changed
   * meanwhile. A request without an answer is then sent again, in halves too, so
   * that one object on which the shop fails does not keep the others back; and
   * `ambiguous` is never set, since there is nothing to look up.
   */
  readonly idempotent?: boolean;
}

/** The outcome of one item of a batch, in the order sent. */
export type WooBatchItem =
  | { readonly ok: true; readonly id: number; readonly body: WooRow }
  | {
      readonly ok: false;
      readonly id: number | undefined;
      readonly code: string;
      readonly message: string;
      /** The existing object an error names (`data.resource_id` of a duplicate SKU). */
      readonly resourceId?: number | undefined;
    };

export interface WooBatchResult {
  readonly create: readonly WooBatchItem[];
  readonly update: readonly WooBatchItem[];
}

export interface WooShop {
  readonly url: string;
  /** Seconds the shop's clock is ahead of ours (negative: behind). */
  readonly clockSkewSeconds: number;
  /** IANA name, or a fixed offset such as `UTC+02:00`. */
  readonly timezone: string;
}

/** A WooCommerce REST v3 API. Every method throws FatalError, RetryableError or SkippableError. */
export interface WooApi {
  /** One GET below `/wp-json/wc/v3/`. A 404 is a SkippableError `not-found`. */
  get(path: string, query?: WooQuery): Promise<WooResponse>;
  /**
   * One page of a collection, as the query pages it; with `include` these rows,
   * those that are gone left out. A row that the shop cannot show while it shows
   * the others comes as `unreadable`; a shop that shows none is a RetryableError.
   */
  list(path: string, query?: WooQuery): Promise<WooListing>;
  /** One record by its own address (`products`, 12), which finds variations too; undefined when there is none. It may be `unreadable`. */
  find(path: string, id: number, query?: WooQuery): Promise<WooRow | undefined>;
  /**
   * Sweeps a collection by ascending id in pages that overlap by one row, so
   * that a row leaving the set while it is read is noticed. The query's own
   * `orderby`, `order`, `offset` and `per_page` are set here. Always hands out
   * at least one page (it may be empty), whose position carries `startedAt`.
   * Pages are as long as asked for or shorter; rows may be `unreadable`.
   */
  sweep(path: string, query?: WooQuery, options?: WooSweepOptions): AsyncGenerator<WooPage, void, void>;
  /**
   * Writes to a collection (`products`, not `products/batch`) in batches of at
   * most 100; a failed item does not fail the others.
   * @throws RetryableError with `ambiguous` when no answer came
   */
  batch(path: string, batch: WooBatch, options?: WooBatchOptions): Promise<WooBatchResult>;
  /** Clock, timezone and address of the shop (one request, cached). */
  shop(): Promise<WooShop>;
  /** Requests sent so far, retries included. */
  readonly requests: number;
}

// ----------------------------------------------------------------------- Odoo

export type OdooProtocol = 'json2' | 'jsonrpc' | 'xmlrpc';

/** What differs between Odoo versions, looked up once; see `odoo/versions.ts`. */
export interface OdooCapabilities {
  /** Many2many of taxes on `sale.order.line`. */
  readonly lineTaxes: 'tax_ids' | 'tax_id';
  /** Unit of measure on `sale.order.line`. */
  readonly lineUnit: 'product_uom_id' | 'product_uom';
  /** Field that says whether a tax is included in the price. */
  readonly taxIncluded: 'price_include_override' | 'price_include';
  /** True where `price_unit` is rounded to the *Product Price* digits when it is stored (observed on 14, not on 19). */
  readonly roundsPriceUnit: boolean;
  /** True where `note` and `comment` are HTML (observed on 19; text on 14). */
  readonly htmlNotes: boolean;
  /** Context key that limits stock quantities to one warehouse; the other key is silently ignored. */
  readonly warehouseContext: 'warehouse_id' | 'warehouse';
  /** Values that create a product whose stock is tracked. */
  readonly storable: Readonly<Record<string, string | boolean>>;
  /** Domain that finds products whose stock is tracked. */
  readonly storableDomain: OdooDomain;
  /** True where an order must have a pricelist. */
  readonly pricelistRequired: boolean;
}

export interface OdooServer {
  /** As the server says it, for example `19.0`. */
  readonly version: string;
  readonly major: number;
  readonly protocol: OdooProtocol;
  readonly uid: number;
  readonly capabilities: OdooCapabilities;
}

export type OdooValue =
  string | number | boolean | null | readonly OdooValue[] | { readonly [key: string]: OdooValue };
export type OdooDomain = readonly (string | readonly [field: string, operator: string, value: OdooValue])[];
export type OdooContext = Readonly<Record<string, OdooValue>>;

/** A record as Odoo returns it: empty values are `false`, a many2one is `[id, name]`, an x2many a list of ids. */
export interface OdooRow {
  readonly id: number;
  readonly [field: string]: unknown;
}

export interface OdooReadOptions {
  readonly limit?: number;
  readonly offset?: number;
  readonly order?: string;
  readonly context?: OdooContext;
}

/** A cell of `load`: always text (ids too); the empty string writes an empty value. */
export type LoadCell = string;

/** The rows of one record: the first holds its own columns, the others only those of its lines. */
export type LoadRecord = readonly (readonly LoadCell[])[];

/** What became of one record of a `load`. */
export type LoadOutcome =
  { readonly ok: true; readonly id: number } | { readonly ok: false; readonly message: string };

/** What became of one record of an action. */
export type ActOutcome =
  | { readonly ok: true; readonly id: number; readonly result: unknown }
  | { readonly ok: false; readonly id: number; readonly message: string };

/** One external id of one record. */
export interface OdooExternalId {
  readonly id: number;
  /** `module.name`. */
  readonly externalId: string;
}

export interface OdooField {
  readonly type: string;
  readonly relation?: string | undefined;
  readonly required?: boolean | undefined;
  /** Decimal places of a float that is rounded when it is stored. */
  readonly digits?: number | undefined;
}

/**
 * An Odoo server. Every call carries `tz: 'UTC'`, a language and the company.
 * Every method throws FatalError, RetryableError or SkippableError (its reason
 * is `odoo-refused`, its message Odoo's own sentence).
 */
export interface OdooApi {
  readonly server: OdooServer;
  searchRead(
    model: string,
    domain: OdooDomain,
    fields: readonly string[],
    options?: OdooReadOptions,
  ): Promise<OdooRow[]>;
  searchCount(model: string, domain: OdooDomain, context?: OdooContext): Promise<number>;
  /**
   * Reads records by id. Those that no longer exist are left out, and so are
   * those that a record rule hides from this user: `findHidden` tells the ones
   * from the others. Long lists are read in parts.
   */
  read(
    model: string,
    ids: readonly number[],
    fields: readonly string[],
    context?: OdooContext,
  ): Promise<OdooRow[]>;
  /**
   * Of records that `read` left out, those that exist and are hidden from this
   * user, with Odoo's own sentence. They must not be taken for deleted ones.
   */
  findHidden(model: string, ids: readonly number[]): Promise<Map<number, string>>;
  /**
   * Creates or updates records by external id (column `id`) or database id
   * (column `.id`), in one transaction per batch. A batch that Odoo refuses is
   * sent again without the records its messages name, so that one bad record
   * does not hold the others back. Outcomes are in the order given.
   * @throws RetryableError with `ambiguous` when no answer came
   */
  load(
    model: string,
    columns: readonly string[],
    records: readonly LoadRecord[],
    context?: OdooContext,
  ): Promise<LoadOutcome[]>;
  /** Writes the same values to all ids. */
  write(
    model: string,
    ids: readonly number[],
    values: Readonly<Record<string, OdooValue>>,
    context?: OdooContext,
  ): Promise<void>;
  /**
   * Calls an action (`action_confirm`) on records in bulk; when Odoo refuses
   * the whole call, it is bisected until each refused record is known.
   */
  act(
    model: string,
    method: string,
    ids: readonly number[],
    args?: Readonly<Record<string, OdooValue>>,
    context?: OdooContext,
  ): Promise<ActOutcome[]>;
  /**
   * Calls any public method with named arguments; for what the methods above do
   * not cover. `ids` undefined calls it on the model.
   */
  call(
    model: string,
    method: string,
    ids: readonly number[] | undefined,
    args?: Readonly<Record<string, OdooValue>>,
    context?: OdooContext,
  ): Promise<unknown>;
  /** All external ids (`module.name`) of each record, in bulk and without rights on `ir.model.data` (`get_metadata`). */
  externalIds(model: string, ids: readonly number[]): Promise<Map<number, string[]>>;
  /**
   * Records of a model, archived ones too, with each external id that begins
   * with `prefix` (`module.name…`), in pages. Read from `ir.model.data` where this
   * user may, else from the model's own records, narrowed by `domain`.
   */
  sweepExternalIds(
    model: string,
    prefix: string,
    domain: OdooDomain,
  ): AsyncGenerator<readonly OdooExternalId[], void, void>;
  /** The database id behind one external id, or undefined (`check_object_reference`). */
  findExternalId(externalId: string): Promise<number | undefined>;
  /** Fields of a model that this user may see; cached. */
  fields(model: string): Promise<ReadonlyMap<string, OdooField>>;
  /** The server's own time, from the `Date` header of its last answer. */
  serverTime(): Promise<Date>;
  /** Requests sent so far, retries included. */
  readonly requests: number;
}

// ---------------------------------------------------------------------- state

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

/** The limits, by the name that the state and the flags (`--allow-<name>`) have. */
export type LimitName =
  'archived' | 'changed-share' | 'price-jump' | 'stock-to-zero' | 'empty-listing' | 'missing-canary';

/** A limit that stopped a flow, kept so that a person can allow just this much. */
export interface Breach {
  readonly store: string;
  /** The run that was stopped. */
  readonly runId: string;
  /** Empty where it stopped the whole run. */
  readonly flow: string;
  readonly limit: LimitName;
  /** How many records were over it or under it; what is allowed later is at most about this. */
  readonly measured: number;
  readonly message: string;
  /** ISO, UTC. */
  readonly at: string;
  /** The run that went on with it; null while none did. */
  readonly usedBy: string | null;
}

export interface Breaches {
  /** What stopped one run. */
  find(store: string, runId: string): Promise<Breach[]>;
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

export interface RunRecord {
  readonly runId: string;
  readonly store: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly status: string;
  readonly exitCode: number | null;
  readonly command: string;
}

export interface Runs {
  start(run: RunRecord): Promise<void>;
  finish(run: RunRecord): Promise<void>;
  list(store: string, limit: number): Promise<RunRecord[]>;
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
/** An Odoo database: links hold ids of its records. */
export interface OdooPlace {
  readonly url: string;
  readonly database: string;
}

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

export interface Clock {
  now(): Date;
}
