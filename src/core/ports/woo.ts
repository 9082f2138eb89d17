/** The WooCommerce REST API as the core and the entities use it. */

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
