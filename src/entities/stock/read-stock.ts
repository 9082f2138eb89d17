/** Finds the products whose stock may differ: moved in Odoo, modified in the shop, or all of them now and then. */
import { z } from 'zod';
import { chunk } from '../../lib/chunk';
import { durationMs } from '../../lib/duration';
import { wooTime } from '../../lib/woo-time';
import type { RunContext } from '../../core/context';
import type { ReadRequest, SourcePage, SourceRecord } from '../../core/entity';
import { FatalError, RetryableError, SkippableError } from '../../core/errors';
import { recordKey } from '../../core/keys';
import type { OdooDomain } from '../../core/ports';
import { idOf, odooTime, textOf } from '../../odoo/schema';
import { STOCK_FIELDS, WooStockItem } from '../../woo/schema';
import { PRODUCT_MODEL } from '../products/match-products';
import type { StockSettings } from './settings';

/**
 * Odoo stamps records with the start of their transaction: a change may become
 * visible long after its date, so a sweep reaches back further than the longest
 * transaction (100 orders loaded at :43 were visible at :47 on Odoo 19).
 */
const ODOO_OVERLAP_MS = 15 * 60_000;
const WOO_OVERLAP_MS = 120_000;
const ODOO_PAGE_SIZE = 1000;
/** SKUs of one request; the address must not grow too long. */
const SKUS_PER_REQUEST = 100;
const PAGE_SIZE = 100;
const SKU_CHARACTERS_PER_REQUEST = 3000;

/** An item of the shop and the Odoo product with the same SKU. */
export interface StockPair {
  readonly item: WooStockItem;
  /** Several when Odoo's internal reference is not unique. */
  readonly odooIds: readonly number[];
}

/** Both clocks, as kept in the checkpoint. */
const StockPosition = z.object({ odoo: z.string(), woo: z.string() });

export async function* readStock(
  context: RunContext,
  request: ReadRequest,
  settings: StockSettings,
): AsyncGenerator<SourcePage> {
  const odooStart = await context.odoo.serverTime();
  const { serverTime: wooStart } = await context.woo.get('products', { per_page: 1, _fields: ['id'] });
  const known = StockPosition.safeParse(request.checkpoint.position);
  const full =
    request.full ||
    (!known.success && request.since === undefined) ||
    isOlderThan(request.checkpoint.fullAt, settings.fullEvery, context.clock.now());

  const owed = request.owed.map(({ id }) => Number(id));
  for (const ids of chunk(owed, 100)) {
    yield { records: await pairsByWooIds(context, ids) };
  }
  let listed = 0;
  if (full) {
    for await (const page of readAllPairs(context)) {
      listed += page.records.length;
      yield page;
    }
  } else {
    const since = known.success ? known.data : { odoo: '', woo: '' };
    yield* readChanged(context, settings, {
      odoo: request.since ?? since.odoo,
      woo: request.since ?? since.woo,
    });
  }
  yield {
    records: [],
    checkpoint: {
      ...request.checkpoint,
      watermark: before(odooStart, ODOO_OVERLAP_MS),
      position: { odoo: before(odooStart, ODOO_OVERLAP_MS), woo: before(wooStart, WOO_OVERLAP_MS) },
      fullAt: full ? context.clock.now().toISOString() : request.checkpoint.fullAt,
    },
    ...(full ? { listed } : {}),
  };
}

function before(time: Date, ms: number): string {
  return new Date(time.getTime() - ms).toISOString();
}

function isOlderThan(time: string | null, age: string, now: Date): boolean {
  return time === null || now.getTime() - Date.parse(time) >= durationMs(age);
}

/** Every stocked product of Odoo that has an internal reference, by id. */
async function* readAllPairs(context: RunContext): AsyncGenerator<SourcePage> {
  const domain: OdooDomain = [
    ...context.odoo.server.capabilities.storableDomain,
    ['default_code', '!=', false],
  ];
  const expected = await context.odoo.searchCount(PRODUCT_MODEL, domain);
  for (let lastId = 0; ;) {
    const rows = await context.odoo.searchRead(
      PRODUCT_MODEL,
      [...domain, ['id', '>', lastId]],
      ['default_code'],
      { order: 'id', limit: ODOO_PAGE_SIZE },
    );
    for (const skus of chunkSkus(rows.map((row) => textOf(row['default_code'])))) {
      yield { records: await pairsBySkus(context, skus), expected };
    }
    lastId = rows.at(-1)?.id ?? lastId;
    if (rows.length < ODOO_PAGE_SIZE) {
      return;
    }
  }
}

async function* readChanged(
  context: RunContext,
  settings: StockSettings,
  since: { odoo: string; woo: string },
): AsyncGenerator<SourcePage> {
  const productIds = await movedProducts(context, settings, since.odoo);
  const skus = new Set<string>();
  for (const ids of chunk([...productIds], 500)) {
    const rows = await context.odoo.read(PRODUCT_MODEL, ids, ['default_code']);
    for (const row of rows) {
      skus.add(textOf(row['default_code']));
    }
  }
  for (const sku of await modifiedSkus(context, since.woo)) {
    skus.add(sku);
  }
  skus.delete('');
  for (const part of chunkSkus([...skus])) {
    yield { records: await pairsBySkus(context, part), expected: skus.size };
  }
}

