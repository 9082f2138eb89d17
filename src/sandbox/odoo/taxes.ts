/**
 * Percent taxes on the lines of an order, in the floating point arithmetic of
 * the two Odoo versions. Compared with real servers on random orders (both
 * rounding methods, included and excluded taxes, negative lines).
 */
import { roundHalfUp } from './values';

/** Decimal places of an amount of money; EUR and USD. */
const MONEY_DIGITS = 2;
/** Odoo 14 rounds the tax of a line this finely when it rounds globally. */
const GLOBAL_DIGITS_14 = 7;

export type RoundingMethod = 'round_per_line' | 'round_globally';

export interface Tax {
  readonly id: number;
  /** Percent. */
  readonly amount: number;
  readonly included: boolean;
  readonly sequence: number;
}

export interface TaxableLine {
  readonly quantity: number;
  readonly priceUnit: number;
  /** Percent. */
  readonly discount: number;
  readonly taxes: readonly Tax[];
}

export interface LineAmounts {
  readonly subtotal: number;
  readonly total: number;
  readonly tax: number;
}

export interface OrderAmounts {
  readonly untaxed: number;
  readonly tax: number;
  readonly total: number;
}

/** Amounts of each line and of the order. */
export function computeOrder(
  major: number,
  method: RoundingMethod,
  lines: readonly TaxableLine[],
): { readonly lines: readonly LineAmounts[]; readonly order: OrderAmounts } {
  return major === 14 ? computeOrder14(method, lines) : computeOrder19(method, lines);
}

function money(value: number): number {
  return roundHalfUp(value, MONEY_DIGITS);
}

function priceAfterDiscount(line: TaxableLine): number {
  return line.priceUnit * (1 - line.discount / 100);
}

function inOrder(taxes: readonly Tax[]): Tax[] {
  return [...taxes].sort((a, b) => a.sequence - b.sequence || a.id - b.id);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

// -------------------------------------------------------------------- 19

interface TaxedBase {
  readonly tax: Tax;
  readonly amount: number;
}

interface Details {
  readonly excluded: number;
  readonly taxes: readonly TaxedBase[];
}

/**
 * Neighbouring taxes of one kind (included, excluded) share a base. Included
 * ones are taken out of the price from the last group to the first, excluded
 * ones are calculated on what remains.
 */
function taxDetails19(method: RoundingMethod, line: TaxableLine): Details {
  const perLine = method === 'round_per_line';
  const round = (value: number): number => (perLine ? money(value) : value);
  const base = round(line.quantity * priceAfterDiscount(line));
  const groups = groupByKind(inOrder(line.taxes));
  const amounts = new Map<Tax, number>();
  let takenOut = 0;
  for (const group of [...groups].reverse().filter(isIncluded)) {
    const percentage = sum(group.map((tax) => tax.amount)) / 100;
    const factor = percentage === -1 ? 0 : 1 / (1 + percentage);
    const groupBase = base - takenOut;
    for (const tax of [...group].reverse()) {
      amounts.set(tax, round((groupBase * factor * tax.amount) / 100));
    }
    takenOut += sum(group.map((tax) => amounts.get(tax) ?? 0));
  }
  const excluded = base - takenOut;
  for (const tax of groups.filter((group) => !isIncluded(group)).flat()) {
    amounts.set(tax, round((excluded * tax.amount) / 100));
  }
  const taxes = groups.flat().map((tax) => ({ tax, amount: amounts.get(tax) ?? 0 }));
  return { excluded, taxes };
}

function groupByKind(taxes: readonly Tax[]): Tax[][] {
  const groups: Tax[][] = [];
  for (const tax of taxes) {
    const last = groups.at(-1);
    if (last?.[0]?.included === tax.included) {
      last.push(tax);
    } else {
      groups.push([tax]);
    }
  }
  return groups;
}

function isIncluded(group: readonly Tax[]): boolean {
  return group[0]?.included === true;
}

function computeOrder19(
  method: RoundingMethod,
  lines: readonly TaxableLine[],
): { readonly lines: readonly LineAmounts[]; readonly order: OrderAmounts } {
  const details = lines.map((line) => taxDetails19(method, line));
  const order = orderAmounts19(details);
  return { lines: details.map(lineAmounts19), order };
}

function lineAmounts19(details: Details): LineAmounts {
  const subtotal = money(details.excluded);
  const total = details.taxes.reduce((running, { amount }) => running + money(amount), subtotal);
  return { subtotal, total, tax: total - subtotal };
}

/** Each tax is rounded over the whole order; so is the base, or the gross where all taxes are included. */
function orderAmounts19(details: readonly Details[]): OrderAmounts {
  const rawByTax = new Map<number, number>();
  for (const { tax, amount } of details.flatMap((line) => line.taxes)) {
    rawByTax.set(tax.id, (rawByTax.get(tax.id) ?? 0) + amount);
  }
  const tax = sum([...rawByTax.values()].map(money));
  const rawExcluded = sum(details.map((line) => line.excluded));
  const allIncluded = details.every((line) => line.taxes.every((entry) => entry.tax.included));
  const untaxed = allIncluded ? money(rawExcluded + sum([...rawByTax.values()])) - tax : money(rawExcluded);
  return { untaxed: money(untaxed), tax: money(tax), total: money(untaxed + tax) };
}

// -------------------------------------------------------------------- 14

function computeOrder14(
  method: RoundingMethod,
  lines: readonly TaxableLine[],
): { readonly lines: readonly LineAmounts[]; readonly order: OrderAmounts } {
  const amounts = lines.map((line) => lineAmounts14(method, line));
  const untaxed = sum(amounts.map((line) => line.subtotal));
  const tax = sum(amounts.map((line) => line.tax));
  return {
    lines: amounts,
    order: { untaxed: money(untaxed), tax: money(tax), total: money(untaxed + tax) },
  };
}

/** The last included tax takes what is left to the gross; the sign is set aside and put back. */
function lineAmounts14(method: RoundingMethod, line: TaxableLine): LineAmounts {
  const digits = method === 'round_globally' ? GLOBAL_DIGITS_14 : MONEY_DIGITS;
  const signed = money(priceAfterDiscount(line) * line.quantity);
  const sign = signed < 0 ? -1 : 1;
  const gross = Math.abs(signed);
  const taxes = inOrder(line.taxes);
  const closing = taxes.findLastIndex((tax) => tax.included && tax.amount !== 0);
  const percent = sum(taxes.filter((tax) => tax.included).map((tax) => tax.amount));
  const excluded = money(gross / (1 + percent / 100));
  let includedSoFar = 0;
  const amounts = taxes.map((tax, index) => {
    const exact =
      index === closing && gross !== 0 ? gross - (excluded + includedSoFar) : (excluded * tax.amount) / 100;
    const amount = roundHalfUp(exact, digits);
    includedSoFar += tax.included ? amount : 0;
    return amount;
  });
  return {
    subtotal: sign * excluded,
    total: sign * money(sum([excluded, ...amounts])),
    tax: sum(amounts.map((amount) => sign * amount)),
  };
}
