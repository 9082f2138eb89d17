import fc from 'fast-check';
import { totalsOf } from '../../src/sandbox/woo/order-totals';
import { priceOrder, sum } from '../../src/sandbox/woo/price-order';
import type { DraftLine, OrderDraft } from '../../src/sandbox/woo/price-order';
import type { OrderAmounts, TaxClass } from '../../src/sandbox/woo/shop-model';

function line(entered: number, quantity = 1, taxClass: TaxClass = ''): DraftLine {
  return {
    name: 'Produit',
    productId: 15,
    variationId: 0,
    sku: 'SKU',
    parentName: null,
    option: null,
    quantity,
    entered,
    taxClass,
    reducedStock: null,
  };
}

function price(draft: Partial<OrderDraft>): OrderAmounts {
  let id = 1;
  const whole: OrderDraft = {
    pricesIncludeTax: true,
    country: 'FR',
    lines: [],
    shipping: null,
    fees: [],
    coupon: null,
    ...draft,
  };
  return priceOrder(whole, () => id++);
}

/** Each line as total, tax, and tax as the `taxes` list shows it. */
function lineAmounts(amounts: OrderAmounts): number[][] {
  return amounts.lines.map(({ total, totalTax, taxes }) => [total, totalTax, taxes[0]?.total ?? 0]);
}

describe('an order recorded on a real shop', () => {
  it('with tax included rounds half a cent of tax down and shows it up', () => {
    const amounts = price({
      lines: [line(22_617, 3, 'reduced-rate'), line(4_927), line(39_286, 2), line(2_577, 3)],
      shipping: 590,
      fees: [{ name: 'Emballage cadeau', total: 350 }],
    });
    expect(lineAmounts(amounts)).toEqual([
      [21_438, 1_179, 1_179],
      [4_106, 821, 821],
      [32_738, 6_548, 6_548],
      [2_148, 429, 430],
    ]);
    expect(amounts.lines[0]?.unitPrice).toBeCloseTo(71.45971566666667, 12);
    expect(totalsOf(amounts)).toMatchObject({
      total: 70_535,
      totalTax: 9_165,
      cartTax: 9_047,
      shippingTax: 118,
    });
  });

  it('with a coupon takes it off the entered prices, left-over cents off the dearest line', () => {
    const amounts = price({
      lines: [line(2_339), line(14_060, 2, 'reduced-rate')],
      shipping: 590,
      coupon: { id: 327, code: 'moins5', type: 'fixed_cart', amount: 500 },
    });
    expect(lineAmounts(amounts)).toEqual([
      [1_811, 362, 362],
      [13_010, 716, 716],
    ]);
    expect(amounts.lines[0]?.unitPrice).toBe(18.108334);
    expect(totalsOf(amounts)).toMatchObject({
      total: 16_607,
      totalTax: 1_196,
      discountTotal: 455,
      discountTax: 45,
    });
  });

  it('sent abroad loses the tax that prices include and gets none', () => {
    const amounts = price({ country: 'US', lines: [line(20_706, 2), line(2_397, 1, 'reduced-rate')] });
    expect(lineAmounts(amounts)).toEqual([
      [17_255, 0, 0],
      [2_272, 0, 0],
    ]);
  });

  it('with a negative fee spreads it over the tax classes', () => {
    const amounts = price({
      pricesIncludeTax: false,
      lines: [line(3_000), line(7_000, 1, 'reduced-rate')],
      fees: [{ name: 'Remise', total: -200 }],
    });
    expect(amounts.feeLines[0]).toMatchObject({
      total: -200,
      totalTax: -20,
      taxes: [
        { rateId: 1, total: -12 },
        { rateId: 2, total: -8 },
      ],
    });
  });
});

describe('any order', () => {
  const lines = fc.array(
    fc.record({
      entered: fc.integer({ min: 0, max: 500_000 }),
      quantity: fc.integer({ min: 1, max: 50 }),
      taxClass: fc.constantFrom<TaxClass[]>('', 'reduced-rate'),
    }),
    { minLength: 1, maxLength: 8 },
  );
  const coupon = fc.oneof(
    fc.record({ type: fc.constant('percent' as const), amount: fc.integer({ min: 1, max: 100 }) }),
    fc.record({
      type: fc.constantFrom('fixed_cart' as const, 'fixed_product' as const),
      amount: fc.integer({ min: 1, max: 20_000 }),
    }),
  );

  it('with tax included keeps the entered price: total and tax of a line add up to it', () => {
    fc.assert(
      fc.property(lines, (entries) => {
        const amounts = price({
          lines: entries.map((entry) => line(entry.entered, entry.quantity, entry.taxClass)),
        });
        expect(amounts.lines.map(({ total, totalTax }) => total + totalTax)).toEqual(
          entries.map((entry) => entry.entered),
        );
      }),
    );
  });

  it('gives the whole coupon away, and no line more than it costs', () => {
    fc.assert(
      fc.property(lines, coupon, fc.boolean(), (entries, rule, pricesIncludeTax) => {
        const draftLines = entries.map((entry) => line(entry.entered, entry.quantity, entry.taxClass));
        const amounts = price({ pricesIncludeTax, lines: draftLines, coupon: { id: 1, code: 'c', ...rule } });
        const goods = sum(entries, (entry) => entry.entered);
        const paidPieces = sum(entries, (entry) => (entry.entered > 0 ? entry.quantity : 0));
        const wanted = {
          percent: Math.max(0, Math.ceil((goods * rule.amount) / 100 - 0.5)),
          fixed_cart: rule.amount,
          fixed_product: rule.amount * paidPieces,
        }[rule.type];
        const taken = amounts.lines.map((priced, index) => {
          const after = priced.total + (pricesIncludeTax ? priced.totalTax : 0);
          return draftLines[index]!.entered - after;
        });
        expect(
          taken.every((discount, index) => discount >= 0 && discount <= draftLines[index]!.entered),
        ).toBe(true);
        expect(sum(taken, (discount) => discount)).toBeLessThanOrEqual(Math.min(goods, wanted));
        if (rule.type === 'percent') {
          expect(sum(taken, (discount) => discount)).toBe(wanted);
        }
      }),
    );
  });
});
