/** Finds Odoo's products for items of the shop: both have the same SKU. */
import type { z } from 'zod';
import type { RunContext } from '../../core/context';
import type { SourceRecord } from '../../core/entity';
import { recordKey } from '../../core/keys';
import type { WooRow } from '../../core/ports';
import { textOf } from '../../odoo/schema';
import { describeProblem, STOCK_FIELDS, WooStockItem } from '../../woo/schema';
import { chunkSkus } from './chunk-skus';
import { PRODUCT_MODEL } from '../products/match-products';

const PAGE_SIZE = 100;

/** An item of the shop and the Odoo product with the same SKU. */
export interface StockPair {
  readonly item: WooStockItem;
  /** Several when Odoo's internal reference is not unique. */
  readonly odooIds: readonly number[];
}

/** An item of the shop of which nothing is known but its id. */
export interface UnusableItem {
  readonly reason: 'unreadable' | 'invalid-record';
  readonly message: string;
}

/** `sku=` takes a comma list, is exact whatever the case, and returns variations too. A SKU with a comma cannot be asked for. */
export async function pairsBySkus(context: RunContext, skus: readonly string[]): Promise<SourceRecord[]> {
  const items: WooRow[] = [];
  // Translations of a product may share its SKU: more rows than SKUs.
  for (let page = 1; skus.length > 0; page += 1) {
    const { rows, total } = await context.woo.list('products', {
      sku: skus,
      per_page: PAGE_SIZE,
      page,
      _fields: STOCK_FIELDS,
    });
    items.push(...rows);
    // A page may lack a row that left meanwhile; the total says whether there is another page.
    if (total === undefined ? rows.length < PAGE_SIZE : page * PAGE_SIZE >= total) {
      break;
    }
  }
  return pairUp(context, items, skus);
}

/** The pairs of these products as both sides have them now; one that is gone is left out. */
export async function readPairs(context: RunContext, odooIds: readonly number[]): Promise<SourceRecord[]> {
  const rows = await context.odoo.read(PRODUCT_MODEL, odooIds, ['default_code']);
  const records: SourceRecord[] = [];
  for (const skus of chunkSkus(rows.map((row) => textOf(row['default_code'])))) {
    records.push(...(await pairsBySkus(context, skus)));
  }
  return records;
}

/** Items owed, by id; one that is gone, or whose product is, comes back with `raw: null`. */
export async function pairsByWooIds(context: RunContext, ids: readonly number[]): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for (const id of ids) {
    // `include` never returns variations, the single route does.
    const item = await context.woo.find('products', id, { _fields: STOCK_FIELDS });
    const [pair] = item === undefined ? [] : await pairUp(context, [item]);
    records.push(pair ?? { key: recordKey(context.store, 'stock', id), raw: null });
  }
  return records;
}

/** @param skus spellings that Odoo has; the shop's may differ in case */
async function pairUp(
  context: RunContext,
  items: readonly WooRow[],
  skus: readonly string[] = [],
): Promise<SourceRecord[]> {
  const parsed: WooStockItem[] = [];
  const unusable: SourceRecord[] = [];
  for (const item of items) {
    const result = item.unreadable === undefined ? WooStockItem.safeParse(item) : undefined;
    if (result?.success === true) {
      parsed.push(result.data);
    } else {
      unusable.push(recordOfUnusable(context, item, result?.error));
    }
  }
  const odooIds = await odooIdsBySku(context, [...skus, ...parsed.map(({ sku }) => sku)]);
  const pairs = parsed.flatMap((item): SourceRecord[] => {
    const ids = odooIds.get(item.sku.toLowerCase()) ?? [];
    const pair: StockPair = { item, odooIds: ids };
    return ids.length === 0 ? [] : [{ key: recordKey(context.store, 'stock', item.id), raw: pair }];
  });
  return [...pairs, ...unusable];
}

/** The source record of an item of which nothing is known but its id. */
export function recordOfUnusable(
  context: RunContext,
  { id, unreadable }: WooRow,
  error?: z.ZodError,
): SourceRecord {
  const raw: UnusableItem =
    unreadable === undefined && error !== undefined
      ? {
          reason: 'invalid-record',
          message: `WooCommerce sent a product that cannot be read: ${describeProblem(error)}`,
        }
      : { reason: 'unreadable', message: unreadable ?? '' };
  return { key: recordKey(context.store, 'stock', id), raw };
}

/** By SKU in lower case. */
async function odooIdsBySku(context: RunContext, skus: readonly string[]): Promise<Map<string, number[]>> {
  const wanted = [...new Set(skus)].filter((sku) => sku !== '');
  const rows = await context.odoo.searchRead(
    PRODUCT_MODEL,
    [...context.odoo.server.capabilities.storableDomain, ['default_code', 'in', wanted]],
    ['default_code'],
  );
  const ids = new Map<string, number[]>();
  for (const row of rows) {
    const sku = textOf(row['default_code']).toLowerCase();
    ids.set(sku, [...(ids.get(sku) ?? []), row.id]);
  }
  return ids;
}
