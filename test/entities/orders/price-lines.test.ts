import fc from 'fast-check';
import { Money, roundTo, sumOf } from '../../../src/lib/money';
import { priceOrder, splitAmount, type PriceRules } from '../../../src/entities/orders/price-lines';
import { taxTable } from '../../../src/entities/orders/taxes';
import { drafts, mapRendered, renderDraft, TAXES } from '../../support/shop-orders';

const RULES: readonly PriceRules[] = (['round_per_line', 'round_globally'] as const).flatMap((rounding) =>
  [null, 2, 3, 4, 6].map((priceDigits) => ({ rounding, priceDigits })),
);

describe('an amount split over a quantity', () => {
  const amount = fc.integer({ min: -1_000_000, max: 10_000_000 });
  const quantity = fc.integer({ min: 1, max: 5_000 });

  test('comes to the cent, each piece rounded by itself as Odoo does, for any amount, quantity and digits', () => {
    fc.assert(
      fc.property(amount, quantity, fc.integer({ min: 2, max: 6 }), (cents, count, digits) => {
        const pieces = splitAmount(new Money(cents).div(100), new Money(count), digits);
        const total = sumOf(pieces.map((piece) => roundTo(piece.unitPrice.times(piece.quantity), 2)));
        expect(total.times(100).toNumber()).toBe(cents);
        expect(sumOf(pieces.map((piece) => piece.quantity)).toNumber()).toBe(count);
        expect(pieces.every((piece) => piece.unitPrice.decimalPlaces() <= digits)).toBe(true);
        expect(pieces.every((piece) => piece.quantity.isPositive())).toBe(true);
        expect(pieces.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 2000 },
    );
  });

  test('is one piece where Odoo keeps every digit', () => {
    fc.assert(
      fc.property(amount, quantity, (cents, count) => {
        const [piece, ...others] = splitAmount(new Money(cents).div(100), new Money(count), null);
        expect(others).toEqual([]);
        expect(roundTo(piece!.unitPrice.times(count), 2).times(100).toNumber()).toBe(cents);
      }),
    );
  });

  test.each([
    ['10.00', '3', 2, ['2 × 3.33', '1 × 3.34']],
    ['10.00', '4', 2, ['4 × 2.5']],
    ['12.30', '100', 2, ['70 × 0.12', '30 × 0.13']],
    ['10.00', '3', 6, ['3 × 3.333333']],
    ['-10.00', '3', 2, ['1 × -3.34', '2 × -3.33']],
    ['5.00', '2.5', 2, ['2.5 × 2']],
    ['0.00', '3', 2, ['3 × 0']],
    ['7.50', '0', 2, ['1 × 7.5']],
    ['0.00', '0', 2, ['0 × 0']],
  ] satisfies [string, string, number, string[]][])(
    '%s over %s at %i digits is %p',
    (total, count, digits, expected) => {
      const pieces = splitAmount(new Money(total), new Money(count), digits);
      expect(
        pieces.map((piece) => `${piece.quantity.toFixed()} × ${piece.unitPrice.toFixed()}`).sort(),
      ).toEqual([...expected].sort());
    },
  );
});

describe.each(RULES)('orders priced for Odoo with $rounding and $priceDigits digits', (rules) => {
  test('written with tax have the total of the shop, always', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const order = mapRendered(renderDraft(draft));
        const priced = priceOrder(order, 'tax-included', TAXES, rules);
        expect(priced.predicted.total).toBe(order.total);
        // What Odoo adds up, told apart from the prediction.
        const sum = sumOf(
          priced.lines.map(({ unitPrice, quantity }) => roundTo(new Money(unitPrice).times(quantity), 2)),
        );
        expect(sum.toFixed(2)).toBe(order.total);
      }),
      { numRuns: 60 },
    );
  });

  test('as the program chooses have the total of the shop, and the tax within a cent for each taxed line', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const order = mapRendered(renderDraft(draft));
        const { predicted, representation } = priceOrder(order, 'auto', TAXES, rules);
        expect(predicted.total).toBe(order.total);
        expect(representation === 'tax-excluded' ? predicted.tax : order.tax).toBe(order.tax);
        const taxed = order.lines.reduce((count, { taxes }) => count + taxes.length, 0);
        const allowed = new Money('0.01').times(taxed);
        expect(new Money(predicted.tax).minus(order.tax).abs().lte(allowed)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a fee with two taxes', () => {
  const order = mapRendered({
    ...renderDraft({
      pricesIncludeTax: true,
      country: 'FR',
      lines: [],
      shipping: null,
      fees: [],
      coupon: null,
    }),
    total: '-2.20',
    total_tax: '-0.20',
    fee_lines: [
      {
        id: 7,
        name: 'Remise',
        total: '-2.00',
        total_tax: '-0.20',
        taxes: [
          { id: 1, total: '-0.12' },
          { id: 2, total: '-0.08' },
        ],
        meta_data: [],
      },
    ],
    tax_lines: [
      { rate_id: 1, label: 'TVA', rate_percent: 20 },
      { rate_id: 2, label: 'TVA', rate_percent: 5.5 },
    ],
  });

  test('is written as one line for each tax, with names of their own', () => {
    const { lines, predicted } = priceOrder(order, 'tax-included', TAXES, RULES[0]!);
    expect(lines.map(({ part, taxIds, unitPrice }) => [part, taxIds, unitPrice])).toEqual([
      ['fee_7_t1', [4], '-1.53'],
      ['fee_7_t2', [2], '-0.67'],
    ]);
    expect(predicted.total).toBe('-2.20');
  });
});

test('a tax without its column is refused with the row to add', () => {
  const order = mapRendered(
    renderDraft({
      pricesIncludeTax: false,
      country: 'FR',
      lines: [
        {
          name: 'Bol',
          productId: 15,
          variationId: 0,
          sku: 'A',
          parentName: null,
          option: null,
          quantity: 1,
          entered: 1000,
          taxClass: '',
          reducedStock: null,
        },
      ],
      shipping: null,
      fees: [],
      coupon: null,
    }),
  );
  const onlyExcluded = taxTable([{ rate: 1, excluded: 1 }], new Map([[1, { percent: 20, included: false }]]));
  expect(() => priceOrder(order, 'tax-included', onlyExcluded, RULES[0]!)).toThrow(
    'the tax of 20 % on "Bol" has no `included` tax in orders.taxes',
  );
  expect(priceOrder(order, 'auto', onlyExcluded, RULES[0]!).representation).toBe('tax-excluded');
});
