import type { RecordKey } from '../core/keys';
import type { Hold, Holds } from '../core/ports';
import type { StateDatabase } from './database';

/** The holds port, and the write that a commit makes. */
export interface HoldTable {
  readonly port: Holds;
  /** Replaces the holds of `orders`, and of every order that `holds` names; lines of one product add up. */
  replace(orders: readonly RecordKey[], holds: readonly Hold[]): void;
}

interface HoldRow {
  readonly store: string;
  readonly entity: string;
  readonly id: string;
  readonly product_id: number;
  readonly quantity: number;
}

const ADD = `INSERT INTO holds (store, entity, id, product_id, quantity)
  VALUES (@store, @entity, @id, @productId, @quantity)
  ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity`;

/** Prepares the statements on holds. */
export function openHolds({ db, perform }: StateDatabase): HoldTable {
  const list = db.prepare<[string], HoldRow>(
    'SELECT * FROM holds WHERE store = ? ORDER BY entity, length(id), id, product_id',
  );
  const clear = db.prepare('DELETE FROM holds WHERE store = ? AND entity = ? AND id = ?');
  const add = db.prepare(ADD);
  return {
    port: {
      list(store) {
        return perform(() => list.all(store).map(holdOf));
      },
    },
    replace(orders, holds) {
      for (const order of [...orders, ...holds.map((hold) => hold.order)]) {
        clear.run(order.store, order.entity, order.id);
      }
      for (const { order, productId, quantity } of holds) {
        add.run({ ...order, productId, quantity });
      }
    },
  };
}

function holdOf(row: HoldRow): Hold {
  return {
    order: { store: row.store, entity: row.entity, id: row.id },
    productId: row.product_id,
    quantity: row.quantity,
  };
}
