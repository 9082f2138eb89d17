/** Refunding an order as the REST API does. */
import { totalsOf } from './order-totals';
import { sum } from './price-order';
import { asList, asRecord, RestError } from './rest';
import type { Shop } from './shop';
import type { RefundLine, ShopOrder, ShopRefund } from './shop-model';
import { restock } from './stock-moves';

/**
 * Adds a refund: `{amount?, reason?, line_items?: [{id, quantity, refund_total}]}`.
 * The order's date moves; its status becomes `refunded` once nothing is left.
 * @throws RestError whose `data` is the number 500, as observed
 */
export function createRefund(
  shop: Shop,
  order: ShopOrder,
  body: Readonly<Record<string, unknown>>,
): ShopRefund {
  const lines = asList(body['line_items']).flatMap((item) => toRefundLine(shop, order, asRecord(item) ?? {}));
  const fromLines = sum(lines, (line) => line.total + line.totalTax);
  const amount = body['amount'] === undefined ? fromLines : Math.round(Number(body['amount']) * 100);
  const left = totalsOf(order.amounts).total - sum(order.refunds, (refund) => refund.amount);
  if (Number.isNaN(amount) || amount < 0 || amount > left) {
    throw refused('Invalid refund amount.');
  }
  if (body['api_refund'] !== false) {
    throw refused('The payment gateway for this order does not exist.');
  }
  const refund: ShopRefund = {
    id: shop.takePostId(),
    orderId: order.id,
    createdAt: shop.seconds(),
    modifiedAt: shop.seconds(),
    amount,
    tax: sum(lines, (line) => line.totalTax),
    reason: typeof body['reason'] === 'string' ? body['reason'] : '',
    lines,
  };
  order.refunds = [...order.refunds, refund];
  if (body['api_restock'] !== false) {
    restockLines(shop, order, lines);
  }
  if (amount === left) {
    order.status = 'refunded';
  }
  shop.touchOrder(order);
  return refund;
}

/** Removes a refund for good; observed: the order's date does not move. */
export function deleteRefund(order: ShopOrder, refundId: number): void {
  order.refunds = order.refunds.filter((refund) => refund.id !== refundId);
}

function refused(message: string): RestError {
  return new RestError(500, 'woocommerce_rest_cannot_create_order_refund', message, 500);
}

function toRefundLine(shop: Shop, order: ShopOrder, item: Readonly<Record<string, unknown>>): RefundLine[] {
  const line = order.amounts.lines.find((candidate) => candidate.id === Number(item['id']));
  if (line === undefined) {
    return [];
  }
  const quantity = Number(item['quantity'] ?? 0);
  const share = line.quantity === 0 ? 0 : quantity / line.quantity;
  const wanted = item['refund_total'];
  const total = wanted === undefined ? Math.round(line.total * share) : Math.round(Number(wanted) * 100);
  const totalTax = line.total === 0 ? 0 : Math.round((line.totalTax * total) / line.total);
  return [{ id: shop.takeItemId(), kind: 'line', itemId: line.id, quantity, total, totalTax }];
}

function restockLines(shop: Shop, order: ShopOrder, lines: readonly RefundLine[]): void {
  for (const refunded of lines) {
    const line = order.amounts.lines.find((candidate) => candidate.id === refunded.itemId);
    if (line !== undefined) {
      restock(shop, line, refunded.quantity);
    }
  }
}
