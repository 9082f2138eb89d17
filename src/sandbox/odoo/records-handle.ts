/** The database as a person at the keyboard sees and changes it; not counted as calls of the tool. */
import { Environment } from './environment';
import type { KnownUser, ServerState } from './environment';
import { valueError } from './errors';
import { findMethod } from './methods';
import { recomputeOrders } from './order-totals';
import { readRows, searchRows } from './records-read';
import { createRecord, unlinkRecords, writeRecords } from './records-write';
import { setQuantity } from './stock';
import { numberOf } from './values';
import type { Json, JsonObject, Values } from './values';

export interface OdooRecords {
  /** All records of a model, archived ones too, by id; every field unless some are named. */
  read(model: string, fields?: readonly string[]): JsonObject[];
  /** Records that match a domain, archived ones too. */
  find(model: string, domain: Json, fields?: readonly string[]): JsonObject[];
  create(model: string, values: Values): number;
  write(model: string, id: number, values: Values): void;
  unlink(model: string, id: number): void;
  /** Puts a record behind a record rule, which hides it from all but the administrator, or takes it away again. */
  hide(model: string, id: number, isHidden: boolean): void;
  /** Presses a button: `action_confirm`, `button_validate`. */
  act(model: string, id: number, method: string): Json | undefined;
  /** Sets what is on hand in the first warehouse; throws for an unknown SKU. */
  setStock(sku: string, quantity: number): void;
}

/** Records as the administrator handles them; each call is a transaction. */
export function recordsHandle(state: ServerState, person: KnownUser): OdooRecords {
  function transaction<T>(run: (env: Environment) => T): T {
    const env = new Environment(state, person, { active_test: false });
    try {
      const result = run(env);
      recomputeOrders(env);
      state.database.commit();
      return result;
    } catch (error) {
      state.database.rollBack(0);
      throw error;
    }
  }

  return {
    read: (model, fields) =>
      transaction((env) => readRows(env, model, searchRows(env, model, [], { order: 'id' }), fields)),
    find: (model, domain, fields) =>
      transaction((env) => readRows(env, model, searchRows(env, model, domain, { order: 'id' }), fields)),
    create: (model, values) => transaction((env) => createRecord(env, model, values)),
    write: (model, id, values) => {
      transaction((env) => {
        writeRecords(env, model, [id], values);
      });
    },
    unlink: (model, id) => {
      transaction((env) => {
        unlinkRecords(env, model, [id]);
      });
    },
    hide: (model, id, isHidden) => {
      const name = `${model},${id}`;
      if (isHidden) {
        state.hidden.add(name);
      } else {
        state.hidden.delete(name);
      }
    },
    act: (model, id, method) =>
      transaction((env) => {
        const found = findMethod(state.major, env.model(model), method);
        if (found?.onRecords !== true) {
          throw valueError(`${model} has no button ${method}`);
        }
        return found.run({ env, model: env.model(model), ids: [id], args: {} });
      }),
    setStock: (sku, quantity) => {
      transaction((env) => {
        const [product] = env.rowsBy('product.product', 'default_code', sku);
        const [warehouse] = env.all('stock.warehouse');
        if (product === undefined || warehouse === undefined) {
          throw valueError(`no product has the SKU ${sku}`);
        }
        setQuantity(env, product.id, numberOf(warehouse['lot_stock_id']), quantity);
      });
    },
  };
}
