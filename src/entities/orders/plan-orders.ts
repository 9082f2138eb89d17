/** Decides what must happen to the orders of a page: from the shop's orders, their links, and how they look in Odoo. */
import type { RunContext } from '../../core/context';
import type { Change, Plan, PlanFailure, SharedSettings } from '../../core/entity';
import { SkippableError } from '../../core/errors';
import { formatKey, type RecordKey } from '../../core/keys';
import { isRebuilt } from '../../core/plan';
import { requireParty } from './follow-parties';
import { LINE_MODEL } from './map-order';
import { externalIdsOf, findUnlinkedOrders, partiesOf, planFoundOrder } from './found-orders';
import { viewOrders } from './order-view';
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
  const known = await findUnlinkedOrders(
    context,
    open.filter(({ link }) => link === undefined).map(({ order }) => order),
  );
  const ids = [...open.flatMap(({ link }) => link?.odooId ?? []), ...known.values()];
  const views = await viewOrders(
    context,
    ids.filter((id) => id > 0),
  );
  const lineNames = await externalIdsOf(
    context,
    LINE_MODEL,
    [...views.values()].flatMap(({ lines }) => lines),
  );
  const parties = await partiesOf(context, ids.length === 0 ? [] : open);
  const debts = await context.state.debts.find(open.map(({ order }) => order.key));

  const changes: Change<OrderPayload>[] = [];
  const failures: PlanFailure[] = [];
  for (const prepared of open) {
    const name = formatKey(prepared.order.key);
    const { link } = prepared;
    try {
      requireParty(context, prepared);
      const { priced, payload } = payloads(prepared);
      const view = views.get(link?.odooId ?? known.get(name) ?? 0);
      const isHeld = GATE_REASONS.includes(debts.get(name)?.reason ?? '');
      changes.push(
        view !== undefined && (link === undefined || isRebuilt(link))
          ? planFoundOrder({ prepared, payload, view, lineNames, parties })
          : link === undefined
            ? planNewOrder(prepared, priced, payload)
            : planLinkedOrder({ prepared, link, payload, view, lineNames, parties, isHeld }),
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
      predicted: priced.predicted,
      pricelistId: pricelists.idFor(order.currency),
      state: '',
      rewrite: 'everything',
      rewriteNote: false,
      dropped: [],
      keepsLines: false,
      date: order.date,
    };
    return { priced, payload };
  };
}

function planNewOrder(
  { order, nextLink, requires }: PreparedOrder,
  { predicted }: PricedOrder,
  payload: OrderPayload,
): Change<OrderPayload> {
  return {
    key: order.key,
    businessKey: order.number,
    payload,
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
