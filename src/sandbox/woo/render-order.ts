/** Orders and refunds as the REST API shows them (shape observed on WooCommerce 11.0). */
import { selfLinks } from './links';
import { taxLinesOf, totalsOf } from './order-totals';
import { asList, asRecord } from './rest';
import { TAX_RATES } from './shop-model';
import type {
  CouponLine,
  FeeLine,
  OrderLine,
  RefundLine,
  ShippingLine,
  ShopOrder,
  ShopRefund,
  TaxAmount,
} from './shop-model';
import { formatLocal, formatUtc } from './shop-time';

type Json = Record<string, unknown>;

const ITEM_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Cents as the API writes an amount: `"-2.00"`. */
export function formatCents(cents: number): string {
  const sign = cents < 0 ? '-' : '';
  const whole = Math.abs(cents);
  return `${sign}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}

/** One order; `api` is the address below which the routes live. */
export function renderOrder(order: ShopOrder, api: string): Json {
  const totals = totalsOf(order.amounts);
  const shop = api.replace('/wp-json/wc/v3', '');
  const key = `wc_order_${(order.id * 2_654_435_761).toString(36)}`;
  const rendered: Json = {
    id: order.id,
    parent_id: 0,
    status: order.status,
    currency: 'EUR',
    version: '11.0.1',
    prices_include_tax: order.pricesIncludeTax,
    date_created: formatLocal(order.createdAt),
    date_modified: formatLocal(order.modifiedAt),
    discount_total: formatCents(totals.discountTotal),
    discount_tax: formatCents(totals.discountTax),
    shipping_total: formatCents(totals.shippingTotal),
    shipping_tax: formatCents(totals.shippingTax),
    cart_tax: formatCents(totals.cartTax),
    total: formatCents(totals.total),
    total_tax: formatCents(totals.totalTax),
    customer_id: order.customerId,
    order_key: key,
    billing: { ...order.billing },
    shipping: { ...order.shipping },
    payment_method: order.paymentMethod,
    payment_method_title: order.paymentTitle,
    transaction_id: order.paidAt === null ? '' : `txn_${order.id}`,
    customer_ip_address: '',
    customer_user_agent: '',
    created_via: order.createdVia,
    customer_note: order.customerNote,
    date_completed: formatLocal(order.completedAt),
    date_paid: formatLocal(order.paidAt),
    cart_hash: '',
    number: String(order.id),
    meta_data: order.meta.map((entry) => ({ ...entry })),
    line_items: order.amounts.lines.map(renderLine),
    tax_lines: renderTaxLines(order),
    shipping_lines: order.amounts.shippingLines.map(renderShipping),
    fee_lines: order.amounts.feeLines.map(renderFee),
    coupon_lines: order.amounts.couponLines.map((line) => ({
      id: line.id,
      code: line.code,
      discount: formatCents(line.discount),
      discount_tax: formatCents(line.discountTax),
      meta_data: [couponMeta(line)],
      discount_type: line.type,
      nominal_amount: line.nominalAmount,
      free_shipping: false,
    })),
    refunds: order.refunds.map((refund) => ({
      id: refund.id,
      reason: refund.reason,
      total: formatCents(-refund.amount),
      total_tax: formatCents(-refund.tax),
    })),
    payment_url: `${shop}/checkout/order-pay/${order.id}/?pay_for_order=true&key=${key}`,
    is_editable: ['pending', 'on-hold', 'checkout-draft'].includes(order.status),
    needs_payment: ['pending', 'failed'].includes(order.status) && totals.total > 0,
    needs_processing: true,
    date_created_gmt: formatUtc(order.createdAt),
    date_modified_gmt: formatUtc(order.modifiedAt),
    date_completed_gmt: formatUtc(order.completedAt),
    date_paid_gmt: formatUtc(order.paidAt),
    currency_symbol: '€',
    _links: orderLinks(order, api),
  };
  return order.overrides === null ? rendered : applyOverrides(rendered, order.overrides);
}

/** One refund; amounts and quantities of its lines are negative, `amount` is not. */
export function renderRefund(refund: ShopRefund, order: ShopOrder, api: string, withParent: boolean): Json {
  const lines = refund.lines.filter((line) => line.kind === 'line');
  return {
    id: refund.id,
    ...(withParent ? { parent_id: refund.orderId } : {}),
    date_created: formatLocal(refund.createdAt),
    date_created_gmt: formatUtc(refund.createdAt),
    amount: formatCents(refund.amount),
    reason: refund.reason,
    refunded_by: 1,
    refunded_payment: false,
    meta_data: [
      { id: refund.id, key: '_refund_type', value: order.status === 'refunded' ? 'full' : 'partial' },
    ],
    line_items: lines.map((line) => renderRefundLine(line, order)),
    shipping_lines: refundedItems(refund, 'shipping').map((line) => ({
      id: line.id,
      method_title: 'Forfait',
      method_id: 'flat_rate',
      instance_id: '1',
      ...negativeAmounts(line),
      taxes: [],
      tax_status: 'taxable',
      meta_data: [refundedItemMeta(line)],
    })),
    tax_lines: refundTaxLines(refund, order),
    fee_lines: refundedItems(refund, 'fee').map((line) => ({
      id: line.id,
      name: '',
      tax_class: '',
      tax_status: 'taxable',
      amount: '',
      ...negativeAmounts(line),
      taxes: [],
      meta_data: [refundedItemMeta(line)],
    })),
    _links: {
      ...selfLinks(`${api}/orders/${refund.orderId}/refunds`, refund.id, ['GET', 'DELETE']),
      up: [{ href: `${api}/orders/${refund.orderId}` }],
    },
  };
}

function renderLine(line: OrderLine): Json {
  return {
    id: line.id,
    name: line.name,
    product_id: line.productId,
    variation_id: line.variationId,
    quantity: line.quantity,
    tax_class: line.taxClass,
    subtotal: formatCents(line.subtotal),
    subtotal_tax: formatCents(line.subtotalTax),
    total: formatCents(line.total),
    total_tax: formatCents(line.totalTax),
    taxes: line.taxes.map(renderTax),
    meta_data: lineMeta(line),
    sku: line.sku,
    global_unique_id: line.productId === 0 ? null : '',
    price: line.unitPrice,
    image: line.productId === 0 || line.variationId > 0 ? { id: 0, src: '' } : { id: '', src: '' },
    parent_name: line.parentName,
  };
}

function lineMeta(line: OrderLine): Json[] {
  const meta: Json[] = [];
  if (line.option !== null) {
    const value = line.option.toLowerCase();
    meta.push({
      id: line.id * 2,
      key: 'pa_couleur',
      value,
      display_key: 'Couleur',
      display_value: line.option,
    });
  }
  if (line.reducedStock !== null) {
    const value = String(line.reducedStock);
    meta.push({
      id: line.id * 2 + 1,
      key: '_reduced_stock',
      value,
      display_key: '_reduced_stock',
      display_value: value,
    });
  }
  return meta;
}

function renderTax(tax: TaxAmount): Json {
  return {
    id: tax.rateId,
    total: formatCents(tax.total),
    subtotal: tax.subtotal === null ? '' : formatCents(tax.subtotal),
  };
}

function renderShipping(line: ShippingLine): Json {
  return {
    id: line.id,
    method_title: line.title,
    method_id: 'flat_rate',
    instance_id: '1',
    total: formatCents(line.total),
    total_tax: formatCents(line.totalTax),
    taxes: line.taxes.map(renderTax),
    tax_status: 'taxable',
    meta_data: [],
  };
}

function renderFee(line: FeeLine): Json {
  return {
    id: line.id,
    name: line.name,
    tax_class: '',
    tax_status: 'taxable',
    amount: line.total < 0 ? '' : formatCents(line.total),
    total: formatCents(line.total),
    total_tax: formatCents(line.totalTax),
    taxes: line.taxes.map(renderTax),
    meta_data: [],
  };
}

/** The coupon as it was when used; WooCommerce leaves its default type out. */
function couponMeta(line: CouponLine): Json {
  const type = line.type === 'fixed_cart' ? null : line.type;
  const value = JSON.stringify([line.couponId, line.code, type, line.nominalAmount]);
  return { id: line.id * 2, key: 'coupon_info', value, display_key: 'coupon_info', display_value: value };
}

function renderTaxLines(order: ShopOrder): Json[] {
  return taxLinesOf(order.amounts).map((line) =>
    taxLine(order.id, line.rateId, line.taxTotal, line.shippingTaxTotal),
  );
}

function taxLine(ownerId: number, rateId: number, taxTotal: number, shippingTaxTotal: number): Json {
  const rate = TAX_RATES[rateId === 2 ? 1 : 0];
  return {
    id: ownerId * 10 + rateId,
    rate_code: rate.code,
    rate_id: rate.id,
    label: rate.label,
    compound: false,
    tax_total: formatCents(taxTotal),
    shipping_tax_total: formatCents(shippingTaxTotal),
    rate_percent: rate.perMille / 10,
    meta_data: [],
  };
}

function renderRefundLine(line: RefundLine, order: ShopOrder): Json {
  const original = order.amounts.lines.find((candidate) => candidate.id === line.itemId);
  return {
    id: line.id,
    name: original?.name ?? '',
    product_id: original?.productId ?? 0,
    variation_id: original?.variationId ?? 0,
    quantity: -line.quantity,
    tax_class: original?.taxClass ?? '',
    subtotal: formatCents(-line.total),
    subtotal_tax: formatCents(-line.totalTax),
    ...negativeAmounts(line),
    taxes: original?.taxes.slice(0, 1).map((tax) => ({
      id: tax.rateId,
      total: formatCents(-line.totalTax),
      subtotal: formatCents(-line.totalTax),
    })),
    meta_data: [refundedItemMeta(line)],
    sku: original?.sku ?? null,
    global_unique_id: '',
    price: line.quantity === 0 ? 0 : line.total / line.quantity / 100,
    image: { id: '', src: '' },
    parent_name: original?.parentName ?? null,
  };
}

function negativeAmounts(line: RefundLine): Json {
  return { total: formatCents(-line.total), total_tax: formatCents(-line.totalTax) };
}

function refundedItemMeta(line: RefundLine): Json {
  const value = String(line.itemId);
  return {
    id: line.id * 2,
    key: '_refunded_item_id',
    value,
    display_key: '_refunded_item_id',
    display_value: value,
  };
}

function refundTaxLines(refund: ShopRefund, order: ShopOrder): Json[] {
  const byRate = new Map<number, { tax: number; shipping: number }>();
  for (const line of refund.lines) {
    const items = [...order.amounts.lines, ...order.amounts.shippingLines, ...order.amounts.feeLines];
    const rateId = items.find((item) => item.id === line.itemId)?.taxes[0]?.rateId;
    if (rateId !== undefined) {
      const entry = byRate.get(rateId) ?? { tax: 0, shipping: 0 };
      entry[line.kind === 'shipping' ? 'shipping' : 'tax'] += line.totalTax;
      byRate.set(rateId, entry);
    }
  }
  return [...byRate].map(([rateId, entry]) => taxLine(refund.id, rateId, -entry.tax, -entry.shipping));
}

function refundedItems(refund: ShopRefund, kind: RefundLine['kind']): RefundLine[] {
  return refund.lines.filter((line) => line.kind === kind);
}

function orderLinks(order: ShopOrder, api: string): Json {
  return {
    ...selfLinks(`${api}/orders`, order.id, ITEM_METHODS),
    email_templates: [{ embeddable: true, href: `${api}/orders/${order.id}/actions/email_templates` }],
    ...(order.customerId === 0 ? {} : { customer: [{ href: `${api}/customers/${order.customerId}` }] }),
  };
}

/** Addresses are merged, items of a list are merged by id, everything else is replaced. */
function applyOverrides(rendered: Json, overrides: Readonly<Json>): Json {
  const result = { ...rendered };
  for (const [name, value] of Object.entries(overrides)) {
    const before = result[name];
    const patch = asRecord(value);
    if (patch !== undefined && asRecord(before) !== undefined) {
      result[name] = { ...asRecord(before), ...patch };
    } else if (Array.isArray(value) && Array.isArray(before) && name.endsWith('_lines')) {
      result[name] = mergeItems(before, asList(value));
    } else if (Array.isArray(value) && name === 'line_items') {
      result[name] = mergeItems(asList(before), asList(value));
    } else {
      result[name] = value;
    }
  }
  return result;
}

function mergeItems(items: readonly unknown[], patches: readonly unknown[]): unknown[] {
  const merged = [...items];
  for (const patch of patches) {
    const id = asRecord(patch)?.['id'];
    const index = merged.findIndex((item) => asRecord(item)?.['id'] === id);
    if (index === -1) {
      merged.push(patch);
    } else {
      merged[index] = { ...asRecord(merged[index]), ...asRecord(patch) };
    }
  }
  return merged;
}
