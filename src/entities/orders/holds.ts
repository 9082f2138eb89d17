/** Units that the shop has taken from its stock and that Odoo does not know of yet. */
import type { RunContext } from '../../core/context';
import type { SourceRecord } from '../../core/entity';
import { formatKey, type RecordKey } from '../../core/keys';
import type { CommitUnit, Hold } from '../../core/ports';
import { readOrderStock, type WooOrderStock } from '../../woo/schema';
import type { Cutoff } from './surroundings';

/** No shop sells more of a product in one line. */
const MOST_UNITS = 1e9;

/** Steps of a link at which Odoo has the order's units. */
const RESERVED_STEPS = new Set(['confirmed', 'dated']);

/**
 * The units of orders just read. Those of an open order are kept although Odoo
 * has confirmed it, since a person may cancel it there: whoever asks for held
 * units looks at its state then. A completed order that Odoo has confirmed is
 * done with; those completed before the first order were shipped before Odoo's
 * stock was counted.
 */
export async function holdsOf(
  context: RunContext,
  records: readonly SourceRecord[],
  cutoff: Cutoff,
): Promise<CommitUnit> {
  const links = await context.state.links.find(records.map(({ key }) => key));
  const heldOrders: RecordKey[] = [];
  const holds: Hold[] = [];
  for (const { key, raw } of records) {
    if (raw === null) {
      // Gone from the shop for good, and its units with it.
      heldOrders.push(key);
      continue;
    }
    const stock = readOrderStock(raw);
    if (stock === undefined) {
      continue;
    }
    heldOrders.push(key);
    const isDone = stock.status === 'completed' && RESERVED_STEPS.has(links.get(formatKey(key))?.step ?? '');
    if (!isDone) {
      holds.push(...reducedUnits(key, stock, cutoff));
    }
  }
  return { heldOrders, holds };
}

/** WooCommerce notes on each line how many units it took (`_reduced_stock`), and removes the note when it gives them back. */
export function reducedUnits(order: RecordKey, stock: WooOrderStock, cutoff: Cutoff): Hold[] {
  if (stock.status === 'completed' && cutoff.isBefore(stock)) {
    return [];
  }
  const units = new Map<number, number>();
  for (const line of stock.line_items) {
    const reduced = unitsOf(line.meta_data.find((meta) => meta.key === '_reduced_stock')?.value);
    // The line does not say whether the variation counts its own stock or its product does: held on both.
    for (const productId of new Set([line.variation_id, line.product_id])) {
      if (productId > 0 && reduced > 0) {
        units.set(productId, (units.get(productId) ?? 0) + reduced);
      }
    }
  }
  return [...units].map(([productId, quantity]) => ({ order, productId, quantity }));
}

/** Meta data may hold anything; what is no number of units took none. */
function unitsOf(value: unknown): number {
  const units = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0;
  return units <= MOST_UNITS ? units : 0;
}
