/** Units that the shop has sold and Odoo has not reserved: they must not be offered a second time. */
import type { RunContext } from '../../core/context';
import type { SharedSettings } from '../../core/entity';
import { formatKey, recordKey } from '../../core/keys';
import type { Hold } from '../../core/ports';
import { wooTime } from '../../lib/woo-time';
import { textOf } from '../../odoo/schema';
import { ORDER_STOCK_FIELDS, WooOrderStock } from '../../woo/schema';
import { reducedUnits } from '../orders/holds';
import { ORDER_MODEL } from '../orders/map-order';
import { isConfirmed } from '../orders/order-view';
import { loadStatuses } from '../orders/read-orders';
import { loadCutoff } from '../orders/surroundings';

/** Held units by WooCommerce id of the product or variation. */
export type HeldUnits = ReadonlyMap<number, number>;

/**
 * The holds the `orders` flow has kept, those of orders that came in since it
 * read the shop, less those of orders that are confirmed in Odoo by now.
 */
export async function loadHeldUnits(context: RunContext, shared: SharedSettings): Promise<HeldUnits> {
  const holds = await withRecentOrders(context, shared, await context.state.holds.list(context.store));
  const orders = [...new Map(holds.map(({ order }) => [formatKey(order), order])).values()];
  const links = await context.state.links.find(orders);
  const ids = [...links.values()].map(({ odooId }) => odooId).filter((id) => id > 0);
  const rows = await context.odoo.read(ORDER_MODEL, ids, ['state']);
  const reserved = new Set(rows.filter((row) => isConfirmed(textOf(row['state']))).map(({ id }) => id));
  const units = new Map<number, number>();
  for (const { order, productId, quantity } of holds) {
    const odooId = links.get(formatKey(order))?.odooId;
    if (odooId === undefined || !reserved.has(odooId)) {
      units.set(productId, (units.get(productId) ?? 0) + quantity);
    }
  }
  return units;
}

/** Orders may have come in while the run was at work: their units are gone from the shop already. */
async function withRecentOrders(
  context: RunContext,
  shared: SharedSettings,
  holds: readonly Hold[],
): Promise<Hold[]> {
  const checkpoint = await context.state.checkpoints.get(context.store, 'orders');
  if (checkpoint?.watermark == null) {
    return [...holds];
  }
  const byOrder = new Map<string, Hold[]>();
  for (const hold of holds) {
    const name = formatKey(hold.order);
    byOrder.set(name, [...(byOrder.get(name) ?? []), hold]);
  }
  const cutoff = await loadCutoff(context, { from: shared.firstOrder });
  const pages = context.woo.sweep('orders', {
    status: await loadStatuses(context),
    modified_after: wooTime(new Date(checkpoint.watermark)),
    dates_are_gmt: true,
    _fields: ORDER_STOCK_FIELDS,
  });
  for await (const page of pages) {
    for (const row of page.rows) {
      const parsed = WooOrderStock.safeParse(row);
      if (parsed.success) {
        const key = recordKey(context.store, 'order', row.id);
        byOrder.set(formatKey(key), reducedUnits(key, parsed.data, cutoff));
      }
    }
  }
  return [...byOrder.values()].flat();
}
