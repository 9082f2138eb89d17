/** Orders that Odoo has and the state does not know: it was lost, or a run was killed. */
import type { RunContext } from '../../core/context';
import type { Change } from '../../core/entity';
import { externalId, formatKey } from '../../core/keys';
import type { Link, OdooRow } from '../../core/ports';
import { compareLines, type LineNames } from './compare-lines';
import { ORDER_MODEL, type ShopOrder } from './map-order';
import { isHeaderAsWanted } from './compare-header';
import { isConfirmed, type OrderView } from './order-view';
import { hashOfFound } from './person-edits';
import type { OrderPayload } from './order-payload';
import type { PreparedOrder } from './prepare-orders';

/**
 * Ids in Odoo, by formatted key, of orders without a link. Looked for by
 * `origin` and by reference, since a person may have changed either of them,
 * and known by their external id, which a copy does not have.
 */
export async function findUnlinkedOrders(
  context: RunContext,
  unlinked: readonly Pick<ShopOrder, 'key' | 'origin' | 'number'>[],
): Promise<Map<string, number>> {
  if (unlinked.length === 0) {
    return new Map();
  }
  const rows = await context.odoo.searchRead(
    ORDER_MODEL,
    [
      '|',
      ['origin', 'in', unlinked.map(({ origin }) => origin)],
      ['client_order_ref', 'in', unlinked.map(({ number }) => number)],
    ],
    ['id'],
  );
  const external = await externalIdsOf(context, ORDER_MODEL, rows);
  const idByName = new Map([...external].flatMap(([id, names]) => names.map((name) => [name, id] as const)));
  return new Map(
    unlinked.flatMap(({ key }) => {
      const id = idByName.get(externalId(key));
      return id === undefined ? [] : [[formatKey(key), id] as const];
    }),
  );
}

/** External ids by database id; asks nothing for no rows. */
export async function externalIdsOf(
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

/** Links of the customers and addresses of orders. */
export function partiesOf(
  context: RunContext,
  orders: readonly PreparedOrder[],
): Promise<ReadonlyMap<string, Link>> {
  return context.state.links.find(
    orders.flatMap(({ order: { customer, invoiceAddress, deliveryAddress } }) =>
      [customer, invoiceAddress, deliveryAddress].filter((key) => key !== null),
    ),
  );
}

export interface FoundOrder {
  readonly prepared: PreparedOrder;
  readonly payload: OrderPayload;
  readonly view: OrderView;
  readonly lineNames: LineNames;
  readonly parties: ReadonlyMap<string, Link>;
}

/**
 * Links an order to the one found in Odoo, which stays as it is. Where it is
 * not as the shop has it, who changed it is not known any more: it counts as a
 * person's edit, and a later change of the shop becomes a conflict.
 */
export function planFoundOrder({
  prepared,
  payload,
  view,
  lineNames,
  parties,
}: FoundOrder): Change<OrderPayload> {
  const { order, nextLink } = prepared;
  const diff = compareLines(order.key, payload.lines, view, lineNames);
  const isOurs = {
    lines: diff.changed.length === 0 && diff.dropped.length === 0 && view.total === order.total,
    header: isHeaderAsWanted(order, view, parties, {
      date: !isConfirmed(view.state),
      pricelistId: payload.pricelistId,
    }),
  };
  return {
    key: order.key,
    businessKey: order.number,
    payload,
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
      odooHash: hashOfFound(view, isOurs),
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
