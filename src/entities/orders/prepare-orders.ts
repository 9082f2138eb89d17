/** Turns a page of raw orders into mapped ones, once for planning and for what must go first. */
import { hashOf } from '../../lib/hash';
import { readWooTime } from '../../lib/woo-time';
import type { RunContext } from '../../core/context';
import type { PlanFailure, SourceRecord } from '../../core/entity';
import { formatKey, type RecordKey } from '../../core/keys';
import { hashFields } from '../../core/plan';
import type { Link } from '../../core/ports';
import { describeProblem, readOrderStock, unreadableReason, WooOrder } from '../../woo/schema';
import { findUnlinkedOrders } from './found-orders';
import { mapOrder, ORDER_MODEL, orderFields, originOf, productsOf, type ShopOrder } from './map-order';
import type { LeftOut } from './read-orders';
import type { OrderSettings, OrderTarget } from './settings';
import { loadCutoff, type Cutoff } from './surroundings';

/** Steps after which nothing is left to do for an order. */
export const FINAL_STEPS: readonly string[] = ['kept', 'dated', 'cancelled', 'left'];

export interface PreparedOrder {
  readonly source: SourceRecord;
  readonly raw: WooOrder;
  readonly order: ShopOrder;
  readonly link: Link | undefined;
  /** The link as it stands once everything is applied, its Odoo id aside. */
  readonly nextLink: Link;
  /** Records that must be linked before the order can be written. */
  readonly requires: readonly RecordKey[];
  /** True when the link says that nothing changed since it was applied to the end. */
  readonly settled: boolean;
}

export interface PreparedPage {
  readonly orders: readonly PreparedOrder[];
  readonly failures: readonly PlanFailure[];
  /** Records that need nothing: older than the first order, or gone. */
  readonly quiet: readonly RecordKey[];
  /** Records left out on purpose, each with the reason. */
  readonly leftOut: readonly { key: RecordKey; businessKey: string; reason: string; message: string }[];
}

export interface OrderPages {
  prepare(context: RunContext, records: readonly SourceRecord[]): Promise<PreparedPage>;
}

/** Prepares each page once, although it is asked for twice. */
export function orderPages(settings: OrderSettings): OrderPages {
  const prepared = new WeakMap<readonly SourceRecord[], Promise<PreparedPage>>();
  return {
    prepare(context, records) {
      const known = prepared.get(records) ?? preparePage(context, records, settings);
      prepared.set(records, known);
      return known;
    },
  };
}

async function preparePage(
  context: RunContext,
  records: readonly SourceRecord[],
  settings: OrderSettings,
): Promise<PreparedPage> {
  const cutoff = await loadCutoff(context, settings);
  const links = await context.state.links.find(records.map(({ key }) => key));
  const orders: PreparedOrder[] = [];
  const failures: PlanFailure[] = [];
  const quiet: RecordKey[] = [];
  const leftOut: PreparedPage['leftOut'][number][] = [];

  const trashed = await findTrashedInOdoo(
    context,
    records.filter(({ key }) => !links.has(formatKey(key))),
  );
  for (const source of records) {
    const name = formatKey(source.key);
    const link = links.get(name);
    const aside = trashed.has(name) ? undefined : setAside(source, link, settings, cutoff);
    if (aside === 'quiet') {
      quiet.push(source.key);
    } else if (aside !== undefined) {
      leftOut.push(aside);
    } else {
      const raw = readOrder(source);
      if ('reason' in raw) {
        failures.push(raw);
      } else {
        orders.push(prepareOrder(source, raw, link, settings, cutoff));
      }
    }
  }
  return { orders, failures, quiet, leftOut };
}

/** Orders of the trash are left out, but for those that Odoo has: the state was lost, and they are to be cancelled. */
async function findTrashedInOdoo(
  context: RunContext,
  unlinked: readonly SourceRecord[],
): Promise<ReadonlyMap<string, number>> {
  return findUnlinkedOrders(
    context,
    unlinked.flatMap(({ key, raw }) => {
      const stock = readOrderStock(raw);
      return stock?.status === 'trash' ? [{ key, origin: originOf(key), number: stock.number }] : [];
    }),
  );
}

