/**
 * How WooCommerce computes an order, in whole cents. Observed on WooCommerce
 * 11.0: tax is rounded per line; with prices entered including tax a half cent
 * of tax is rounded down (and the amount excluding tax up), so that some lines
 * carry a tax one cent below `round(total × rate)`; a coupon is taken off the
 * entered price first and the tax computed again; a negative fee is spread over
 * the tax classes of the lines.
 */
import { isTaxed, rateOfClass } from './shop-model';
import type {
  CouponLine,
  CouponType,
  FeeLine,
  OrderAmounts,
  OrderLine,
  ShippingLine,
  TaxAmount,
  TaxClass,
} from './shop-model';

export interface DraftLine {
  readonly name: string;
  readonly productId: number;
  readonly variationId: number;
  readonly sku: string | null;
  readonly parentName: string | null;
  readonly option: string | null;
  readonly quantity: number;
  /** Price of the whole line as entered: including tax exactly where the order's prices are. */
  readonly entered: number;
  readonly taxClass: TaxClass;
  readonly reducedStock: number | null;
}

export interface OrderDraft {
  readonly pricesIncludeTax: boolean;
  /** Two-letter country of the address that decides about tax. */
  readonly country: string;
  readonly lines: readonly DraftLine[];
  /** Excluding tax; null for no shipping line. */
  readonly shipping: number | null;
  /** Excluding tax, negative for a discount. */
  readonly fees: readonly { readonly name: string; readonly total: number }[];
  readonly coupon: {
    readonly id: number;
    readonly code: string;
    readonly type: CouponType;
    /** Per cent, or cents. */
    readonly amount: number;
  } | null;
}

/** Prices a draft; `nextId` hands out ids of order items. */
export function priceOrder(draft: OrderDraft, nextId: () => number): OrderAmounts {
  const taxed = isTaxed(draft.country);
  const discounts = draft.coupon === null ? [] : spreadCoupon(draft.lines, draft.coupon);
  const lines = draft.lines.map((line, index) =>
    priceLine(line, discounts[index] ?? 0, draft.pricesIncludeTax, taxed, nextId()),
  );
  const shippingLines: ShippingLine[] =
    draft.shipping === null
      ? []
      : [priceShipping(draft.shipping, lines, draft.pricesIncludeTax, taxed, nextId())];
  const feeLines = draft.fees.map((fee): FeeLine => ({
    ...fee,
    id: nextId(),
    ...feeTaxes(fee.total, lines, taxed),
  }));
  const couponLines: CouponLine[] =
    draft.coupon === null
      ? []
      : [
          {
            id: nextId(),
            couponId: draft.coupon.id,
            code: draft.coupon.code,
            type: draft.coupon.type,
            nominalAmount: draft.coupon.type === 'percent' ? draft.coupon.amount : draft.coupon.amount / 100,
            discount: sum(lines, (line) => line.subtotal - line.total),
            discountTax: sum(lines, (line) => line.subtotalTax - line.totalTax),
          },
        ];
  return { lines, shippingLines, feeLines, couponLines };
}

/** Sum of one number of each item. */
export function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  let total = 0;
  for (const item of items) {
    total += valueOf(item);
  }
  return total;
}

function priceLine(
  line: DraftLine,
  discount: number,
  includesTax: boolean,
  taxed: boolean,
  id: number,
): OrderLine {
  const rate = rateOfClass(line.taxClass);
  const before = splitTax(line.entered, rate.perMille, includesTax, taxed);
  const after = splitTax(line.entered - discount, rate.perMille, includesTax, taxed);
  // The discount excluding tax is rounded on its own, which shows in the sixth digit of the price.
  const off = splitTax(discount, rate.perMille, includesTax, taxed).exactNet;
  return {
    id,
    name: line.name,
    productId: line.productId,
    variationId: line.variationId,
    quantity: line.quantity,
    taxClass: line.taxClass,
    subtotal: before.net,
    subtotalTax: before.tax,
    total: after.net,
    totalTax: after.tax,
    taxes: taxed ? [{ rateId: rate.id, total: after.shownTax, subtotal: before.shownTax }] : [],
    sku: line.sku,
    unitPrice: line.quantity === 0 ? 0 : toMicro(before.exactNet - off) / line.quantity,
    parentName: line.parentName,
    option: line.option,
    reducedStock: line.reducedStock,
  };
}

interface SplitAmount {
  readonly net: number;
  readonly tax: number;
  /** The tax as the `taxes` list shows it: half a cent always rounded up. */
  readonly shownTax: number;
  /** EUR with six decimals. */
  readonly exactNet: number;
}

