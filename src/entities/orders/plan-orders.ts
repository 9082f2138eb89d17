/** Decides what must happen to the orders of a page: from the shop's orders, their links, and how they look in Odoo. */
import type { RunContext } from '../../core/context';
import type { Change, Plan, PlanFailure, SharedSettings } from '../../core/entity';
import { SkippableError } from '../../core/errors';
import { externalId, formatKey, type RecordKey } from '../../core/keys';
import type { OdooRow } from '../../core/ports';
import { textOf } from '../../odoo/schema';
import { requireParty } from './follow-parties';
import { LINE_MODEL, ORDER_MODEL, type ShopOrder } from './map-order';
import { isConfirmed, viewOrders, type OrderView } from './order-view';
import { NOTHING_TO_WRITE, type OrderPayload } from './order-payload';
import { planLinkedOrder } from './plan-linked-order';
import { priceOrder, type PricedOrder } from './price-lines';
import type { PreparedOrder, PreparedPage } from './prepare-orders';
import { GATE_REASONS } from './read-orders';
import { loadLineProducts } from './resolve-lines';
import type { OrderSettings } from './settings';
import { loadPricelists, loadPriceRules, loadServiceProducts, loadTaxTable } from './surroundings';

export async function planOrders(
  context: RunContext,
  page: PreparedPage,
  settings: OrderSettings,
  shared: SharedSettings,
): Promise<Plan<OrderPayload>> {
  const open = page.orders.filter(({ settled }) => !settled);
  const settled = page.orders.filter((prepared) => prepared.settled);
  const planned = open.length === 0 ? NO_PLAN : await planOpen(context, open, settings, shared);
  return {
    changes: [...page.leftOut.map(skipOf), ...planned.changes],
    failures: [...page.failures, ...planned.failures],
    unchanged: [...page.quiet, ...settled.map(({ order }) => order.key)],
  };
}

const NO_PLAN = { changes: [], failures: [] };

async function planOpen(
  context: RunContext,
  open: readonly PreparedOrder[],
  settings: OrderSettings,
  shared: SharedSettings,
): Promise<Pick<Plan<OrderPayload>, 'changes' | 'failures'>> {
  const payloads = await payloadBuilder(context, open, settings, shared);
  const known = await findByOrigin(context, open);
  const ids = [...open.flatMap(({ link }) => link?.odooId ?? []), ...known.values()];
  const views = await viewOrders(
    context,
    ids.filter((id) => id > 0),
  );
  const lineNames = await externalIdsOf(
    context,
    LINE_MODEL,
    open.flatMap(({ link }) => (link === undefined ? [] : (views.get(link.odooId)?.lines ?? []))),
  );
  const debts = await context.state.debts.find(open.map(({ order }) => order.key));

  const changes: Change<OrderPayload>[] = [];
  const failures: PlanFailure[] = [];
  for (const prepared of open) {
    const name = formatKey(prepared.order.key);
    const { link } = prepared;
    try {
      requireParty(context, prepared);
      const { priced, payload } = payloads(prepared);
      changes.push(
        link === undefined
          ? planNewOrder(prepared, priced, payload, views.get(known.get(name) ?? 0))
          : planLinkedOrder({
              prepared,
              link,
              payload,
              view: views.get(link.odooId),
              lineNames,
              isHeld: GATE_REASONS.includes(debts.get(name)?.reason ?? ''),
            }),
      );
    } catch (error) {
      if (!(error instanceof SkippableError)) {
        throw error;
      }
      failures.push(failureOf(prepared, error));
    }
  }
  return { changes, failures };
}

