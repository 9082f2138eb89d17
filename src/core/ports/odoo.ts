/** An Odoo server as the core and the entities use it. */

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

/** An Odoo database: links hold ids of its records. */
export interface OdooPlace {
  readonly url: string;
  readonly database: string;
}
