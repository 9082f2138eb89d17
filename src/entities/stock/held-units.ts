/** Units that the shop has sold and Odoo has not reserved: they must not be offered a second time. */
import type { RunContext } from '../../core/context';
import type { SharedSettings } from '../../core/entity';
import { formatKey, recordKey } from '../../core/keys';
import type { Hold } from '../../core/ports';
import { countOf } from '../../lib/count-of';
import { groupBy } from '../../lib/group-by';
import { wooTime } from '../../lib/woo-time';
import { textOf } from '../../odoo/schema';
import { ORDER_STOCK_FIELDS, readOrderStock } from '../../woo/schema';
import { reducedUnits } from '../orders/holds';
import { ORDER_MODEL } from '../orders/map-order';
import { isConfirmed } from '../orders/order-view';
import { loadStatuses } from '../orders/read-orders';
import { loadCutoff } from '../orders/surroundings';

/** Held units by WooCommerce id of the product or variation. */
export type HeldUnits = ReadonlyMap<number, number>;

/** A change is dated before it becomes visible to others. */
const OVERLAP_MS = 120_000;

/** What is known of held orders so far in this run. */
interface HeldOrders {
  readonly byOrder: Map<string, readonly Hold[]>;
  /** Formatted keys of orders that Odoo had confirmed when they were looked at. */
  readonly confirmed: Set<string>;
  /** The shop was read up to this time (ISO, UTC); null before the first look. */
  readTo: string | null;
}

/**
 * The holds the `orders` flow has kept, those of orders that came in since it
 * read the shop, less those of orders that are confirmed in Odoo by now. Asked
 * again in the same run, it looks only at what changed since it was asked last.
 */
export async function loadHeldUnits(context: RunContext, shared: SharedSettings): Promise<HeldUnits> {
  const known = context.memory.keep('held-orders', (): HeldOrders => ({
    byOrder: new Map(),
    confirmed: new Set(),
    readTo: null,
  }));
  const changed =
    known.readTo === null ? group(await context.state.holds.list(context.store)) : new Map<string, Hold[]>();
  const checkpoint = await context.state.checkpoints.get(context.store, 'orders');
  const since = known.readTo ?? checkpoint?.watermark ?? null;
  const readTo = since === null ? null : await readRecent(context, shared, since, changed);
  const confirmed = await findConfirmed(context, changed);
  for (const [name, holds] of changed) {
    known.byOrder.set(name, holds);
    known.confirmed.delete(name);
  }
  for (const name of confirmed) {
    known.confirmed.add(name);
  }
  known.readTo = readTo;
  return sumUnits(known);
}

function group(holds: readonly Hold[]): Map<string, Hold[]> {
  return groupBy(holds, ({ order }) => formatKey(order));
}

/** Adds orders modified in the shop since a time: their units are gone from it already. Returns how far it has read. */
async function readRecent(
  context: RunContext,
  shared: SharedSettings,
  since: string,
  changed: Map<string, Hold[]>,
): Promise<string> {
  const cutoff = await loadCutoff(context, { from: shared.firstOrder });
  const pages = context.woo.sweep('orders', {
    status: await loadStatuses(context),
    modified_after: wooTime(new Date(since)),
    dates_are_gmt: true,
    _fields: ORDER_STOCK_FIELDS,
  });
  let readTo = since;
  const unknown: number[] = [];
  for await (const page of pages) {
    readTo = new Date(Date.parse(page.position.startedAt) - OVERLAP_MS).toISOString();
    for (const row of page.rows) {
      const stock = readOrderStock(row);
      const key = recordKey(context.store, 'order', row.id);
      if (stock === undefined) {
        unknown.push(row.id);
      } else {
        changed.set(formatKey(key), reducedUnits(key, stock, cutoff));
      }
    }
  }
  warnOfUnknown(context, unknown);
  return readTo;
}

/** What was known of them before still counts; what they took since does not. */
function warnOfUnknown(context: RunContext, orders: readonly number[]): void {
  if (orders.length > 0) {
    context.emit({
      type: 'notice',
      level: 'warn',
      message: `the shop cannot show ${countOf(orders.length, 'order')} (ids ${orders.slice(0, 10).join(', ')}): units they took from stock may be offered again`,
    });
  }
}

/** Which of these orders Odoo has confirmed, so that it has reserved their units. */
async function findConfirmed(
  context: RunContext,
  changed: ReadonlyMap<string, readonly Hold[]>,
): Promise<string[]> {
  const orders = [...changed.values()].flatMap(([hold]) => (hold === undefined ? [] : [hold.order]));
  const links = await context.state.links.find(orders);
  const ids = [...links.values()].map(({ odooId }) => odooId).filter((id) => id > 0);
  const rows = ids.length === 0 ? [] : await context.odoo.read(ORDER_MODEL, ids, ['state']);
  const confirmed = new Set(rows.filter((row) => isConfirmed(textOf(row['state']))).map(({ id }) => id));
  return [...links].filter(([, { odooId }]) => confirmed.has(odooId)).map(([name]) => name);
}

function sumUnits({ byOrder, confirmed }: HeldOrders): HeldUnits {
  const units = new Map<number, number>();
  for (const [name, holds] of byOrder) {
    for (const { productId, quantity } of confirmed.has(name) ? [] : holds) {
      units.set(productId, (units.get(productId) ?? 0) + quantity);
    }
  }
  return units;
}
