/** Which stock changed since the last run, so that the other side cannot have it yet. */
import { z } from 'zod';
import type { RunContext } from '../../core/context';
import type { Change } from '../../core/entity';
import { formatKey, recordKey } from '../../core/keys';
import type { VerifyRequest } from '../../core/verify';
import { chunk } from '../../lib/chunk';
import { readWooTime } from '../../lib/woo-time';
import { idOf, odooTime } from '../../odoo/schema';
import { chunkSkus } from './chunk-skus';
import type { StockSettings } from './settings';

/** Both ISO, UTC, each by the clock of its side. */
export interface StockTimes {
  readonly odoo: string;
  readonly woo: string;
}

const StockPosition = z.object({ odoo: z.string(), woo: z.string() });
const LAST_MINUTES_MS = 2 * 60_000;

/** Since when a change is in flight: where the last run began to read, or the last minutes where there was none. */
export async function inFlightTimes(
  context: RunContext,
  { odooStart, wooStart }: Pick<VerifyRequest, 'odooStart' | 'wooStart'>,
): Promise<StockTimes> {
  const checkpoint = await context.state.checkpoints.get(context.store, 'stock');
  const known = StockPosition.safeParse(checkpoint?.position);
  return known.success ? known.data : { odoo: minutesBefore(odooStart), woo: minutesBefore(wooStart) };
}

function minutesBefore(time: Date): string {
  return new Date(time.getTime() - LAST_MINUTES_MS).toISOString();
}

/** Formatted keys of the changes whose product moved on either side since these times. */
export async function findMoved(
  context: RunContext,
  changes: readonly Change[],
  settings: Pick<StockSettings, 'quantity'>,
  times: StockTimes,
): Promise<ReadonlySet<string>> {
  if (changes.length === 0) {
    return new Set();
  }
  const ids = await movedInOdoo(
    context,
    changes.flatMap(({ odooId }) => odooId ?? []),
    settings,
    times.odoo,
  );
  const keys = changes.filter(({ odooId }) => ids.has(odooId ?? 0)).map(({ key }) => formatKey(key));
  return new Set([...keys, ...(await modifiedInShop(context, changes, times.woo))]);
}

async function movedInOdoo(
  { odoo }: RunContext,
  productIds: readonly number[],
  { quantity }: Pick<StockSettings, 'quantity'>,
  since: string,
): Promise<ReadonlySet<number>> {
  const moved = new Set<number>();
  for (const model of quantity === 'forecast' ? ['stock.quant', 'stock.move'] : ['stock.quant']) {
    for (const part of chunk(productIds, 500)) {
      const rows = await odoo.searchRead(
        model,
        [
          ['product_id', 'in', part],
          ['write_date', '>=', odooTime(new Date(since))],
        ],
        ['product_id'],
      );
      for (const row of rows) {
        moved.add(idOf(row['product_id']) ?? 0);
      }
    }
  }
  return moved;
}

async function modifiedInShop(
  { woo, store }: RunContext,
  changes: readonly Change[],
  since: string,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const sku of chunkSkus(changes.map(({ businessKey }) => businessKey))) {
    const { rows } = await woo.list('products', { sku, per_page: 100, _fields: ['id', 'date_modified_gmt'] });
    for (const row of rows) {
      const modified = readWooTime(row['date_modified_gmt']);
      if (modified !== undefined && modified.toISOString() >= since) {
        keys.push(formatKey(recordKey(store, 'stock', row.id)));
      }
    }
  }
  return keys;
}
