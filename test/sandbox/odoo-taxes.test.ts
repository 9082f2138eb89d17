import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { computeOrder, type RoundingMethod, type Tax } from '../../src/sandbox/odoo/taxes';

interface Recorded {
  readonly version: number;
  readonly method: RoundingMethod;
  readonly orders: readonly {
    /** Quantity, unit price, discount, taxes. */
    readonly lines: readonly (readonly [number, number, number, string])[];
    /** Untaxed, tax, total. */
    readonly amounts: readonly [number, number, number];
  }[];
}

/** Orders as two real servers computed them. */
const recorded = JSON.parse(
  readFileSync(join(__dirname, '../fixtures/odoo-tax-orders.json'), 'utf8'),
) as Recorded[];

/** Taxes in the order real servers had them: all of one sequence, by id. */
const TAXES: readonly Tax[] = [
  { id: 1, amount: 20, included: false, sequence: 1 },
  { id: 2, amount: 20, included: true, sequence: 1 },
  { id: 3, amount: 5.5, included: false, sequence: 1 },
  { id: 4, amount: 5.5, included: true, sequence: 1 },
];

function taxesOf(text: string): Tax[] {
  const words = text === '' ? [] : text.split(' + ');
  return words.map((word) => {
    const found = TAXES.find((tax) => `${tax.amount} ${tax.included ? 'incl' : 'excl'}` === word);
    if (found === undefined) {
      throw new Error(`no such tax: ${word}`);
    }
    return found;
  });
}

describe.each(recorded)('orders a real Odoo $version computed ($method)', ({ version, method, orders }) => {
  it.each(orders.map((order, index) => [index, order] as const))('order %i', (_index, order) => {
    const lines = order.lines.map(([quantity, priceUnit, discount, taxes]) => ({
      quantity,
      priceUnit,
      discount,
      taxes: taxesOf(taxes),
    }));
    const { order: amounts } = computeOrder(version, method, lines);
    expect([amounts.untaxed, amounts.tax, amounts.total]).toEqual(order.amounts);
  });
});

describe('prices with their taxes included', () => {
  const lines = fc.array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 100 }),
      cents: fc.integer({ min: -100_000, max: 1_000_000 }),
      taxes: fc.subarray([TAXES[1]!, TAXES[3]!]),
    }),
    { minLength: 1, maxLength: 8 },
  );

  it.each([
    [14, 'round_per_line'],
    [19, 'round_per_line'],
    [19, 'round_globally'],
  ] as const)('add up to the gross on %i (%s)', (version, method) => {
    fc.assert(
      fc.property(lines, (drawn) => {
        const { order } = computeOrder(
          version,
          method,
          drawn.map(({ quantity, cents, taxes }) => ({
            quantity,
            priceUnit: cents / 100,
            discount: 0,
            taxes,
          })),
        );
        const gross = drawn.reduce((total, line) => total + line.quantity * line.cents, 0) / 100;
        expect(order.total).toBeCloseTo(gross, 6);
      }),
    );
  });
});
