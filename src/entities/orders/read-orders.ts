/** Reads orders: those owed, those a person settled in Odoo, then what changed in the shop. */
import { chunk } from '../../lib/chunk';
import { readWooTime, wooTime } from '../../lib/woo-time';
import type { RunContext, ShopContext } from '../../core/context';
import type { ReadRequest, SourcePage, SourceRecord } from '../../core/entity';
import { FatalError, RetryableError } from '../../core/errors';
import { formatKey, recordKey, type RecordKey } from '../../core/keys';
import type { SweepPosition, WooQuery, WooRow } from '../../core/ports';
import { ORDER_FIELDS, ORDER_STOCK_FIELDS, readOrderStock, WooOrderStatuses } from '../../woo/schema';
import { isConfirmed, viewOrders, wasConfirmed } from './order-view';
import { editsSince } from './person-edits';
import type { OrderSettings } from './settings';
import { loadCutoff, type Cutoff } from './surroundings';
import { fillUnreadable } from './unreadable-orders';

/**
 * How far a sweep reaches back before its own start: a change is dated before
 * it becomes visible to others.
 */
const OVERLAP_MS = 120_000;

/** Ten years: later than any order was modified, whatever clock it was dated by. */
const FAR_AHEAD_MS = 10 * 365 * 86_400_000;

/** Statuses in which the shop has taken units and not shipped them. */
const OPEN_STATUSES = ['pending', 'on-hold', 'processing'];

/** Reasons for which the money gate holds an order back as a draft in Odoo. */
export const GATE_REASONS: readonly string[] = ['total-mismatch', 'tax-mismatch'];

/** Stands for the orders before the first one; there is one such record a store. */
export interface LeftOut {
  readonly leftOut: number;
  readonly from: string;
}

/** The sweep under way, as kept in a checkpoint. */
interface OrderPosition {
  readonly modifiedAfter: string | null;
  readonly sweep: SweepPosition;
}

export async function* readOrders(
  context: RunContext,
  request: ReadRequest,
  settings: OrderSettings,
): AsyncGenerator<SourcePage> {
  const cutoff = await loadCutoff(context, settings);
  const owed = [...request.owed, ...(request.only === undefined ? await settledInOdoo(context) : [])];
  for (const keys of chunk(uniqueKeys(owed), 100)) {
    yield { records: await fetchOrders(context, keys) };
  }
  if (request.only !== undefined) {
    return;
  }
  if (request.checkpoint.watermark === null && request.checkpoint.position === null) {
    yield* readOlder(context, settings, cutoff);
  }
  yield* sweepOrders(context, request, settings, cutoff);
}

function uniqueKeys(keys: readonly RecordKey[]): RecordKey[] {
  return [...new Map(keys.map((key) => [formatKey(key), key])).values()];
}

async function* sweepOrders(
  context: RunContext,
  request: ReadRequest,
  settings: OrderSettings,
  cutoff: Cutoff,
): AsyncGenerator<SourcePage> {
  const { checkpoint } = request;
  const position = request.restricted ? null : (checkpoint.position as OrderPosition | null);
  // A full run does not go on with a sweep that only reads what changed.
  const resumed = request.full && position?.modifiedAfter != null ? null : position;
  const modifiedAfter =
    resumed === null
      ? (request.since ?? (request.full ? null : checkpoint.watermark))
      : resumed.modifiedAfter;
  const statuses = await loadStatuses(context);
  const createdAfter = settings.before === 'leave-out' && modifiedAfter === null ? cutoff.date : undefined;
  const pages = context.woo.sweep(
    'orders',
    {
      status: statuses,
      dates_are_gmt: true,
      modified_after: modifiedAfter === null ? undefined : wooTime(new Date(modifiedAfter)),
      // `after` is exclusive.
      after: createdAfter === undefined ? undefined : wooTime(new Date(createdAfter.getTime() - 1000)),
      _fields: ORDER_FIELDS,
    },
    { from: resumed?.sweep },
  );
  let sweep: SweepPosition | undefined;
  const seen = new Set<string>();
  let older = 0;
  for await (const page of pages) {
    sweep = page.position;
    for (const { id } of page.rows) {
      seen.add(String(id));
    }
    await checkFilter(context, page.rows, modifiedAfter);
    older += createdAfter === undefined && modifiedAfter === null ? countOlder(page.rows, cutoff) : 0;
    yield {
      records: (await fillUnreadable(context, page.rows, statuses))
        .filter((row) => isBeforeEnd(row, request))
        .map((row) => recordOf(context, row)),
      checkpoint: { ...checkpoint, position: { modifiedAfter, sweep } satisfies OrderPosition },
      expected: page.total,
    };
  }
  if (sweep === undefined) {
    throw new RetryableError('the sweep of orders ended without an answer');
  }
  if (older > 0 && settings.before === 'leave-out' && checkpoint.watermark === null) {
    yield leftOutPage(context, { leftOut: older, from: settings.from ?? '' });
  }
  if (modifiedAfter === null && resumed === null && !request.restricted) {
    // Checked before anything is taken for deleted because it was not listed.
    yield { records: [], listed: seen.size };
    yield* readUnseenHolders(context, seen);
  }
  const startedAt = new Date(sweep.startedAt);
  yield {
    records: [],
    checkpoint: {
      ...checkpoint,
      watermark: new Date(startedAt.getTime() - OVERLAP_MS).toISOString(),
      position: null,
      fullAt: modifiedAfter === null ? sweep.startedAt : checkpoint.fullAt,
    },
  };
}

