/** Finds the products whose stock may differ: moved in Odoo, modified in the shop, or all of them now and then. */
import { z } from 'zod';
import { chunk } from '../../lib/chunk';
import { durationMs } from '../../lib/duration';
import { wooTime } from '../../lib/woo-time';
import type { RunContext } from '../../core/context';
import type { ReadRequest, SourcePage } from '../../core/entity';
import { FatalError } from '../../core/errors';
import type { OdooDomain, WooRow } from '../../core/ports';
import { idOf, odooTime, textOf } from '../../odoo/schema';
import { PRODUCT_MODEL } from '../products/match-products';
import { chunkSkus } from './chunk-skus';
import { pairsBySkus, pairsByWooIds, recordOfUnusable } from './pair-items';
import type { StockSettings } from './settings';

/**
 * Odoo stamps records with the start of their transaction: a change may become
 * visible long after its date, so a sweep reaches back further than the longest
 * transaction (100 orders loaded at :43 were visible at :47 on Odoo 19).
 */
const ODOO_OVERLAP_MS = 15 * 60_000;
const WOO_OVERLAP_MS = 120_000;
const ODOO_PAGE_SIZE = 1000;
/** Both clocks, as kept in the checkpoint. */
const StockPosition = z.object({ odoo: z.string(), woo: z.string() });

export async function* readStock(
  context: RunContext,
  request: ReadRequest,
  settings: StockSettings,
): AsyncGenerator<SourcePage> {
  const owed = request.owed.map(({ id }) => Number(id));
  if (request.only !== undefined) {
    yield* readOwed(context, owed);
    return;
  }
  const odooStart = await context.odoo.serverTime();
  const { serverTime: wooStart } = await context.woo.get('products', { per_page: 1, _fields: ['id'] });
  const known = StockPosition.safeParse(request.checkpoint.position);
  const full =
    request.full ||
    (!known.success && request.since === undefined) ||
    isOlderThan(request.checkpoint.fullAt, settings.fullEvery, context.clock.now());

  yield* readOwed(context, owed);
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

async function* readOwed(context: RunContext, ids: readonly number[]): AsyncGenerator<SourcePage> {
  for (const part of chunk(ids, 100)) {
    yield { records: await pairsByWooIds(context, part) };
  }
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
  const modified = await modifiedItems(context, since.woo);
  for (const sku of modified.skus) {
    skus.add(sku);
  }
  skus.delete('');
  for (const rows of chunk(modified.unreadable, 100)) {
    yield { records: rows.map((row) => recordOfUnusable(context, row)) };
  }
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

/** Products and variations modified in the shop, by SKU; a plain list of products never contains variations. */
async function modifiedItems(
  context: RunContext,
  since: string,
): Promise<{ readonly skus: ReadonlySet<string>; readonly unreadable: readonly WooRow[] }> {
  const skus = new Set<string>();
  const unreadable: WooRow[] = [];
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
        unreadable.push(...page.rows.filter((row) => row.unreadable !== undefined));
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
  return { skus, unreadable };
}
