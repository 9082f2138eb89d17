/** Reads customers: WooCommerce offers neither a date filter nor an order by date for them. */
import { chunk } from '../../lib/chunk';
import { durationMs } from '../../lib/duration';
import { readWooTime } from '../../lib/woo-time';
import type { RunContext, ShopContext } from '../../core/context';
import type { ReadRequest, SourcePage, SourceRecord } from '../../core/entity';
import { formatKey, recordKey } from '../../core/keys';
import type { SweepPosition, WooQuery, WooRow } from '../../core/ports';
import { CUSTOMER_FIELDS } from '../../woo/schema';
import type { CustomerSettings } from './settings';

/** Customers of one request when new ones are looked for: few, since there are usually none. */
const NEWEST_PAGE_SIZE = 20;
/** A customer is dated before being visible to others. */
const OVERLAP_MS = 120_000;

export async function* readCustomers(
  context: RunContext,
  request: ReadRequest,
  settings: CustomerSettings,
): AsyncGenerator<SourcePage> {
  const owed = request.owed.filter(({ entity }) => entity === 'customer').map(({ id }) => Number(id));
  for (const ids of chunk(owed, 100)) {
    yield { records: await fetchCustomers(context, ids) };
  }
  if (request.only !== undefined) {
    return;
  }
  yield* isFullDue(context, request, settings)
    ? readAll(context, request, settings)
    : readNew(context, request, settings);
}

function isFullDue(context: RunContext, request: ReadRequest, settings: CustomerSettings): boolean {
  const { fullAt, position } = request.checkpoint;
  if (request.full || request.since !== undefined || fullAt === null || position !== null) {
    return true;
  }
  return context.clock.now().getTime() - Date.parse(fullAt) >= durationMs(settings.fullEvery);
}

async function* readAll(
  context: RunContext,
  request: ReadRequest,
  settings: CustomerSettings,
): AsyncGenerator<SourcePage> {
  const from = request.restricted ? null : (request.checkpoint.position as SweepPosition | null);
  const pages = context.woo.sweep('customers', queryOf(settings), { from: from ?? undefined });
  let position: SweepPosition | undefined;
  let listed = 0;
  for await (const page of pages) {
    position = page.position;
    listed += page.rows.length;
    yield {
      records: page.rows.filter((row) => isWithin(row, request)).map((row) => recordOf(context, row)),
      checkpoint: { ...request.checkpoint, position },
      expected: page.total,
    };
  }
  const readAt = position?.startedAt ?? null;
  yield {
    records: [],
    checkpoint: { ...request.checkpoint, watermark: readAt, position: null, fullAt: readAt },
    ...(from === null ? { listed } : {}),
  };
}

/** New customers by descending id until only known ones come, handed out oldest first, so that an interruption leaves no gap. */
async function* readNew(
  context: RunContext,
  request: ReadRequest,
  settings: CustomerSettings,
): AsyncGenerator<SourcePage> {
  const fresh: SourceRecord[] = [];
  const { watermark } = request.checkpoint;
  let startedAt: Date | undefined;
  for (let offset = 0; ; offset += NEWEST_PAGE_SIZE) {
    const { rows, total, serverTime } = await context.woo.list('customers', {
      ...queryOf(settings),
      orderby: 'id',
      order: 'desc',
      per_page: NEWEST_PAGE_SIZE,
      offset,
    });
    startedAt ??= serverTime;
    const records = rows.map((row) => sourceOf(context, row));
    const keys = records.map(({ key }) => key);
    const [links, debts] = await Promise.all([
      context.state.links.find(keys),
      context.state.debts.find(keys),
    ]);
    const unknown = records.filter(({ key }) => !links.has(formatKey(key)) && !debts.has(formatKey(key)));
    fresh.push(...unknown);
    // Known ones may stand before new ones: orders brought them over. One older than the last run ends the search.
    const reachesBack = rows.some((row) => row.unreadable === undefined && wasThere(row, watermark));
    const read = offset + NEWEST_PAGE_SIZE;
    const isEnd = total === undefined ? rows.length < NEWEST_PAGE_SIZE : read >= total;
    if ((unknown.length === 0 && reachesBack) || isEnd) {
      break;
    }
  }
  const unique = [...new Map(fresh.map((record) => [formatKey(record.key), record])).values()];
  for (const { key } of unique) {
    customersRead(context).add(Number(key.id));
  }
  for (const records of chunk(unique.reverse(), 100)) {
    yield { records, expected: unique.length };
  }
  const readTo = new Date(startedAt.getTime() - OVERLAP_MS).toISOString();
  yield { records: [], checkpoint: { ...request.checkpoint, watermark: readTo, position: null } };
}

/** True when a customer surely existed at a time: nobody is modified before being created. */
function wasThere(row: WooRow, time: string | null): boolean {
  const modified = readWooTime(row['date_modified_gmt'])?.toISOString();
  return time === null || modified === undefined || modified < time;
}

/**
 * Reads customers by id, whatever their role. One that no longer exists comes
 * back with `raw: null`.
 */
export async function fetchCustomers(context: ShopContext, ids: readonly number[]): Promise<SourceRecord[]> {
  const { rows } = await context.woo.list('customers', {
    include: ids,
    role: 'all',
    per_page: 100,
    _fields: CUSTOMER_FIELDS,
  });
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = found.get(id);
    return row === undefined
      ? { key: recordKey(context.store, 'customer', id), raw: null }
      : recordOf(context, row);
  });
}

/** Ids of the customers whose data was read in this run. */
export function customersRead(context: ShopContext): Set<number> {
  return context.memory.keep('customers-read', () => new Set<number>());
}

function recordOf(context: ShopContext, row: WooRow): SourceRecord {
  customersRead(context).add(row.id);
  return sourceOf(context, row);
}

function sourceOf(context: ShopContext, row: WooRow): SourceRecord {
  return { key: recordKey(context.store, 'customer', row.id), raw: row };
}

function queryOf(settings: CustomerSettings): WooQuery {
  return { role: settings.role, _fields: CUSTOMER_FIELDS };
}

function isWithin(row: WooRow, request: ReadRequest): boolean {
  const time = readWooTime(row['date_modified_gmt'])?.toISOString();
  if (time === undefined) {
    return true;
  }
  return (
    (request.since === undefined || time >= request.since) &&
    (request.until === undefined || time < request.until)
  );
}