function splitTax(entered: number, perMille: number, includesTax: boolean, taxed: boolean): SplitAmount {
  if (!includesTax) {
    const tax = taxed ? divideHalfUp(entered * perMille, 1_000) : 0;
    return { net: entered, tax, shownTax: tax, exactNet: entered / 100 };
  }
  // Prices include the shop's own tax, so it comes off even where the customer pays none.
  const divisor = 1_000 + perMille;
  const tax = divideHalfDown(entered * perMille, divisor);
  const exactNet = Math.round((entered * 1_000 * 10_000) / divisor) / 1_000_000;
  return {
    net: entered - tax,
    tax: taxed ? tax : 0,
    shownTax: taxed ? divideHalfUp(entered * perMille, divisor) : 0,
    exactNet,
  };
}

/** Shipping inherits the tax class of the lines: standard as soon as one line has it. */
function priceShipping(
  total: number,
  lines: readonly OrderLine[],
  includesTax: boolean,
  taxed: boolean,
  id: number,
): ShippingLine {
  const reducedOnly = lines.length > 0 && lines.every((line) => line.taxClass === 'reduced-rate');
  const rate = rateOfClass(reducedOnly ? 'reduced-rate' : '');
  const divide = includesTax ? divideHalfDown : divideHalfUp;
  const tax = taxed ? divide(total * rate.perMille, 1_000) : 0;
  const taxes: TaxAmount[] = taxed ? [{ rateId: rate.id, total: tax, subtotal: null }] : [];
  return { id, title: 'Forfait', total, totalTax: tax, taxes };
}

function feeTaxes(
  total: number,
  lines: readonly OrderLine[],
  taxed: boolean,
): { totalTax: number; taxes: TaxAmount[] } {
  if (!taxed) {
    return { totalTax: 0, taxes: [] };
  }
  const cart = sum(lines, (line) => line.total);
  if (total >= 0 || cart === 0) {
    const tax = roundAway((total * 200) / 1_000);
    return { totalTax: tax, taxes: [{ rateId: 1, total: tax, subtotal: null }] };
  }
  const taxes: TaxAmount[] = [];
  for (const taxClass of ['', 'reduced-rate'] as const) {
    const share = sum(lines, (line) => (line.taxClass === taxClass ? line.total : 0));
    if (share !== 0) {
      const rate = rateOfClass(taxClass);
      const tax = roundAway((total * share * rate.perMille) / (cart * 1_000));
      taxes.push({ rateId: rate.id, total: tax, subtotal: null });
    }
  }
  return { totalTax: sum(taxes, (tax) => tax.total), taxes };
}

/** The discount of each line: whole cents per piece, what is left over a cent at a time, dearest line first. */
function spreadCoupon(
  lines: readonly DraftLine[],
  coupon: { readonly type: CouponType; readonly amount: number },
): number[] {
  const discounts = lines.map(() => 0);
  const order = lines
    .map((line, index) => ({ line, index }))
    .filter(({ line }) => line.entered > 0)
    .sort((left, right) => right.line.entered - left.line.entered);
  const pieces = sum(order, ({ line }) => line.quantity);
  const goods = sum(order, ({ line }) => line.entered);
  if (pieces === 0) {
    return discounts;
  }
  let left = Math.min(goods, couponTotal(coupon, goods, pieces));
  for (const { line, index } of order) {
    const wanted =
      coupon.type === 'percent'
        ? Math.floor((line.entered * coupon.amount) / 100)
        : (coupon.type === 'fixed_product' ? coupon.amount : Math.floor(left / pieces)) * line.quantity;
    discounts[index] = Math.min(line.entered, wanted);
  }
  left -= sum(discounts, (discount) => discount);
  for (const { line, index } of order) {
    const extra = Math.min(left, line.quantity, line.entered - (discounts[index] ?? 0));
    discounts[index] = (discounts[index] ?? 0) + Math.max(0, extra);
    left -= Math.max(0, extra);
  }
  return discounts;
}

function couponTotal(
  coupon: { readonly type: CouponType; readonly amount: number },
  goods: number,
  pieces: number,
): number {
  switch (coupon.type) {
    case 'percent':
      return divideHalfDown(goods * coupon.amount, 100);
    case 'fixed_cart':
      return coupon.amount;
    case 'fixed_product':
      return coupon.amount * pieces;
  }
}

function divideHalfUp(numerator: number, divisor: number): number {
  return Math.floor((2 * numerator + divisor) / (2 * divisor));
}

function divideHalfDown(numerator: number, divisor: number): number {
  // The sum turns a negative zero into zero.
  return Math.ceil((2 * numerator - divisor) / (2 * divisor)) + 0;
}

function toMicro(amount: number): number {
  return Math.round(amount * 1_000_000) / 1_000_000;
}

function roundAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value)) + 0;
}
