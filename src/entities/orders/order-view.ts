/** How orders look in Odoo now. */
import { formatAmount, fromFloat, plainNumber } from '../../lib/money';
import { groupBy } from '../../lib/group-by';
import { hashOf } from '../../lib/hash';
import type { RunContext } from '../../core/context';
import type { OdooRow } from '../../core/ports';
import { idOf, idsOf, numberOf, textOf } from '../../odoo/schema';
import { LINE_MODEL, ORDER_MODEL } from './map-order';

export interface LineView {
  readonly id: number;
  readonly productId: number | undefined;
  readonly name: string;
  readonly quantity: string;
  readonly unitPrice: string;
  /** In percent. */
  readonly discount: string;
  readonly taxIds: readonly number[];
  /** The user who wrote it last. */
  readonly writerId: number | undefined;
  readonly delivered: number;
  readonly invoiced: number;
}

export interface OrderView {
  readonly id: number;
  /** draft, sent, sale, done (14) or cancel. */
  readonly state: string;
  readonly total: string;
  readonly tax: string;
  readonly header: HeaderView;
  readonly lines: readonly LineView[];
  /** Of lines and total, of what stands above them, and of what confirming may change; not of state and deliveries. See `editsSince`. */
  readonly contentHash: string;
  /**
   * Where somebody else than the user of wcodoo was the last to write; a write
   * on a line counts for the header too (observed on 14 and 19).
   */
  readonly isOthers: PartFlags;
}

/** Something said of both parts of an order. */
export interface PartFlags {
  readonly lines: boolean;
  readonly header: boolean;
}

/** What stands above the lines. */
export interface HeaderView {
  readonly partnerId: number | undefined;
  readonly invoiceId: number | undefined;
  readonly deliveryId: number | undefined;
  readonly reference: string;
  readonly origin: string;
  readonly date: string;
  /** HTML where Odoo keeps notes so. */
  readonly note: string;
  readonly pricelistId: number | undefined;
}

const HEADER_FIELDS = [
  'partner_id',
  'partner_invoice_id',
  'partner_shipping_id',
  'client_order_ref',
  'note',
  'pricelist_id',
];
const DRAFT_FIELDS = ['origin', 'date_order'];
const ORDER_VIEW_FIELDS = [
  'state',
  'amount_total',
  'amount_tax',
  'write_uid',
  ...HEADER_FIELDS,
  ...DRAFT_FIELDS,
];

/** Reads orders with their lines: two requests for up to 500 orders. */
export async function viewOrders(
  context: RunContext,
  ids: readonly number[],
): Promise<Map<number, OrderView>> {
  if (ids.length === 0) {
    return new Map();
  }
  const { lineTaxes } = context.odoo.server.capabilities;
  const orders = await context.odoo.read(ORDER_MODEL, ids, ORDER_VIEW_FIELDS);
  const lines = await context.odoo.searchRead(
    LINE_MODEL,
    [['order_id', 'in', orders.map(({ id }) => id)]],
    [
      'order_id',
      'product_id',
      'name',
      'product_uom_qty',
      'price_unit',
      'discount',
      lineTaxes,
      'write_uid',
      'qty_delivered',
      'qty_invoiced',
    ],
    { order: 'id' },
  );
  const byOrder = groupBy(lines, (line) => String(idOf(line['order_id'])));
  return new Map(
    orders.map((order) => {
      const views = (byOrder.get(String(order.id)) ?? []).map((line) => viewLine(line, lineTaxes));
      return [order.id, viewOrder(order, views, context.odoo.server.uid)];
    }),
  );
}

function viewOrder(order: OdooRow, lines: readonly LineView[], uid: number): OrderView {
  const isOthers = idOf(order['write_uid']) !== uid;
  const total = amountOf(order['amount_total']);
  return {
    id: order.id,
    state: textOf(order['state']),
    total,
    tax: amountOf(order['amount_tax']),
    header: headerOf(order),
    lines,
    contentHash: [
      { total, lines: lines.map(contentOf) },
      valuesOf(order, HEADER_FIELDS),
      valuesOf(order, DRAFT_FIELDS),
    ]
      .map((part) => hashOf(part, 24))
      .join('.'),
    isOthers: { lines: isOthers || lines.some(({ writerId }) => writerId !== uid), header: isOthers },
  };
}

/** A line without what deliveries and invoices change. */
function contentOf({ id, productId, name, quantity, unitPrice, discount, taxIds }: LineView): unknown {
  return { id, productId, name, quantity, unitPrice, discount, taxIds };
}

/** A many2one comes with a name, which changes with the other record; nothing else in a header is an object. */
function valuesOf(order: OdooRow, fields: readonly string[]): unknown[] {
  return fields.map((field) => {
    const value = order[field];
    return typeof value === 'object' ? idOf(value) : value;
  });
}

function headerOf(order: OdooRow): HeaderView {
  return {
    partnerId: idOf(order['partner_id']),
    invoiceId: idOf(order['partner_invoice_id']),
    deliveryId: idOf(order['partner_shipping_id']),
    reference: textOf(order['client_order_ref']),
    origin: textOf(order['origin']),
    date: textOf(order['date_order']),
    note: textOf(order['note']),
    pricelistId: idOf(order['pricelist_id']),
  };
}

function viewLine(line: OdooRow, lineTaxes: string): LineView {
  return {
    id: line.id,
    productId: idOf(line['product_id']),
    name: textOf(line['name']),
    quantity: plainNumber(fromFloat(numberOf(line['product_uom_qty']), 6)),
    unitPrice: plainNumber(fromFloat(numberOf(line['price_unit']), 6)),
    discount: plainNumber(fromFloat(numberOf(line['discount']), 6)),
    taxIds: idsOf(line[lineTaxes]).sort((left, right) => left - right),
    writerId: idOf(line['write_uid']),
    delivered: numberOf(line['qty_delivered']),
    invoiced: numberOf(line['qty_invoiced']),
  };
}

/** A monetary value to the cent. */
function amountOf(value: unknown): string {
  return formatAmount(fromFloat(numberOf(value), 2), 2);
}

/** True once a person or we have confirmed it. */
export function isConfirmed(state: string): boolean {
  return state === 'sale' || state === 'done';
}

/** True where wcodoo itself has confirmed the order, though it may have written it again since. */
export function wasConfirmed({ step }: { readonly step: string | null }): boolean {
  return step === 'confirmed' || step === 'dated' || step === 'rewritten';
}
