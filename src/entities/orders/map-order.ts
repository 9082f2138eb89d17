/** Pure mapping from a WooCommerce order to what an Odoo sale order must say. */
import { cleanLines, cleanText, sendable } from '../../lib/clean-text';
import { formatAmount, Money, plainNumber, sumOf } from '../../lib/money';
import { parseWooTime } from '../../lib/woo-time';
import { formatKey, recordKey, type RecordKey } from '../../core/keys';
import { odooTime } from '../../odoo/schema';
import type { WooOrder } from '../../woo/schema';
import { addressRecords, emailKey } from '../customers/map-partner';
import type { OrderSettings, OrderTarget } from './settings';

export const ORDER_MODEL = 'sale.order';
export const LINE_MODEL = 'sale.order.line';

/** A tax on a line: WooCommerce's rate and the amount it computed. */
export interface LineTax {
  readonly rateId: number;
  readonly percent: number | undefined;
  readonly amount: string;
}

/** A line of the shop's order; amounts exclude tax, after discounts. */
export interface ShopLine {
  /** Names the line within its order, in external ids: `line_12`, `ship_3`, `fee_5`. */
  readonly part: string;
  readonly kind: 'product' | 'shipping' | 'fee';
  /** Null for lines whose product is gone, and for shipping and fees. */
  readonly product: RecordKey | null;
  readonly sku: string;
  readonly name: string;
  readonly quantity: string;
  readonly net: string;
  readonly tax: string;
  readonly taxes: readonly LineTax[];
}

export interface ShopOrder {
  readonly key: RecordKey;
  readonly number: string;
  /** `client_order_ref` is the number; `origin` is what the order is looked up by. */
  readonly origin: string;
  readonly status: string;
  readonly target: Exclude<OrderTarget, 'ignore'>;
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  /** UTC, as Odoo writes it. */
  readonly date: string;
  readonly note: string;
  readonly customer: RecordKey;
  readonly invoiceAddress: RecordKey | null;
  readonly deliveryAddress: RecordKey | null;
  readonly lines: readonly ShopLine[];
  readonly total: string;
  readonly tax: string;
}

/** The reference by which an order of a store is found in Odoo. */
export function originOf(key: RecordKey): string {
  return `woo:${key.store}:${key.id}`;
}

/** The partner of an order: the registered customer, else a guest known by e-mail address, else by the order. */
export function partyOf(store: string, order: WooOrder): RecordKey {
  if (order.customer_id > 0) {
    return recordKey(store, 'customer', order.customer_id);
  }
  return recordKey(store, 'guest', emailKey(order.billing.email) ?? `o${order.id}`);
}

export function mapOrder(
  key: RecordKey,
  order: WooOrder,
  target: ShopOrder['target'],
  settings: OrderSettings,
): ShopOrder {
  const customer = partyOf(key.store, order);
  const { invoice, delivery } = addressRecords(key.store, customer, order.billing, order.shipping);
  return {
    key,
    number: order.number,
    origin: originOf(key),
    status: order.status,
    target,
    currency: order.currency,
    pricesIncludeTax: order.prices_include_tax,
    date: odooTime(parseWooTime(order.date_created_gmt)),
    note: settings.note ? noteOf(order) : '',
    customer,
    invoiceAddress: invoice?.key ?? null,
    deliveryAddress: delivery?.key ?? null,
    lines: linesOf(key.store, order),
    total: formatAmount(new Money(order.total), 2),
    tax: formatAmount(new Money(order.total_tax), 2),
  };
}

/** The products that lines name. */
export function productsOf(lines: readonly { readonly product: RecordKey | null }[]): RecordKey[] {
  return lines.flatMap(({ product }) => (product === null ? [] : [product]));
}

