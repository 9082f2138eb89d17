/** Orders that the shop cannot show in full. */
import type { ShopContext } from '../../core/context';
import type { WooRow } from '../../core/ports';
import { ORDER_STOCK_FIELDS } from '../../woo/schema';

/**
 * Asks for less of the orders that cannot be shown in full: with its number one
 * is found by whoever looks for it, and the units it holds must not be offered
 * again. They stay `unreadable`.
 * @param statuses every status of the shop by name
 */
export async function fillUnreadable(
  context: ShopContext,
  rows: readonly WooRow[],
  statuses: readonly string[],
): Promise<readonly WooRow[]> {
  const ids = rows.filter(({ unreadable }) => unreadable !== undefined).map(({ id }) => id);
  if (ids.length === 0) {
    return rows;
  }
  const { rows: partial } = await context.woo.list('orders', {
    include: ids,
    status: statuses,
    per_page: ids.length,
    _fields: ORDER_STOCK_FIELDS,
  });
  const shown = new Map(
    partial.filter(({ unreadable }) => unreadable === undefined).map((row) => [row.id, row]),
  );
  return rows.map((row) =>
    row.unreadable === undefined ? row : { ...shown.get(row.id), id: row.id, unreadable: row.unreadable },
  );
}
