/** Refunds of seeded orders: in full, by line, or an amount only. */
import { totalsOf } from './woo/order-totals';
import { sum } from './woo/price-order';
import { pickInteger } from './random';
import type { Random } from './random';
import type { RefundLine, ShopOrder, ShopRefund } from './woo/shop-model';

interface RefundPlace {
  readonly index: number;
  readonly now: number;
  readonly takePostId: () => number;
  readonly takeItemId: () => number;
}

/** The refund of an order: full when its status says so, partial for every eleventh paid one, else null. */
export function refundOrder(random: Random, order: ShopOrder, place: RefundPlace): ShopRefund | null {
  const later = (order.completedAt ?? order.createdAt) + pickInteger(random, 3_600, 86_400);
  const createdAt = Math.min(place.now - 30, later);
  if (order.status === 'refunded') {
    return fullRefund(order, place, createdAt);
  }
  const partial = order.paidAt !== null && order.status !== 'trash' && place.index % 11 === 4;
  if (!partial) {
    return null;
  }
  const { total } = totalsOf(order.amounts);
  const line = order.amounts.lines.find((candidate) => candidate.total > 0 && candidate.total < total / 2);
  if (place.index % 2 === 0 || line === undefined) {
    const amount = Math.min(Math.floor(total / 2), 500);
    return amount > 0 ? amountRefund(place, order.id, amount, createdAt) : null;
  }
  const one = {
    total: Math.round(line.total / line.quantity),
    tax: Math.round(line.totalTax / line.quantity),
  };
  const refundId = place.takePostId();
  const lines: RefundLine[] = [
    {
      id: place.takeItemId(),
      kind: 'line',
      itemId: line.id,
      quantity: 1,
      total: one.total,
      totalTax: one.tax,
    },
  ];
  return toRefund(refundId, order.id, createdAt, one.total + one.tax, 'Article défectueux', lines);
}

function fullRefund(order: ShopOrder, place: RefundPlace, createdAt: number): ShopRefund {
  const { total } = totalsOf(order.amounts);
  if (place.index % 3 === 0) {
    return amountRefund(place, order.id, total, createdAt);
  }
  const id = place.takePostId();
  const lines = wholeOrder(order, place.takeItemId);
  for (const line of order.amounts.lines) {
    if (line.reducedStock !== null) {
      line.reducedStock = 0;
    }
  }
  return toRefund(id, order.id, createdAt, total, 'Remboursement total', lines);
}

/** Every line, fee and shipping line of an order, to be refunded. */
export function wholeOrder(order: ShopOrder, takeItemId: () => number): RefundLine[] {
  const { lines, shippingLines, feeLines } = order.amounts;
  return [
    ...lines.map((line) => refundLine('line', takeItemId(), line, line.quantity)),
    ...shippingLines.map((line) => refundLine('shipping', takeItemId(), line, 1)),
    ...feeLines.map((line) => refundLine('fee', takeItemId(), line, 1)),
  ];
}

function refundLine(
  kind: RefundLine['kind'],
  id: number,
  item: { readonly id: number; readonly total: number; readonly totalTax: number },
  quantity: number,
): RefundLine {
  return { id, kind, itemId: item.id, quantity, total: item.total, totalTax: item.totalTax };
}

function amountRefund(place: RefundPlace, orderId: number, amount: number, createdAt: number): ShopRefund {
  return toRefund(place.takePostId(), orderId, createdAt, amount, 'Geste commercial', []);
}

function toRefund(
  id: number,
  orderId: number,
  createdAt: number,
  amount: number,
  reason: string,
  lines: readonly RefundLine[],
): ShopRefund {
  const tax = sum(lines, (line) => line.totalTax);
  return { id, orderId, createdAt, modifiedAt: createdAt, amount, tax, reason, lines };
}
