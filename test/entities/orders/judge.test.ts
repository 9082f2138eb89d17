import fc from 'fast-check';
import type { ShopOrder } from '../../../src/entities/orders/map-order';
import type { OrderPayload } from '../../../src/entities/orders/order-payload';
import { judge } from '../../../src/entities/orders/judge';

function order(total: string, tax: string, taxedLines: number): Pick<OrderPayload, 'order' | 'keepsLines'> {
  const taxes = [{ rateId: 1, percent: 20, amount: '1' }];
  const lines = Array.from({ length: taxedLines }, () => ({ taxes }));
  return { order: { total, tax, currency: 'EUR', lines } as unknown as ShopOrder, keepsLines: false };
}

test.each([
  // shop total, shop tax, taxed lines, Odoo total, Odoo tax, passes, reason
  ['12.00', '2.00', 1, '12.00', '2.00', true, ''],
  ['12.00', '2.00', 1, '12.01', '2.00', false, 'total-mismatch'],
  ['12.00', '2.00', 1, '11.99', '2.00', false, 'total-mismatch'],
  ['12.00', '2.00', 1, '12.00', '2.01', true, ''],
  ['12.00', '2.00', 1, '12.00', '1.99', true, ''],
  ['12.00', '2.00', 1, '12.00', '2.02', false, 'tax-mismatch'],
  ['12.00', '2.00', 3, '12.00', '2.03', true, ''],
  ['12.00', '2.00', 3, '12.00', '2.04', false, 'tax-mismatch'],
  ['12.00', '0.00', 0, '12.00', '0.01', false, 'tax-mismatch'],
  ['-2.20', '-0.20', 1, '-2.20', '-0.45', false, 'tax-mismatch'],
  ['0.00', '0.00', 0, '0.00', '0.00', true, ''],
])(
  '%s with tax %s on %i lines, in Odoo %s with %s: passes %p %s',
  (total, tax, lines, odooTotal, odooTax, passes, reason) => {
    const verdict = judge(order(total, tax, lines), { total: odooTotal, tax: odooTax });
    expect(verdict).toMatchObject({ passes, reason });
    const same = total === odooTotal && tax === odooTax;
    expect(verdict.message === '').toBe(same);
  },
);

test('both figures are in the sentence', () => {
  expect(judge(order('12.00', '2.00', 1), { total: '12.01', tax: '2.00' }).message).toContain(
    'total 12.01 in Odoo, 12.00 in the shop (EUR)',
  );
});

test('no total that differs ever passes', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.nat(50), (shop, odoo, lines) => {
      fc.pre(shop !== odoo);
      const text = (cents: number): string => (cents / 100).toFixed(2);
      fc.pre(text(shop) !== text(odoo));
      expect(judge(order(text(shop), '0.00', lines), { total: text(odoo), tax: '0.00' }).passes).toBe(false);
    }),
  );
});

test("a person's lines keep no order from being cancelled, and no other from being held", () => {
  const odoo = { total: '9.00', tax: '1.50' };
  const { order: edited } = order('12.00', '2.00', 1);
  const cancelled: ShopOrder = { ...edited, target: 'cancelled' };
  expect(judge({ order: cancelled, keepsLines: true }, odoo).passes).toBe(true);
  expect(judge({ order: cancelled, keepsLines: false }, odoo).passes).toBe(false);
  expect(judge({ order: edited, keepsLines: true }, odoo).passes).toBe(false);
});
