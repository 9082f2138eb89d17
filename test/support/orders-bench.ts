/** Orders placed by hand on a bench, and what became of them. */
import type { AuditRow, Debt } from '../../src/core/ports';
import type { NewOrder } from '../../src/sandbox/woo/order-input';
import { renderOrder } from '../../src/sandbox/woo/render-order';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';
import type { Bench, SyncResult } from './run-sync';

export const GUEST = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  address_1: '1 rue de la Paix',
  city: 'Paris',
  postcode: '75002',
  country: 'FR',
  email: 'ada@exemple.fr',
};

type Row = Record<string, unknown> & { readonly id: number };

export interface OrdersBench {
  /** An order of a guest for two pieces of SIM-0001, unless said otherwise. */
  readonly place: (input?: Partial<NewOrder>) => ShopOrder;
  readonly edit: (order: ShopOrder, patch: Readonly<Record<string, unknown>>) => void;
  readonly inOdoo: (order: ShopOrder) => boolean;
  /** The order in Odoo; fails unless there is exactly one. */
  readonly odooOrder: (order: ShopOrder, fields?: readonly string[]) => Row;
  readonly odooLines: (order: ShopOrder) => Row[];
  readonly debtOf: (order: ShopOrder) => Promise<Debt | undefined>;
  readonly expectSameTotal: (order: ShopOrder) => void;
}

export function ordersOn(bench: () => Bench): OrdersBench {
  function odooOrder(order: ShopOrder, fields: readonly string[] = ['state', 'amount_total', 'note']): Row {
    const found = bench().sandbox.odoo.records.find(
      'sale.order',
      [['origin', '=', `woo:shop:${order.id}`]],
      fields,
    );
    expect(found).toHaveLength(1);
    return found[0] as Row;
  }

  return {
    place: (input = {}) =>
      bench().sandbox.woo.shop.addOrder({
        billing: GUEST,
        lines: [{ sku: 'SIM-0001', quantity: 2 }],
        ...input,
      }),
    edit: (order, patch) => {
      bench().sandbox.woo.shop.editOrder(order.id, patch);
    },
    inOdoo: (order) => bench().pair(order.id).odoo !== undefined,
    odooOrder,
    odooLines: (order) =>
      bench().sandbox.odoo.records.find(
        'sale.order.line',
        [['order_id', '=', odooOrder(order).id]],
        ['name', 'product_uom_qty', 'price_unit', 'product_id', 'tax_ids'],
      ) as Row[],
    debtOf: async (order) => {
      const debts = await bench().debts();
      return debts.find(({ key }) => key.entity === 'order' && key.id === String(order.id));
    },
    expectSameTotal: (order) => {
      expect(bench().pair(order.id).odooTotal).toBe(renderOrder(order, '')['total']);
    },
  };
}

/** The decision about an order. */
export function rowOf(result: SyncResult, order: ShopOrder): AuditRow | undefined {
  return result.rows.find(({ flow, wooId }) => flow === 'orders' && wooId === String(order.id));
}

/** The fields of an order as a shop shows them once its first line was doubled. */
export function doubledFirstLine(order: ShopOrder): Record<string, unknown> {
  const rendered = renderOrder(order, '') as {
    line_items: { quantity: number; total: string; total_tax: string; taxes: { total: string }[] }[];
    total: string;
    total_tax: string;
  };
  const [line, ...others] = rendered.line_items;
  if (line === undefined) {
    throw new RangeError('the order has no line');
  }
  const twice = (amount: string): string => (Number(amount) * 2).toFixed(2);
  return {
    total: (Number(rendered.total) + Number(line.total) + Number(line.total_tax)).toFixed(2),
    total_tax: (Number(rendered.total_tax) + Number(line.total_tax)).toFixed(2),
    line_items: [
      {
        ...line,
        quantity: line.quantity * 2,
        total: twice(line.total),
        total_tax: twice(line.total_tax),
        taxes: line.taxes.map((entry) => ({ ...entry, total: twice(entry.total) })),
      },
      ...others,
    ],
  };
}
