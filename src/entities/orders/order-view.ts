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
  readonly taxIds: readonly number[];
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
}

/** A part that was written and not read back yet: nothing in it counts as a person's edit. */
const UNREAD = '*';
/** A part that nobody knows to be ours, so that whatever it holds counts as a person's. */
const NOT_OURS = '';

export interface Edits {
  readonly lines: boolean;
  readonly header: boolean;
}

/** What differs in Odoo from what was read back after the last write: a person's edits. */
export function editsSince(odooHash: string | null, view: Pick<OrderView, 'contentHash' | 'state'>): Edits {
  const before = odooHash?.split('.') ?? [];
  const now = view.contentHash.split('.');
  const differs = (part: number): boolean =>
    before[part] !== undefined && before[part] !== UNREAD && before[part] !== now[part];
  // Hashes of earlier releases have no third part; and confirming moves the date by itself.
  return { lines: differs(0), header: differs(1) || (!isConfirmed(view.state) && differs(2)) };
}

/** The hash of an order found again in Odoo: its parts that are not as the shop would have them are somebody's. */
export function hashOfFound({ contentHash }: Pick<OrderView, 'contentHash'>, isOurs: Edits): string {
  const [lines, ...header] = contentHash.split('.');
  return [isOurs.lines ? lines : NOT_OURS, ...(isOurs.header ? header : header.map(() => NOT_OURS))].join(
    '.',
  );
}

/** The hash to go on with: what is written is read back later, what a person edited stays that person's. */
export function hashToKeep(
  odooHash: string | null,
  { contentHash }: Pick<OrderView, 'contentHash'>,
  { written, edited }: { readonly written: Edits; readonly edited: Edits },
): string {
  const before = odooHash?.split('.') ?? [];
  return contentHash
    .split('.')
    .map((now, part) => {
      const kind = part === 0 ? 'lines' : 'header';
      return written[kind] ? UNREAD : edited[kind] ? (before[part] ?? now) : now;
    })
    .join('.');
}

/** The hash once the order was read back. */
export function hashReadBack(
  odooHash: string | null,
  { contentHash }: Pick<OrderView, 'contentHash'>,
): string {
  const before = odooHash?.split('.') ?? [];
  return contentHash
    .split('.')
    .map((now, part) => (before[part] === UNREAD ? now : (before[part] ?? now)))
    .join('.');
}

const HEADER_FIELDS = ['partner_id', 'partner_invoice_id', 'partner_shipping_id', 'client_order_ref', 'note'];
const DRAFT_FIELDS = ['origin', 'date_order'];
const ORDER_VIEW_FIELDS = ['state', 'amount_total', 'amount_tax', ...HEADER_FIELDS, ...DRAFT_FIELDS];

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
      lineTaxes,
      'qty_delivered',
      'qty_invoiced',
    ],
    { order: 'id' },
  );
  const byOrder = groupBy(lines, (line) => String(idOf(line['order_id'])));
  return new Map(
    orders.map((order) => {
      const views = (byOrder.get(String(order.id)) ?? []).map((line) => viewLine(line, lineTaxes));
      return [order.id, viewOrder(order, views)];
    }),
  );
}

function viewOrder(order: OdooRow, lines: readonly LineView[]): OrderView {
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
  };
}

/** A line without what deliveries and invoices change. */
function contentOf({ id, productId, quantity, unitPrice, taxIds }: LineView): unknown {
  return { id, productId, quantity, unitPrice, taxIds };
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
  };
}

function viewLine(line: OdooRow, lineTaxes: string): LineView {
  return {
    id: line.id,
    productId: idOf(line['product_id']),
    name: textOf(line['name']),
    quantity: plainNumber(fromFloat(numberOf(line['product_uom_qty']), 6)),
    unitPrice: plainNumber(fromFloat(numberOf(line['price_unit']), 6)),
    taxIds: idsOf(line[lineTaxes]).sort((left, right) => left - right),
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