/** Prices orders by this shop's tables and this Odoo's rules. */
async function payloadBuilder(
  context: RunContext,
  open: readonly PreparedOrder[],
  settings: OrderSettings,
  shared: SharedSettings,
): Promise<(prepared: PreparedOrder) => { priced: PricedOrder; payload: OrderPayload }> {
  const taxes = await loadTaxTable(context, settings);
  const rules = await loadPriceRules(context, shared);
  const pricelists = await loadPricelists(context, settings);
  const services = await loadServiceProducts(context, settings);
  const products = await loadLineProducts(context, open, settings, services);
  return ({ order }) => {
    const priced = priceOrder(order, settings.prices, taxes, rules);
    const payload: OrderPayload = {
      order,
      lines: products.resolve(priced.lines),
      pricelistId: pricelists.idFor(order.currency),
      state: '',
      rewrite: 'everything',
      rewriteNote: false,
      dropped: [],
    };
    return { priced, payload };
  };
}

/** Orders without a link that Odoo already has: found by `origin`, known by their external id. */
async function findByOrigin(
  context: RunContext,
  open: readonly PreparedOrder[],
): Promise<Map<string, number>> {
  const unlinked = open.filter(({ link }) => link === undefined);
  if (unlinked.length === 0) {
    return new Map();
  }
  const keyByOrigin = new Map(unlinked.map(({ order }) => [order.origin, order.key]));
  const rows = await context.odoo.searchRead(
    ORDER_MODEL,
    [['origin', 'in', [...keyByOrigin.keys()]]],
    ['origin'],
  );
  const external = await externalIdsOf(context, ORDER_MODEL, rows);
  return new Map(
    rows.flatMap((row) => {
      const key = keyByOrigin.get(textOf(row['origin']));
      return key !== undefined && external.get(row.id)?.includes(externalId(key)) === true
        ? [[formatKey(key), row.id] as const]
        : [];
    }),
  );
}

async function externalIdsOf(
  context: RunContext,
  model: string,
  rows: readonly Pick<OdooRow, 'id'>[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  return rows.length === 0
    ? new Map<number, string[]>()
    : context.odoo.externalIds(
        model,
        rows.map(({ id }) => id),
      );
}

function planNewOrder(
  prepared: PreparedOrder,
  { predicted }: PricedOrder,
  payload: OrderPayload,
  view: OrderView | undefined,
): Change<OrderPayload> {
  const { order, nextLink, requires } = prepared;
  const base = { key: order.key, businessKey: order.number, payload };
  if (view === undefined) {
    return {
      ...base,
      action: 'create',
      changes: [
        { field: 'total', before: '', after: predicted.total },
        { field: 'tax', before: '', after: predicted.tax },
      ],
      reason: '',
      message: '',
      requires,
      nextLink,
    };
  }
  return {
    ...base,
    action: 'link',
    changes: [],
    reason: 'known-by-external-id',
    message:
      view.total === order.total
        ? 'carries its external id'
        : `carries its external id; its total in Odoo is ${view.total}, in the shop ${order.total}`,
    requires: [],
    odooId: view.id,
    nextLink: {
      ...nextLink,
      odooId: view.id,
      odooHash: view.contentHash,
      step: stepReached(view, order.target),
    },
  };
}

/**
 * The step that an order found in Odoo has reached. Where only one side has
 * cancelled it meanwhile the step is no last one: the next run looks at it.
 */
function stepReached(view: OrderView, target: ShopOrder['target']): string {
  if (isConfirmed(view.state)) {
    return target === 'cancelled' ? 'rewritten' : 'dated';
  }
  if (view.state === 'cancel') {
    return target === 'cancelled' ? 'cancelled' : 'created';
  }
  return target === 'draft' ? 'kept' : 'created';
}

function failureOf({ order }: PreparedOrder, error: SkippableError): PlanFailure {
  return {
    key: order.key,
    businessKey: order.number,
    reason: error.reason,
    message: error.hint === undefined ? error.message : `${error.message}; ${error.hint}`,
    quarantine: true,
  };
}

function skipOf(left: {
  key: RecordKey;
  businessKey: string;
  reason: string;
  message: string;
}): Change<OrderPayload> {
  return { ...left, action: 'skip', changes: [], requires: [], payload: NOTHING_TO_WRITE };
}
