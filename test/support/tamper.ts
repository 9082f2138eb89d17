/** What people, other programs and bugs do to records behind wcodoo's back, and what a comparison must say of it. */
import type { Bench } from './run-sync';

export type Tampering = (typeof TAMPERINGS)[number];

export const TAMPERINGS = ['delete', 'price', 'cancel', 'copy', 'vanish', 'stock'] as const;

/**
 * Does one thing to one record.
 * @param at which record: the tampering takes the next one that fits
 * @param touched orders and products that were tampered with already; the one taken is added
 * @returns the finding as `kind entity/id field`; undefined when no record is left for it
 */
export function tamper(bench: Bench, kind: Tampering, at: number, touched: Set<string>): string | undefined {
  return kind === 'stock' ? spoilStock(bench, at, touched) : spoilOrder(bench, kind, at, touched);
}

function spoilOrder(
  bench: Bench,
  kind: Exclude<Tampering, 'stock'>,
  at: number,
  touched: Set<string>,
): string | undefined {
  const { records } = bench.sandbox.odoo;
  // Orders that count on both sides: what is cancelled there is over. And what the shop has shipped is free
  // again in Odoo once the order is gone there: the stock would differ too, and rightly.
  const isUnreserving = kind === 'delete' || kind === 'cancel';
  const pairs = bench
    .pairs()
    .filter(
      ({ id, odoo, status }) =>
        odoo !== undefined &&
        !(isUnreserving && status === 'completed') &&
        odoo['state'] !== 'cancel' &&
        !touched.has(`order/${id}`),
    );
  const pair = pairs[at % Math.max(pairs.length, 1)];
  if (pair?.odoo === undefined) {
    return undefined;
  }
  const { id, odoo } = pair;
  touched.add(`order/${id}`);
  switch (kind) {
    case 'delete':
      records.act('sale.order', odoo.id, 'action_cancel');
      records.unlink('sale.order', odoo.id);
      return `missing order/${id}`;
    case 'price': {
      const [line] = records.find('sale.order.line', [['order_id', '=', odoo.id]], ['price_unit']);
      records.write('sale.order.line', Number(line?.['id']), {
        price_unit: Number(line?.['price_unit']) + 7,
      });
      return `total order/${id} total`;
    }
    case 'cancel':
      records.act('sale.order', odoo.id, 'action_cancel');
      return `state order/${id} state`;
    case 'copy':
      records.create('sale.order', { origin: `woo:shop:${id}`, partner_id: 1 });
      return `doubled order/${id}`;
    case 'vanish':
      bench.sandbox.woo.shop.deleteOrder(id);
      return `orphan order/${id}`;
  }
}

function spoilStock(bench: Bench, at: number, touched: Set<string>): string | undefined {
  const known = new Set(
    bench.sandbox.odoo.records.read('product.product', ['default_code']).map((row) => row['default_code']),
  );
  const items = [...bench.sandbox.woo.shop.shop.products.values()].filter(
    ({ id, sku, manageStock, type }) =>
      known.has(sku) && manageStock === true && type === 'simple' && !touched.has(`product/${id}`),
  );
  const item = items[at % Math.max(items.length, 1)];
  if (item === undefined) {
    return undefined;
  }
  touched.add(`product/${item.id}`);
  // As a plugin does that writes into the database: no date moves.
  item.stockQuantity = (item.stockQuantity ?? 0) + 11;
  return `stock stock/${item.id} stock_quantity`;
}
