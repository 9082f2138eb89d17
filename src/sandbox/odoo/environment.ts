import type { Database } from './database';
import { OdooFault } from './errors';
import type { Model } from './schema';
import type { JsonObject, Row } from './values';
import { formatDatetime, textOf } from './values';

export type OdooMajor = 14 | 19;

/** `admin` may do everything; `sales` is the least a sync needs (see rights.ts). */
export type UserRights = 'admin' | 'sales';

export interface SandboxUser {
  readonly login: string;
  readonly password: string;
  readonly apiKey: string;
  readonly rights: UserRights;
  /** IANA timezone of the user; datetimes of `load` are read in it. */
  readonly timezone?: string;
}

/** A user with its id in the database. */
export interface KnownUser extends SandboxUser {
  readonly uid: number;
}

/** What every call shares. */
export interface ServerState {
  readonly major: OdooMajor;
  readonly databaseName: string;
  readonly database: Database;
  readonly models: ReadonlyMap<string, Model>;
  readonly now: () => Date;
  /** `model,id` of records that a record rule hides from everybody but the administrator. */
  readonly hidden: Set<string>;
  /** Next number of a sequence (`sale.order`); numbers are not taken back by a rollback. */
  readonly nextNumber: (sequence: string) => number;
}

/** One call: who, with which context, at which time, and what is still to be recalculated. */
export class Environment {
  /** Start of the transaction, as it is stored in `create_date` and `write_date`. */
  readonly stamp: string;
  /** The same to the second. */
  readonly now: string;
  /** Orders whose totals are to be calculated before anything is read. */
  readonly staleOrders: Set<number>;

  constructor(
    readonly state: ServerState,
    readonly user: KnownUser,
    readonly context: JsonObject,
    /** Skips access rights, as Odoo's own code does inside an action. */
    readonly sudo: boolean = false,
    parent?: Environment,
  ) {
    const date = state.now();
    this.now = parent?.now ?? formatDatetime(date);
    this.stamp = parent?.stamp ?? stampOf(state.major, date, this.now);
    this.staleOrders = parent?.staleOrders ?? new Set();
  }

  get major(): OdooMajor {
    return this.state.major;
  }

  get database(): Database {
    return this.state.database;
  }

  asSudo(): Environment {
    return this.sudo ? this : new Environment(this.state, this.user, this.context, true, this);
  }

  withContext(context: JsonObject): Environment {
    return new Environment(this.state, this.user, { ...this.context, ...context }, this.sudo, this);
  }

  /** @throws OdooFault when there is no such model */
  model(name: string): Model {
    const model = this.state.models.get(name);
    if (model === undefined) {
      throw new OdooFault('builtins.KeyError', name);
    }
    return model;
  }

  /** True for a record that exists and that a record rule keeps from this user. */
  isHidden(model: string, id: number): boolean {
    return !this.sudo && this.user.rights !== 'admin' && this.state.hidden.has(`${model},${id}`);
  }

  get(model: string, id: number): Row | undefined {
    return this.database.get(model, id);
  }

  /** Rows by ids; those that are gone are left out. */
  rows(model: string, ids: readonly number[]): Row[] {
    const table = this.database.table(model);
    return ids.flatMap((id) => table.get(id) ?? []);
  }

  /** Rows whose indexed field has this value, by ascending id. */
  rowsBy(model: string, field: string, value: string | number): Row[] {
    const ids = this.database.table(model).lookUp(field, value);
    if (ids === undefined) {
      throw new RangeError(`no index on ${model}.${field}`);
    }
    return this.rows(
      model,
      [...ids].sort((a, b) => a - b),
    );
  }

  /** All rows of a small model. */
  all(model: string): Row[] {
    return [...this.database.table(model).rows.values()];
  }

  displayName(model: string, id: number): string {
    const row = this.get(model, id);
    if (row === undefined) {
      return '';
    }
    const definition = this.model(model);
    return definition.displayName?.(this, row) ?? textOf(row['name']);
  }
}

/** Odoo 14 stores microseconds and shows seconds; in 19 a comparison goes by whole seconds. */
function stampOf(major: OdooMajor, date: Date, now: string): string {
  if (major !== 14) {
    return now;
  }
  const micros = date.getUTCMilliseconds() * 1000 + (Math.floor(performance.now() * 1000) % 999) + 1;
  return `${now}.${String(micros).padStart(6, '0')}`;
}
