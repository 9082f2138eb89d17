/** The quantity of a product in Odoo, in the place whose stock counts. */
import type { RunContext } from '../../core/context';
import { FatalError } from '../../core/errors';
import type { OdooContext } from '../../core/ports';
import { numberOf } from '../../odoo/schema';
import { PRODUCT_MODEL } from '../products/match-products';
import type { StockSettings } from './settings';

/** The field of a product that holds each kind of quantity. */
export const QUANTITY_FIELDS = {
  free: 'free_qty',
  'on-hand': 'qty_available',
  forecast: 'virtual_available',
} as const;

/** Quantities by id, as the settings choose them; products that Odoo does not show are left out. */
export async function readQuantities(
  context: RunContext,
  ids: readonly number[],
  settings: StockSettings,
): Promise<Map<number, number>> {
  const field = QUANTITY_FIELDS[settings.quantity];
  const rows = await context.odoo.read(PRODUCT_MODEL, ids, [field], await placeOf(context, settings));
  return new Map(rows.map((row) => [row.id, numberOf(row[field])]));
}

/** Limits quantities to the chosen place; a wrong id would read as 0 without a word, so it is looked up first (a FatalError without it). */
export function placeOf(context: RunContext, settings: StockSettings): Promise<OdooContext> {
  return context.memory.recall('stock-place', async (): Promise<OdooContext> => {
    if (settings.location !== undefined) {
      const [location] = await context.odoo.read('stock.location', [settings.location], ['usage']);
      if (location === undefined) {
        throw new FatalError(
          `stock.location names the location ${settings.location}, which Odoo does not have`,
        );
      }
      return { location: settings.location };
    }
    if (settings.warehouse === undefined) {
      return {};
    }
    const [warehouse] = await context.odoo.searchRead(
      'stock.warehouse',
      [['code', '=', settings.warehouse]],
      ['id'],
    );
    if (warehouse === undefined) {
      throw new FatalError(`stock.warehouse names ${settings.warehouse}, which Odoo does not have`);
    }
    return { [context.odoo.server.capabilities.warehouseContext]: warehouse.id };
  });
}