/** A quant's date moves with its quantity and with reservations; demand that cannot be reserved touches only moves. */
async function movedProducts(
  context: RunContext,
  settings: StockSettings,
  since: string,
): Promise<Set<number>> {
  const models = settings.quantity === 'forecast' ? ['stock.quant', 'stock.move'] : ['stock.quant'];
  const ids = new Set<number>();
  for (const model of models) {
    for (let lastId = 0; ;) {
      const rows = await context.odoo.searchRead(
        model,
        [
          ['write_date', '>=', odooTime(new Date(since))],
          ['id', '>', lastId],
        ],
        ['product_id'],
        { order: 'id', limit: ODOO_PAGE_SIZE },
      );
      for (const row of rows) {
        const id = idOf(row['product_id']);
        if (id !== undefined) {
          ids.add(id);
        }
      }
      lastId = rows.at(-1)?.id ?? lastId;
      if (rows.length < ODOO_PAGE_SIZE) {
        break;
      }
    }
  }
  return ids;
}

/** SKUs of products and variations modified in the shop; a plain list of products never contains variations. */
async function modifiedSkus(context: RunContext, since: string): Promise<Set<string>> {
  const skus = new Set<string>();
  for (const path of ['products', 'variations']) {
    const pages = context.woo.sweep(path, {
      modified_after: wooTime(new Date(since)),
      dates_are_gmt: true,
      _fields: ['id', 'sku'],
    });
    try {
      for await (const page of pages) {
        for (const row of page.rows) {
          skus.add(typeof row['sku'] === 'string' ? row['sku'] : '');
        }
      }
    } catch (error) {
      // The collection of all variations exists since WooCommerce 10.3; before, the full comparison finds them.
      if (path !== 'variations' || !(error instanceof FatalError)) {
        throw error;
      }
      context.emit({
        type: 'notice',
        level: 'info',
        message: 'this WooCommerce cannot list changed variations; the full comparison will find them',
      });
    }
  }
  return skus;
}

/** `sku=` takes a comma list, is exact whatever the case, and returns variations too. A SKU with a comma cannot be asked for. */
async function pairsBySkus(context: RunContext, skus: readonly string[]): Promise<SourceRecord[]> {
  const items: unknown[] = [];
  // Translations of a product may share its SKU: more rows than SKUs.
  for (let page = 1; skus.length > 0; page += 1) {
    const { body, total } = await context.woo.get('products', {
      sku: skus,
      per_page: PAGE_SIZE,
      page,
      _fields: STOCK_FIELDS,
    });
    const rows = listOf(body);
    items.push(...rows);
    if (rows.length < PAGE_SIZE || items.length === total) {
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
async function pairsByWooIds(context: RunContext, ids: readonly number[]): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for (const id of ids) {
    // `include` never returns variations, the single route does.
    const body = await context.woo.get(`products/${id}`, { _fields: STOCK_FIELDS }).then(
      (response) => response.body,
      (error: unknown) => {
        if (error instanceof SkippableError) {
          return null;
        }
        throw error;
      },
    );
    const [pair] = body === null ? [] : await pairUp(context, [body]);
    records.push(pair ?? { key: recordKey(context.store, 'stock', id), raw: null });
  }
  return records;
}

function listOf(body: unknown): unknown[] {
  const items = z.array(z.unknown()).safeParse(body);
  if (!items.success) {
    throw new RetryableError('the shop answered something else than a list of products');
  }
  return items.data;
}

/** @param skus spellings that Odoo has; the shop's may differ in case */
async function pairUp(
  context: RunContext,
  items: readonly unknown[],
  skus: readonly string[] = [],
): Promise<SourceRecord[]> {
  const parsed = items.flatMap((item) => {
    const result = WooStockItem.safeParse(item);
    return result.success ? [result.data] : [];
  });
  const odooIds = await odooIdsBySku(context, [...skus, ...parsed.map(({ sku }) => sku)]);
  return parsed.flatMap((item): SourceRecord[] => {
    const ids = odooIds.get(item.sku.toLowerCase()) ?? [];
    const pair: StockPair = { item, odooIds: ids };
    return ids.length === 0 ? [] : [{ key: recordKey(context.store, 'stock', item.id), raw: pair }];
  });
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

function chunkSkus(skus: readonly string[]): string[][] {
  const pieces: string[][] = [];
  let piece: string[] = [];
  let characters = 0;
  for (const sku of skus.filter((candidate) => !candidate.includes(','))) {
    if (piece.length >= SKUS_PER_REQUEST || characters + sku.length > SKU_CHARACTERS_PER_REQUEST) {
      pieces.push(piece);
      piece = [];
      characters = 0;
    }
    piece.push(sku);
    characters += sku.length + 1;
  }
  return piece.length === 0 ? pieces : [...pieces, piece];
}
