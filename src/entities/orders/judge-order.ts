/** What differs between an order of the shop and what Odoo has of it. Pure. */
import { formatKey } from '../../core/keys';
import type { Debt } from '../../core/ports';
import { describeDebt, judgeFinding, type Finding } from '../../core/verify';
import type { FoundInOdoo, OdooOrder } from './found-in-odoo';
import { isConfirmed } from './order-view';
import type { PreparedOrder } from './prepare-orders';
import { judge } from './judge';

export interface OrderCase {
  readonly prepared: PreparedOrder;
  readonly found: FoundInOdoo;
  readonly debt: Debt | undefined;
  /** True where the shop or Odoo changed it so late that the other side may not have it yet. */
  readonly isInFlight: boolean;
}

/** Every finding of one order; an order that is owed has at least one. */
export function judgeOrder({ prepared, found, debt, isInFlight }: OrderCase): Finding[] {
  const { own } = found;
  const content =
    own === undefined ? [absent(prepared, found)] : [...money(prepared, own), ...state(prepared, own)];
  const settled = prepared.link?.step === 'left' ? content.map(accepted) : content;
  const judged = settled.map((finding) =>
    finding.kind === 'accepted' ? finding : judgeFinding(finding, { debt, isInFlight }),
  );
  return [
    ...judged,
    ...(debt === undefined || judged.length > 0 ? [] : [owedAlone(prepared, own, debt)]),
    ...(own === undefined ? [] : places(prepared, own, found)),
  ];
}

function findingOf(
  { order }: PreparedOrder,
  own: OdooOrder | undefined,
  finding: Pick<Finding, 'kind' | 'message'> & Partial<Finding>,
): Finding {
  return {
    key: order.key,
    odooId: own === undefined ? '' : String(own.id),
    businessKey: order.number,
    field: '',
    wooValue: '',
    odooValue: '',
    ...finding,
  };
}

function absent(prepared: PreparedOrder, { hidden }: FoundInOdoo): Finding {
  const { order, link } = prepared;
  const values = { wooValue: order.status, odooId: link === undefined ? '' : String(link.odooId) };
  if (hidden !== undefined) {
    return findingOf(prepared, undefined, {
      ...values,
      kind: 'unreadable',
      message: `Odoo has the order and does not let this user see it: ${hidden}`,
    });
  }
  if (link === undefined) {
    return findingOf(prepared, undefined, {
      ...values,
      kind: 'missing',
      message:
        'no order in Odoo has its external id or its origin, and it is not owed; `wcodoo sync orders --full` brings it over',
    });
  }
  // What sync says of it too (`settled-in-odoo`): nothing is left to do.
  const isOver = order.target === 'cancelled';
  return findingOf(prepared, undefined, {
    ...values,
    kind: isOver ? 'accepted' : 'missing',
    message: isOver
      ? `deleted in Odoo (id ${link.odooId}), and ${order.status} in the shop: nothing is left to do`
      : `Odoo no longer has it (id ${link.odooId}); it is not created again by itself: enter it there by hand, or cancel it in the shop`,
  });
}

function accepted(finding: Finding): Finding {
  return {
    ...finding,
    kind: 'accepted',
    message: `a person settled it so, and it is left as it is: ${finding.message}`,
  };
}

/** The rules of the money gate, on the figures of both sides as they are now. */
function money(prepared: PreparedOrder, own: OdooOrder): Finding[] {
  const { order } = prepared;
  if (own.currency !== '' && own.currency !== order.currency) {
    return [
      findingOf(prepared, own, {
        kind: 'total',
        field: 'currency',
        wooValue: order.currency,
        odooValue: own.currency,
        message: 'the amounts are in different currencies; see orders.pricelists',
      }),
    ];
  }
  const { passes, reason } = judge({ order, keepsLines: false }, own);
  if (passes) {
    return [];
  }
  return reason === 'total-mismatch'
    ? [
        findingOf(prepared, own, {
          kind: 'total',
          field: 'total',
          wooValue: order.total,
          odooValue: own.total,
          message: 'the totals differ; correct the order in Odoo, or change it in the shop and sync',
        }),
      ]
    : [
        findingOf(prepared, own, {
          kind: 'tax',
          field: 'tax',
          wooValue: order.tax,
          odooValue: own.tax,
          message:
            'the totals are equal, the taxes differ by more than a cent for each taxed line; see orders.taxes',
        }),
      ];
}

/** What a person confirmed in Odoo before its time is that person's decision; the rest must be the same. */
function state(prepared: PreparedOrder, own: OdooOrder): Finding[] {
  const { order } = prepared;
  const message = describeState(order.target, own.state);
  return message === undefined
    ? []
    : [
        findingOf(prepared, own, {
          kind: 'state',
          field: 'state',
          wooValue: order.status,
          odooValue: own.state,
          message,
        }),
      ];
}

function describeState(target: PreparedOrder['order']['target'], state: string): string | undefined {
  if (target === 'cancelled') {
    return state === 'cancel' ? undefined : 'cancelled in the shop and not in Odoo; cancel it there too';
  }
  if (state === 'cancel') {
    return 'cancelled in Odoo and not in the shop; cancel it in the shop, or take it up again in Odoo';
  }
  return target === 'confirmed' && !isConfirmed(state)
    ? 'sold in the shop and not confirmed in Odoo, so its goods are not reserved; confirm it there'
    : undefined;
}

/** Where the order stands in Odoo, and how often. */
function places(prepared: PreparedOrder, own: OdooOrder, { copies }: FoundInOdoo): Finding[] {
  const { order, link } = prepared;
  const shared = own.keys.filter(({ store, id }) => store === order.key.store && id !== order.key.id);
  const ids = copies.map(({ id }) => id).join(', ');
  return [
    ...(copies.length === 0
      ? []
      : [
          findingOf(prepared, own, {
            kind: 'doubled',
            odooId: `${own.id}, ${ids}`,
            message: `Odoo has the order ${copies.length + 1} times; ${own.id} is the one that is kept in step, cancel ${ids}`,
          }),
        ]),
    ...(shared.length === 0
      ? []
      : [
          findingOf(prepared, own, {
            kind: 'shared-key',
            message: `the order in Odoo carries the external ids of others too: ${shared.map(formatKey).join(', ')}`,
          }),
        ]),
    ...(link === undefined || link.odooId === own.id
      ? []
      : [
          findingOf(prepared, own, {
            kind: 'link',
            field: 'link',
            odooValue: String(link.odooId),
            message: `the state is linked to the order ${link.odooId}, but ${own.id} carries its external id; \`wcodoo state rebuild\``,
          }),
        ]),
  ];
}

/** Equal as far as can be seen from outside, yet something of it is not applied. */
function owedAlone(prepared: PreparedOrder, own: OdooOrder | undefined, debt: Debt): Finding {
  return findingOf(prepared, own, { kind: 'owed', message: describeDebt(debt) });
}
