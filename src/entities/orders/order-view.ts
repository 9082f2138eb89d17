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
  readonly partnerId: number | undefined;
  readonly lines: readonly LineView[];
  /** Of lines and total, and of what stands above them; not of state, date and deliveries. See `editsSince`. */
  readonly contentHash: string;
}

/** What differs in Odoo from what was read back after the last write: a person's edits. */
export function editsSince(
  odooHash: string | null,
  view: Pick<OrderView, 'contentHash'>,
): { readonly lines: boolean; readonly header: boolean } {
  if (odooHash === null) {
    return { lines: false, header: false };
  }
  const [lines, header] = odooHash.split('.');
  const [linesNow, headerNow] = view.contentHash.split('.');
  return { lines: lines !== linesNow, header: header !== headerNow };
}

const HEADER_FIELDS = ['partner_id', 'partner_invoice_id', 'partner_shipping_id', 'client_order_ref', 'note'];
const ORDER_VIEW_FIELDS = ['state', 'amount_total', 'amount_tax', ...HEADER_FIELDS];

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
    partnerId: idOf(order['partner_id']),
    lines,
    contentHash: [hashOf({ total, lines: lines.map(contentOf) }, 24), hashOf(headerOf(order), 24)].join('.'),
  };
}

/** A line without what deliveries and invoices change. */
function contentOf({ id, productId, quantity, unitPrice, taxIds }: LineView): unknown {
  return { id, productId, quantity, unitPrice, taxIds };
}

/** A many2one comes with a name, which changes with the other record. */
function headerOf(order: OdooRow): unknown[] {
  return HEADER_FIELDS.map((field) => (Array.isArray(order[field]) ? idOf(order[field]) : order[field]));
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
