/** Decimal money. Amounts travel as strings ("12.30") and are computed as decimals, never as floats. */
import { Decimal } from 'decimal.js';

/** A Decimal of its own configuration, so that nobody else's settings change a sum. */
export const Money = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_HALF_UP });
export type Money = Decimal;

/** Rounds half away from zero, as both WooCommerce and Odoo round amounts. */
export function roundTo(amount: Money, digits: number): Money {
  return amount.toDecimalPlaces(digits, Decimal.ROUND_HALF_UP);
}

/** The sum of amounts; zero for none. */
export function sumOf(amounts: Iterable<Money>): Money {
  let sum = new Money(0);
  for (const amount of amounts) {
    sum = sum.plus(amount);
  }
  return sum;
}

/** An amount as text with a fixed number of decimals: "12.30". */
export function formatAmount(amount: Money, digits: number): string {
  const rounded = roundTo(amount, digits);
  return (rounded.isZero() ? new Money(0) : rounded).toFixed(digits);
}

/** A number as Odoo sends it (a raw float such as 3.8000000000000007) as a rounded decimal. */
export function fromFloat(value: number, digits: number): Money {
  return roundTo(new Money(value), digits);
}

/** A decimal in its shortest plain form: "3.3333333333", never "1e-7". */
export function plainNumber(amount: Money): string {
  return (amount.isZero() ? new Money(0) : amount).toFixed();
}
