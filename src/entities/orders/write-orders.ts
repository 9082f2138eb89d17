/** Writes orders and their lines through `load`: record, lines and external ids in one transaction. */
import { encode } from 'html-entities';
import type { RunContext } from '../../core/context';
import type { Change, Outcome } from '../../core/entity';
import { externalId, formatKey } from '../../core/keys';
import type { Link, LoadOutcome, LoadRecord } from '../../core/ports';
import { LINE_MODEL, ORDER_MODEL } from './map-order';
import type { OrderPayload } from './order-payload';
import type { WriteLine } from './resolve-lines';

type OrderChange = Change<OrderPayload>;

export async function writeOrders(context: RunContext, changes: readonly OrderChange[]): Promise<Outcome[]> {
  const reopened = await reopenCancelled(context, changes);
  const ready = changes.filter(({ key }) => !reopened.has(formatKey(key)));
  const whole = ready.filter(({ payload }) => payload.rewrite === 'everything');
  const linesOnly = ready.filter(({ payload }) => payload.rewrite === 'lines');
  const untouched = ready.filter(({ payload }) => payload.rewrite === 'nothing');
  await rewriteNotes(
    context,
    ready.filter(({ payload }) => payload.rewriteNote),
  );
  return [
    ...reopened.values(),
    ...(await loadOrders(context, whole, true)),
    ...(await loadOrders(context, linesOnly, false)),
    ...untouched.map(({ key, odooId, nextLink }): Outcome => ({
      key,
      status: 'done',
      odooId,
      link: nextLink,
    })),
  ];
}

/** A note is no reason to hold an order up: one that Odoo refuses is said in a notice. */
async function rewriteNotes(context: RunContext, changes: readonly OrderChange[]): Promise<void> {
  if (changes.length === 0) {
    return;
  }
  const outcomes = await context.odoo.load(
    ORDER_MODEL,
    ['id', 'note'],
    changes.map(({ key, payload }) => [[externalId(key), noteCell(context, payload)]]),
  );
  outcomes.forEach((outcome, index) => {
    if (!outcome.ok) {
      const number = changes[index]?.businessKey ?? '';
      const message = `the note of order ${number} was refused by Odoo: ${outcome.message}`;
      context.emit({ type: 'notice', level: 'warn', message });
    }
  });
}

function noteCell(context: RunContext, { order }: OrderPayload): string {
  return context.odoo.server.capabilities.htmlNotes ? htmlOf(order.note) : order.note;
}

/** An order that the shop cancelled and then took up again goes back to draft first; returns those Odoo refused. */
async function reopenCancelled(
  context: RunContext,
  changes: readonly OrderChange[],
): Promise<Map<string, Outcome>> {
  const cancelled = changes.filter(
    ({ payload }) => payload.state === 'cancel' && payload.order.target !== 'cancelled',
  );
  const results =
    cancelled.length === 0
      ? []
      : await context.odoo.act(
          ORDER_MODEL,
          'action_draft',
          cancelled.map(({ odooId }) => odooId ?? 0),
        );
  return new Map(
    cancelled.flatMap((change, index) => {
      const result = results[index];
      return result?.ok === true
        ? []
        : [[formatKey(change.key), refused(change, result?.message ?? '')] as const];
    }),
  );
}

/**
 * On a confirmed order the pricelist cannot be written, not even with the same
 * value (observed on Odoo 19), and what a person may have changed above the lines
 * stays: only the lines go. Product, name, quantity, price and taxes of a line always travel
 * together, or Odoo computes the price anew.
 */
async function loadOrders(
  context: RunContext,
  changes: readonly OrderChange[],
  withHeader: boolean,
): Promise<Outcome[]> {
  if (changes.length === 0) {
    return [];
  }
  const { lineTaxes } = context.odoo.server.capabilities;
  const hasDeliveryFlag = (await context.odoo.fields(LINE_MODEL)).has('is_delivery');
  const links = await context.state.links.find(
    changes.flatMap(({ payload: { order } }) =>
      [order.customer, order.invoiceAddress, order.deliveryAddress].filter((key) => key !== null),
    ),
  );
  const headerColumns = withHeader
    ? [
        'partner_id/.id',
        'partner_invoice_id/.id',
        'partner_shipping_id/.id',
        'pricelist_id/.id',
        'client_order_ref',
        'origin',
        'date_order',
        'note',
      ]
    : [];
  const columns = [
    'id',
    ...headerColumns,
    'order_line/id',
    'order_line/product_id/.id',
    'order_line/name',
    'order_line/product_uom_qty',
    'order_line/price_unit',
    `order_line/${lineTaxes}/.id`,
    ...(hasDeliveryFlag ? ['order_line/is_delivery'] : []),
  ];
  const outcomes = await context.odoo.load(
    ORDER_MODEL,
    columns,
    changes.map((change) => {
      const header = withHeader
        ? [...headerCells(change.payload, links), noteCell(context, change.payload)]
        : [];
      const cells = [externalId(change.key), ...header];
      return recordOf(change, cells, hasDeliveryFlag);
    }),
  );
  return changes.map((change, index) => outcomeOf(change, outcomes[index]));
}

function headerCells({ order, pricelistId }: OrderPayload, links: ReadonlyMap<string, Link>): string[] {
  const partner = links.get(formatKey(order.customer))?.odooId;
  const invoice = order.invoiceAddress && links.get(formatKey(order.invoiceAddress))?.odooId;
  const delivery = order.deliveryAddress && links.get(formatKey(order.deliveryAddress))?.odooId;
  return [
    String(partner ?? ''),
    String(invoice ?? partner ?? ''),
    String(delivery ?? invoice ?? partner ?? ''),
    String(pricelistId),
    order.number,
    order.origin,
    order.date,
  ];
}

function recordOf(change: OrderChange, cells: readonly string[], hasDeliveryFlag: boolean): LoadRecord {
  const { lines, dropped } = change.payload;
  const rows = [...lines, ...dropped].map((line) => [
    externalId(change.key, line.part),
    String(line.productId ?? ''),
    line.name,
    line.quantity,
    line.unitPrice,
    line.taxIds.join(','),
    ...(hasDeliveryFlag ? [isShipping(line) ? '1' : '0'] : []),
  ]);
  const [first = new Array<string>(hasDeliveryFlag ? 7 : 6).fill(''), ...others] = rows;
  const blank = cells.map(() => '');
  return [[...cells, ...first], ...others.map((row) => [...blank, ...row])];
}

function isShipping(line: WriteLine): boolean {
  return line.source.kind === 'shipping';
}

/** The note as Odoo stores it where notes are HTML. */
function htmlOf(text: string): string {
  return text === ''
    ? ''
    : text
        .split('\n')
        .map((line) => `<p>${encode(line)}</p>`)
        .join('');
}

function outcomeOf(change: OrderChange, outcome: LoadOutcome | undefined): Outcome {
  if (outcome?.ok !== true) {
    return refused(change, outcome?.message ?? 'Odoo gave no answer for this order');
  }
  const link = change.nextLink && { ...change.nextLink, odooId: outcome.id };
  return { key: change.key, status: 'done', odooId: outcome.id, link };
}

function refused(change: OrderChange, message: string): Outcome {
  return { key: change.key, status: 'failed', reason: 'odoo-refused', message, odooId: change.odooId };
}
