/**
 * Takes back what earlier live runs left in a shared database, without
 * dropping anything: their orders are cancelled, which frees the stock; their
 * partners lose their e-mail address, by which they would be matched, and are
 * archived; the stock is counted anew.
 */
import { chunk } from '../../src/lib/chunk';
import type { OdooApi } from '../../src/core/ports';
import { idOf, numberOf, textOf } from '../../src/odoo/schema';
import type { CatalogueItem } from '../../src/sandbox/catalogue';
import { create, productsByReference } from './provision';

/** Every store of a live run begins with it. */
export const LIVE_STORE_PREFIX = 'live';

/** A store id that no other run has. */
export function newStoreId(): string {
  return `${LIVE_STORE_PREFIX}${Date.now()}`;
}

export async function cleanSlate(
  admin: OdooApi,
  catalogue: readonly CatalogueItem[],
  say: (line: string) => void,
): Promise<void> {
  const cancelled = await cancelOrders(admin);
  const archived = await retirePartners(admin);
  const counted = await resetStock(admin, catalogue);
  say(
    `clean slate: ${cancelled} orders cancelled, ${archived} partners archived, ${counted} products counted`,
  );
}

async function cancelOrders(admin: OdooApi): Promise<number> {
  const rows = await admin.searchRead(
    'sale.order',
    [
      ['origin', '=like', `woo:${LIVE_STORE_PREFIX}%`],
      ['state', '!=', 'cancel'],
    ],
    ['state'],
  );
  for (const part of chunk(rows, 50)) {
    await admin.act(
      'sale.order',
      'action_cancel',
      part.map(({ id }) => id),
      {},
      { disable_cancel_warning: true },
    );
  }
  return rows.length;
}

async function retirePartners(admin: OdooApi): Promise<number> {
  const rows = await admin.searchRead(
    'ir.model.data',
    [
      ['module', '=', '__wcodoo__'],
      ['model', '=', 'res.partner'],
      ['name', '=like', `${LIVE_STORE_PREFIX}%`],
    ],
    ['res_id'],
  );
  const alive = await admin.searchRead(
    'res.partner',
    [
      ['id', 'in', rows.map((row) => numberOf(row['res_id']))],
      '|',
      ['active', '=', true],
      ['email', '!=', false],
      ['active', 'in', [true, false]],
    ],
    ['id'],
  );
  for (const part of chunk(alive, 200)) {
    await admin.write(
      'res.partner',
      part.map(({ id }) => id),
      { email: false, active: false },
    );
  }
  return alive.length;
}

/** Counts the products whose quantity on hand is not the catalogue's. */
async function resetStock(admin: OdooApi, catalogue: readonly CatalogueItem[]): Promise<number> {
  const goods = catalogue.filter(({ inOdoo, sku }) => inOdoo && sku !== '');
  const ids = await productsByReference(
    admin,
    goods.map(({ sku }) => sku),
  );
  const rows = await admin.read('product.product', [...ids.values()], ['qty_available', 'default_code']);
  const onHand = new Map(rows.map((row) => [textOf(row['default_code']), numberOf(row['qty_available'])]));
  const location = await stockLocation(admin);
  const wrong = goods.filter(({ sku, odooStock }) => onHand.get(sku) !== odooStock);
  for (const part of chunk(wrong, 100)) {
    const quants = await create(
      admin,
      'stock.quant',
      part.map(({ sku, odooStock }) => ({
        product_id: ids.get(sku) ?? 0,
        location_id: location,
        inventory_quantity: odooStock,
      })),
      { inventory_mode: true },
    );
    // On 14 creating them is enough, and there is no such action.
    if ((await admin.fields('stock.quant')).has('inventory_quantity_set')) {
      await admin.call('stock.quant', 'action_apply_inventory', quants, {}, { inventory_mode: true });
    }
  }
  return wrong.length;
}

async function stockLocation(admin: OdooApi): Promise<number> {
  const id = await admin.findExternalId('stock.warehouse0');
  const [warehouse] = await admin.read('stock.warehouse', [id ?? 0], ['lot_stock_id']);
  return idOf(warehouse?.['lot_stock_id']) ?? 0;
}
