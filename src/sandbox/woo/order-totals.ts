/** The sums an order shows, from its lines; everything in cents. */
import { sum } from './price-order';
import type { OrderAmounts, TaxAmount } from './shop-model';

export interface OrderTotals {
  readonly discountTotal: number;
  readonly discountTax: number;
  readonly shippingTotal: number;
  readonly shippingTax: number;
  /** Tax of lines and fees. */
  readonly cartTax: number;
  readonly total: number;
  readonly totalTax: number;
}

export interface TaxLine {
  readonly rateId: number;
  readonly taxTotal: number;
  readonly shippingTaxTotal: number;
}

/** Adds an order up. */
export function totalsOf(amounts: OrderAmounts): OrderTotals {
  const shippingTotal = sum(amounts.shippingLines, (line) => line.total);
  const shippingTax = sum(amounts.shippingLines, (line) => line.totalTax);
  const cartTax =
    sum(amounts.lines, (line) => line.totalTax) + sum(amounts.feeLines, (line) => line.totalTax);
  const goods = sum(amounts.lines, (line) => line.total) + sum(amounts.feeLines, (line) => line.total);
  return {
    discountTotal: sum(amounts.couponLines, (line) => line.discount),
    discountTax: sum(amounts.couponLines, (line) => line.discountTax),
    shippingTotal,
    shippingTax,
    cartTax,
    total: goods + shippingTotal + cartTax + shippingTax,
    totalTax: cartTax + shippingTax,
  };
}

/** The tax lines: one per rate that occurs, in the order it is met. */
export function taxLinesOf(amounts: OrderAmounts): TaxLine[] {
  const byRate = new Map<number, { taxTotal: number; shippingTaxTotal: number }>();
  function add(taxes: readonly TaxAmount[], booked: number, kind: 'taxTotal' | 'shippingTaxTotal'): void {
    for (const tax of taxes) {
      const entry = byRate.get(tax.rateId) ?? { taxTotal: 0, shippingTaxTotal: 0 };
      // A line with one rate books its own (rounded) tax, as `tax_lines` of a real order add up to `total_tax`.
      entry[kind] += taxes.length === 1 ? booked : tax.total;
      byRate.set(tax.rateId, entry);
    }
  }
  for (const line of amounts.lines) {
    add(line.taxes, line.totalTax, 'taxTotal');
  }
  for (const line of amounts.feeLines) {
    add(line.taxes, line.totalTax, 'taxTotal');
  }
  for (const line of amounts.shippingLines) {
    add(line.taxes, line.totalTax, 'shippingTaxTotal');
  }
  return [...byRate].map(([rateId, entry]) => ({ rateId, ...entry }));
}