function setAside(
  source: SourceRecord,
  link: Link | undefined,
  settings: OrderSettings,
  cutoff: Cutoff,
): 'quiet' | PreparedPage['leftOut'][number] | undefined {
  if (source.raw === null || isStockOnly(source.raw)) {
    return 'quiet';
  }
  if (isLeftOut(source.raw)) {
    const { leftOut, from } = source.raw;
    return {
      key: source.key,
      businessKey: `${leftOut} orders`,
      reason: 'before-first-order',
      message: `${leftOut} orders placed before ${from} (orders.from) are left out`,
    };
  }
  const stock = readOrderStock(source.raw);
  if (stock === undefined || link !== undefined) {
    return undefined;
  }
  const target = targetOf(stock.status, settings);
  if (target === 'ignore' || stock.status === 'trash') {
    return {
      key: source.key,
      businessKey: stock.number,
      reason: 'status-ignored',
      message: `the status ${stock.status} is not brought over`,
    };
  }
  return settings.before === 'leave-out' && cutoff.isBefore(stock) ? 'quiet' : undefined;
}

/** Read for the units it holds, not to be brought over. */
function isStockOnly(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && 'stockOnly' in raw;
}

function isLeftOut(raw: unknown): raw is LeftOut {
  return typeof raw === 'object' && raw !== null && 'leftOut' in raw;
}

function targetOf(status: string, settings: OrderSettings): OrderTarget {
  return settings.statuses[status] ?? settings.otherStatuses;
}

function prepareOrder(
  source: SourceRecord,
  raw: WooOrder,
  link: Link | undefined,
  settings: OrderSettings,
  cutoff: Cutoff,
): PreparedOrder {
  const table = targetOf(raw.status, settings);
  // History stays unconfirmed, so that nothing shipped long ago opens a delivery.
  const isHistory = cutoff.isBefore(raw) && table !== 'cancelled';
  const order = mapOrder(source.key, raw, isHistory || table === 'ignore' ? 'draft' : table, settings);
  const fields = orderFields(order);
  const hash = hashOf(fields);
  return {
    source,
    raw,
    order,
    link,
    nextLink: {
      key: source.key,
      odooModel: ORDER_MODEL,
      odooId: link?.odooId ?? 0,
      hash,
      fields: hashFields(fields),
      odooHash: link?.odooHash ?? null,
      step: 'created',
      adopted: false,
      matchKey: null,
    },
    requires: [
      ...[order.customer, order.invoiceAddress, order.deliveryAddress].filter((part) => part !== null),
      ...(settings.missingProduct === 'fallback' ? [] : productsOf(order.lines)),
    ],
    settled: link?.hash === hash && FINAL_STEPS.includes(link.step ?? ''),
  };
}

function readOrder(source: SourceRecord): WooOrder | PlanFailure {
  const unreadable = unreadableReason(source.raw);
  if (unreadable !== undefined) {
    return failureOf(source, 'unreadable', unreadable);
  }
  const parsed = WooOrder.safeParse(source.raw);
  const problem = !parsed.success
    ? describeProblem(parsed.error)
    : readWooTime(parsed.data.date_created_gmt) === undefined
      ? 'date_created_gmt: is not a date'
      : undefined;
  return parsed.success && problem === undefined
    ? parsed.data
    : failureOf(source, 'invalid-record', `WooCommerce sent an order that cannot be read: ${problem ?? ''}`);
}

function failureOf(source: SourceRecord, reason: string, message: string): PlanFailure {
  const number = readOrderStock(source.raw)?.number ?? '';
  return {
    key: source.key,
    businessKey: number === '' ? source.key.id : number,
    reason,
    message,
    quarantine: false,
  };
}
