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

/** A store id that no other run has; begins with the prefix of its suite. */
export function newStoreId(prefix = LIVE_STORE_PREFIX): string {
  return `${prefix}${Date.now()}`;
}

export async function cleanSlate(
  admin: OdooApi,
  catalogue: readonly CatalogueItem[],
  say: (line: string) => void,
  prefix = LIVE_STORE_PREFIX,
): Promise<void> {
  const cancelled = await cancelOrders(admin, prefix);
  const archived = await retirePartners(admin, prefix);
  const counted = await resetStock(admin, catalogue);
  say(
    `clean slate: ${cancelled} orders cancelled, ${archived} partners archived, ${counted} products counted`,
  );
}

async function cancelOrders(admin: OdooApi, prefix: string): Promise<number> {
  const rows = await admin.searchRead(
    'sale.order',
    [
      ['origin', '=like', `woo:${prefix}%`],
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

async function retirePartners(admin: OdooApi, prefix: string): Promise<number> {
  const rows = await admin.searchRead(
    'ir.model.data',
    [
      ['module', '=', '__wcodoo__'],
      ['model', '=', 'res.partner'],
      ['name', '=like', `${prefix}%`],
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
  const wrong = goods.filter(({ sku, odooStock }) => onHand.get(sku) !== odooStock);
  await countStock(
    admin,
    wrong.map(({ sku, odooStock }) => ({ productId: ids.get(sku) ?? 0, quantity: odooStock })),
  );
  return wrong.length;
}

/** Sets what is on hand in the first warehouse, as a person does who counts the shelves. */
export async function countStock(
  admin: OdooApi,
  counts: readonly { readonly productId: number; readonly quantity: number }[],
): Promise<void> {
  const location = await stockLocation(admin);
  for (const part of chunk(counts, 100)) {
    const quants = await create(
      admin,
      'stock.quant',
      part.map(({ productId, quantity }) => ({
        product_id: productId,
        location_id: location,
        inventory_quantity: quantity,
      })),
      { inventory_mode: true },
    );
    // On 14 creating them is enough, and there is no such action.
    if ((await admin.fields('stock.quant')).has('inventory_quantity_set')) {
      await admin.call('stock.quant', 'action_apply_inventory', quants, {}, { inventory_mode: true });
    }
  }
}

async function stockLocation(admin: OdooApi): Promise<number> {
  const id = await admin.findExternalId('stock.warehouse0');
  const [warehouse] = await admin.read('stock.warehouse', [id ?? 0], ['lot_stock_id']);
  return idOf(warehouse?.['lot_stock_id']) ?? 0;
}