/** What is hashed and compared from run to run; the status counts only by what it means in Odoo. */
export function orderFields(order: ShopOrder): Record<string, string> {
  return {
    target: order.target,
    number: order.number,
    currency: order.currency,
    date: order.date,
    note: order.note,
    invoiceAddress: order.invoiceAddress === null ? '' : formatKey(order.invoiceAddress),
    deliveryAddress: order.deliveryAddress === null ? '' : formatKey(order.deliveryAddress),
    total: order.total,
    tax: order.tax,
    ...Object.fromEntries(
      order.lines.map((line) => [
        line.part,
        [
          line.product === null ? '' : line.product.id,
          line.name,
          line.quantity,
          line.net,
          line.tax,
          ...line.taxes.map(({ rateId, amount }) => `${rateId}=${amount}`),
        ].join('|'),
      ]),
    ),
  };
}

function linesOf(store: string, order: WooOrder): ShopLine[] {
  const percents = new Map(order.tax_lines.map((line) => [line.rate_id, line.rate_percent ?? undefined]));
  function amountsOf(line: {
    total: string;
    total_tax: string;
    taxes: readonly { id: number; total: string }[];
  }): Pick<ShopLine, 'net' | 'tax' | 'taxes'> {
    return {
      net: plainNumber(new Money(line.total)),
      tax: plainNumber(new Money(line.total_tax)),
      taxes: taxesOf(line, percents),
    };
  }
  return [
    ...order.line_items.map((line): ShopLine => {
      const productId = line.variation_id || line.product_id;
      return {
        part: `line_${line.id}`,
        kind: 'product',
        product: productId > 0 ? recordKey(store, 'product', productId) : null,
        sku: sendable(line.sku).trim(),
        name: cleanText(line.name) || 'Product',
        quantity: plainNumber(new Money(line.quantity)),
        ...amountsOf(line),
      };
    }),
    ...order.shipping_lines.map((line) =>
      extraLine(`ship_${line.id}`, 'shipping', cleanText(line.method_title) || 'Shipping', amountsOf(line)),
    ),
    ...order.fee_lines.map((line) =>
      extraLine(`fee_${line.id}`, 'fee', cleanText(line.name) || 'Fee', amountsOf(line)),
    ),
  ];
}

function extraLine(
  part: string,
  kind: 'shipping' | 'fee',
  name: string,
  amounts: Pick<ShopLine, 'net' | 'tax' | 'taxes'>,
): ShopLine {
  return { part, kind, product: null, sku: '', name, quantity: '1', ...amounts };
}

/**
 * The taxes that apply to a line. Where there is one, the line's own total
 * counts: the list may show another cent. A rate above zero with no amount does
 * not apply; a rate of zero does, since it says why there is no tax.
 */
function taxesOf(
  line: { total_tax: string; taxes: readonly { id: number; total: string }[] },
  percents: ReadonlyMap<number, number | undefined>,
): LineTax[] {
  const applied = line.taxes
    .filter(({ total }) => total !== '')
    .map(({ id, total }): LineTax => ({
      rateId: id,
      percent: percents.get(id),
      amount: plainNumber(new Money(total)),
    }))
    .filter(({ amount, percent }) => amount !== '0' || percent === 0);
  const [only, ...others] = applied;
  return only !== undefined && others.length === 0
    ? [{ ...only, amount: plainNumber(new Money(line.total_tax)) }]
    : applied;
}

function noteOf(order: WooOrder): string {
  const payment = cleanText(order.payment_method_title);
  const coupons = order.coupon_lines.map(({ code, discount, discount_tax }) => {
    const amount = sumOf([new Money(discount), new Money(discount_tax)]);
    return `${cleanText(code)} (−${formatAmount(amount, 2)} ${order.currency})`;
  });
  return [
    cleanLines(order.customer_note),
    payment === '' ? '' : `Payment: ${[payment, cleanText(order.transaction_id)].filter(Boolean).join(', ')}`,
    coupons.length === 0 ? '' : `Coupons: ${coupons.join(', ')}`,
  ]
    .filter(Boolean)
    .join('\n');
}
