/** The sale orders that stand for orders of the shop, looked for in Odoo itself. */
import type { RunContext } from '../../core/context';
import { externalId, parseExternalId, type RecordKey } from '../../core/keys';
import type { OdooRow } from '../../core/ports';
import { groupBy } from '../../lib/group-by';
import { formatAmount, fromFloat } from '../../lib/money';
import { idOf, numberOf, textOf } from '../../odoo/schema';
import { externalIdsOf } from './found-orders';
import { ORDER_MODEL } from './map-order';
import type { PreparedOrder } from './prepare-orders';

/** A sale order as a comparison from outside sees it. */
export interface OdooOrder {
  readonly id: number;
  readonly state: string;
  /** To the cent. */
  readonly total: string;
  readonly tax: string;
  /** Code of the currency; empty where Odoo does not say. */
  readonly currency: string;
  readonly partnerId: number | undefined;
  readonly origin: string;
  readonly reference: string;
  /** `YYYY-MM-DD HH:MM:SS`, UTC. */
  readonly writtenAt: string;
  /** Orders of a shop (of this store or another) whose external ids it carries. */
  readonly keys: readonly RecordKey[];
}

export interface FoundInOdoo {
  /** The order itself; undefined when there is none. */
  readonly own: OdooOrder | undefined;
  /** Others that stand for the same order and are not cancelled. */
  readonly copies: readonly OdooOrder[];
  /** Odoo's sentence where the linked order exists and this user may not see it. */
  readonly hidden: string | undefined;
}

const FIELDS = [
  'state',
  'amount_total',
  'amount_tax',
  'currency_id',
  'partner_id',
  'origin',
  'client_order_ref',
  'write_date',
];

/**
 * In the order of what was asked. An order is known
 * by its external id, else by its link, else by its origin. A copy that a person
 * made has the same origin and no external id; one entered by hand has the order
 * number as its reference and the same customer.
 */
export async function findInOdoo(
  context: RunContext,
  orders: readonly PreparedOrder[],
): Promise<readonly FoundInOdoo[]> {
  if (orders.length === 0) {
    return [];
  }
  const found = await context.odoo.searchRead(
    ORDER_MODEL,
    [
      '|',
      ['origin', 'in', orders.map(({ order }) => order.origin)],
      ['client_order_ref', 'in', orders.map(({ order }) => order.number)],
    ],
    FIELDS,
  );
  const known = new Set(found.map(({ id }) => id));
  const linked = orders.flatMap(({ link }) => link?.odooId ?? []).filter((id) => id > 0 && !known.has(id));
  const others = linked.length === 0 ? [] : await context.odoo.read(ORDER_MODEL, linked, FIELDS);
  const rows = [...found, ...others];
  const external = await externalIdsOf(context, ORDER_MODEL, rows);
  const views = rows.map((row) => viewOf(row, external.get(row.id) ?? []));
  const present = new Set(views.map(({ id }) => id));
  const absent = linked.filter((id) => !present.has(id));
  const hidden = absent.length === 0 ? undefined : await context.odoo.findHidden(ORDER_MODEL, absent);
  const choose = chooser(views);
  return orders.map((prepared) => ({
    ...choose(prepared),
    hidden: hidden?.get(prepared.link?.odooId ?? 0),
  }));
}

function viewOf(row: OdooRow, externalIds: readonly string[]): OdooOrder {
  const currency: unknown = Array.isArray(row['currency_id']) ? row['currency_id'][1] : undefined;
  return {
    id: row.id,
    state: textOf(row['state']),
    total: formatAmount(fromFloat(numberOf(row['amount_total']), 2), 2),
    tax: formatAmount(fromFloat(numberOf(row['amount_tax']), 2), 2),
    currency: textOf(currency),
    partnerId: idOf(row['partner_id']),
    origin: textOf(row['origin']),
    reference: textOf(row['client_order_ref']),
    writtenAt: textOf(row['write_date']),
    keys: externalIds.flatMap((name) => {
      const key = parseExternalId(name);
      return key?.entity === 'order' ? [key] : [];
    }),
  };
}

function chooser(views: readonly OdooOrder[]): (prepared: PreparedOrder) => Omit<FoundInOdoo, 'hidden'> {
  const byKey = new Map(views.flatMap((view) => view.keys.map((key) => [externalId(key), view] as const)));
  const nameless = views.filter(({ keys }) => keys.length === 0);
  const byId = new Map(nameless.map((view) => [view.id, view]));
  const byOrigin = groupBy(nameless, ({ origin }) => origin);
  const byReference = groupBy(nameless, ({ reference }) => reference);
  return ({ order, link }) => {
    const sameOrigin = byOrigin.get(order.origin) ?? [];
    const own = byKey.get(externalId(order.key)) ?? byId.get(link?.odooId ?? 0) ?? sameOrigin[0];
    const byHand = (byReference.get(order.number) ?? []).filter(
      ({ partnerId, origin }) =>
        own !== undefined && partnerId === own.partnerId && !origin.startsWith('woo:'),
    );
    const copies = new Set([...sameOrigin, ...byHand].filter(({ state }) => state !== 'cancel'));
    if (own !== undefined) {
      copies.delete(own);
    }
    return { own, copies: [...copies] };
  };
}
