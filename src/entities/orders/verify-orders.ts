/** Compares the orders of the shop with those of Odoo, whatever the state believes of them. */
import type { RunContext } from '../../core/context';
import type { PlanFailure, SourceRecord } from '../../core/entity';
import { formatKey, recordKey } from '../../core/keys';
import type { Debt, WooQuery } from '../../core/ports';
import {
  inFlightSince,
  judgeFinding,
  type Finding,
  type VerifiedPage,
  type Verifier,
  type VerifyRequest,
} from '../../core/verify';
import { chunk } from '../../lib/chunk';
import { readWooTime, wooTime } from '../../lib/woo-time';
import { odooTime } from '../../odoo/schema';
import { ORDER_FIELDS } from '../../woo/schema';
import { sampleShop } from '../../core/sample-shop';
import { findOrphans } from './find-orphans';
import { findInOdoo, type FoundInOdoo } from './found-in-odoo';
import { judgeOrder } from './judge-order';
import { orderPages, type OrderPages } from './prepare-orders';
import { fetchOrders, loadStatuses } from './read-orders';
import type { OrderSettings } from './settings';
import { loadCutoff } from './surroundings';
import { fillUnreadable } from './unreadable-orders';

/** Looks for orphans too where everything is compared. */
export function orderVerifier(settings: OrderSettings): Verifier {
  return {
    name: 'orders',
    async *verify(context, request) {
      const seen = new Set<number>();
      const pages = orderPages(settings);
      const rules = { request, since: await inFlightSince(context, 'orders', request) };
      for await (const { records, expected } of readPages(context, request, settings)) {
        for (const { key } of records) {
          seen.add(Number(key.id));
        }
        yield { ...(await comparePage(context, records, pages, rules)), expected };
      }
      if (request.since === undefined && request.sample === undefined) {
        yield* findOrphans(context, seen);
      }
    },
  };
}

const NOTHING: FoundInOdoo = { own: undefined, copies: [], hidden: undefined };

interface RecordPage {
  readonly records: readonly SourceRecord[];
  readonly expected: number | undefined;
}

async function* readPages(
  context: RunContext,
  { since, sample }: VerifyRequest,
  settings: OrderSettings,
): AsyncGenerator<RecordPage> {
  const statuses = await loadStatuses(context);
  const { date } = await loadCutoff(context, settings);
  const query: WooQuery = {
    status: statuses,
    dates_are_gmt: true,
    modified_after: since === undefined ? undefined : wooTime(new Date(since)),
    // `after` is exclusive.
    after:
      settings.before === 'leave-out' && date !== undefined
        ? wooTime(new Date(date.getTime() - 1000))
        : undefined,
  };
  if (sample !== undefined) {
    const ids = await sampleShop(context, 'orders', query, sample);
    for (const part of chunk(ids, 100)) {
      const keys = part.map((id) => recordKey(context.store, 'order', id));
      const records = await fetchOrders(context, keys);
      yield { records: records.filter(({ raw }) => raw !== null), expected: ids.length };
    }
    return;
  }
  for await (const page of context.woo.sweep('orders', { ...query, _fields: ORDER_FIELDS })) {
    const rows = await fillUnreadable(context, page.rows, statuses);
    yield {
      records: rows.map((row) => ({ key: recordKey(context.store, 'order', row.id), raw: row })),
      expected: page.total,
    };
  }
}

interface Rules {
  readonly request: VerifyRequest;
  /** An order modified since (ISO, UTC) may not be in Odoo yet. */
  readonly since: string;
}

async function comparePage(
  context: RunContext,
  records: readonly SourceRecord[],
  pages: OrderPages,
  { request, since }: Rules,
): Promise<VerifiedPage> {
  const { orders, failures } = await pages.prepare(context, records);
  const debts = await context.state.debts.find(records.map(({ key }) => key));
  const late = new Set(
    records.filter(({ raw }) => isModifiedSince(raw, since)).map(({ key }) => formatKey(key)),
  );
  const startedAt = odooTime(request.odooStart);
  const found = await findInOdoo(context, orders);
  const findings = orders.flatMap((prepared, index): Finding[] => {
    const name = formatKey(prepared.order.key);
    const inOdoo = found[index] ?? NOTHING;
    return judgeOrder({
      prepared,
      found: inOdoo,
      debt: debts.get(name),
      isInFlight: late.has(name) || (inOdoo.own?.writtenAt ?? '') > startedAt,
    });
  });
  return {
    compared: orders.length + failures.length,
    findings: [...findings, ...failures.map((failure) => ofFailure(failure, debts, late))],
  };
}

function isModifiedSince(raw: unknown, since: string): boolean {
  const modified = readWooTime((raw as { date_modified_gmt?: unknown } | null)?.date_modified_gmt);
  return modified !== undefined && modified.toISOString() >= since;
}

function ofFailure(
  { key, businessKey, message }: PlanFailure,
  debts: ReadonlyMap<string, Debt>,
  late: ReadonlySet<string>,
): Finding {
  const name = formatKey(key);
  return judgeFinding(
    { kind: 'unreadable', key, odooId: '', businessKey, field: '', wooValue: '', odooValue: '', message },
    { debt: debts.get(name), isInFlight: late.has(name) },
  );
}