/** Orders that hold units and did not come in a sweep of everything: too old for it, or deleted without a trace. */
async function* readUnseenHolders(
  context: RunContext,
  seen: ReadonlySet<string>,
): AsyncGenerator<SourcePage> {
  const holds = await context.state.holds.list(context.store);
  const unseen = uniqueKeys(holds.map(({ order }) => order)).filter(({ id }) => !seen.has(id));
  for (const keys of chunk(unseen, 100)) {
    yield { records: await fetchOrders(context, keys) };
  }
}

/** Every status by name: the shop's own ones too, and the trash, which `any` leaves out. */
export function loadStatuses(context: ShopContext): Promise<string[]> {
  return context.memory.recall('order-statuses', async () => {
    const { body } = await context.woo.get('reports/orders/totals');
    const parsed = WooOrderStatuses.safeParse(body);
    if (!parsed.success) {
      throw new RetryableError('the shop did not list its order statuses (reports/orders/totals)');
    }
    return [...new Set([...parsed.data.map(({ slug }) => slug), 'trash'])];
  });
}

/**
 * A filter that a server ignores would look like a very busy shop; one that
 * cuts too much cannot be seen here. An order may carry a wrong date for itself,
 * so the shop is asked what it says was modified in a time to come.
 * @throws FatalError when that is anything
 */
async function checkFilter(
  context: RunContext,
  rows: readonly WooRow[],
  modifiedAfter: string | null,
): Promise<void> {
  const row = rows.find((candidate) => {
    const modified = readWooTime(candidate['date_modified_gmt']);
    return modifiedAfter !== null && modified !== undefined && modified.toISOString() < modifiedAfter;
  });
  if (row !== undefined && (await ignoresFilter(context))) {
    throw new FatalError(
      `the shop ignores modified_after: it returned order ${row.id}, which was not modified since ${String(modifiedAfter)}`,
      { hint: 'look for a plugin or proxy that rewrites REST requests' },
    );
  }
}

/** Asked once a run, and only when a date looks wrong. */
function ignoresFilter(context: RunContext): Promise<boolean> {
  return context.memory.recall('ignores-modified-after', async () => {
    const { body } = await context.woo.get('orders', {
      status: await loadStatuses(context),
      dates_are_gmt: true,
      modified_after: wooTime(new Date(context.clock.now().getTime() + FAR_AHEAD_MS)),
      per_page: 1,
      _fields: ['id'],
    });
    return Array.isArray(body) && body.length > 0;
  });
}

function isBeforeEnd(row: WooRow, request: ReadRequest): boolean {
  const modified = readWooTime(row['date_modified_gmt']);
  return request.until === undefined || modified === undefined || modified.toISOString() < request.until;
}

/** Orders before the first one, where it is named by number: the shop cannot filter by that. */
function countOlder(rows: readonly WooRow[], cutoff: Cutoff): number {
  return rows.filter((row) => {
    const stock = readOrderStock(row);
    return stock !== undefined && cutoff.isBefore(stock);
  }).length;
}

function leftOutPage(context: RunContext, leftOut: LeftOut): SourcePage {
  return { records: [{ key: recordKey(context.store, 'order', 0), raw: leftOut }] };
}

/** Orders before the first one: how many, and which of them still hold stock. */
async function* readOlder(
  context: RunContext,
  settings: OrderSettings,
  cutoff: Cutoff,
): AsyncGenerator<SourcePage> {
  if (settings.before !== 'leave-out' || cutoff.date === undefined) {
    return;
  }
  const before: WooQuery = { before: wooTime(cutoff.date), dates_are_gmt: true };
  const { total } = await context.woo.get('orders', {
    ...before,
    status: await loadStatuses(context),
    per_page: 1,
    _fields: ['id'],
  });
  if (total === undefined || total === 0) {
    return;
  }
  const leftOut: LeftOut = { leftOut: total, from: settings.from ?? '' };
  yield leftOutPage(context, leftOut);
  const open = context.woo.sweep('orders', {
    ...before,
    status: OPEN_STATUSES,
    _fields: ORDER_STOCK_FIELDS,
  });
  for await (const page of open) {
    yield {
      // One that cannot be read is owed: the units it holds are not known.
      records: page.rows.map((row) => ({
        ...recordOf(context, row),
        raw: row.unreadable === undefined ? { ...row, stockOnly: true } : row,
      })),
    };
  }
}

/** Reads orders by id; one that is gone for good comes back with `raw: null`. */
export async function fetchOrders(context: ShopContext, keys: readonly RecordKey[]): Promise<SourceRecord[]> {
  const statuses = await loadStatuses(context);
  const { rows } = await context.woo.list('orders', {
    include: keys.map(({ id }) => id),
    status: statuses,
    per_page: 100,
    _fields: ORDER_FIELDS,
  });
  const found = new Map((await fillUnreadable(context, rows, statuses)).map((row) => [String(row.id), row]));
  return keys.map((key) => ({ key, raw: found.get(key.id) ?? null }));
}

/** Orders in quarantine whose draft a person has confirmed or corrected since. */
async function settledInOdoo(context: RunContext): Promise<RecordKey[]> {
  const quarantined = await context.state.debts.list(context.store, {
    flow: 'orders',
    state: 'quarantine',
  });
  const debts = quarantined.filter(({ reason }) => GATE_REASONS.includes(reason));
  const links = await context.state.links.find(debts.map(({ key }) => key));
  const views = await viewOrders(
    context,
    [...links.values()].map(({ odooId }) => odooId),
  );
  return [...links.values()]
    .filter((link) => {
      const view = views.get(link.odooId);
      return (
        view !== undefined &&
        ((isConfirmed(view.state) && !wasConfirmed(link)) || editsSince(link.odooHash, view).lines)
      );
    })
    .map(({ key }) => key);
}

function recordOf(context: RunContext, row: WooRow): SourceRecord {
  return { key: recordKey(context.store, 'order', row.id), raw: row };
}
