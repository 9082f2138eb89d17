import fc from 'fast-check';
import { buildCatalogue, DEFAULT_CATALOGUE } from '../../src/sandbox/catalogue';
import { buildShopSeed } from '../../src/sandbox/seed-shop';
import { totalsOf } from '../../src/sandbox/woo/order-totals';
import { renderOrder } from '../../src/sandbox/woo/render-order';
import type { ShopOrder, ShopSeed } from '../../src/sandbox/woo/shop-model';
import { seedShop } from './woo-shop-for-tests';

type Json = Record<string, unknown>;

const NOW = new Date('2026-11-23T10:00:00Z');
const CATALOGUE = buildCatalogue(DEFAULT_CATALOGUE);

describe('the catalogue', () => {
  it('is the same on every run', () => {
    expect(buildCatalogue(DEFAULT_CATALOGUE)).toEqual(CATALOGUE);
  });

  it('has 200 simple products and 90 variations of 20', () => {
    expect(CATALOGUE.filter((item) => item.parentName === null)).toHaveLength(200);
    expect(CATALOGUE.filter((item) => item.parentName !== null)).toHaveLength(90);
    expect(new Set(CATALOGUE.map((item) => item.parentName)).size).toBe(21);
  });

  it('names no SKU twice and leaves a few out', () => {
    const skus = CATALOGUE.map((item) => item.sku).filter((sku) => sku !== '');
    expect(new Set(skus).size).toBe(skus.length);
    expect(CATALOGUE.length - skus.length).toBe(3);
  });

  it('has gaps on both sides and stock that differs', () => {
    expect(CATALOGUE.some((item) => !item.inOdoo && item.sku !== '')).toBe(true);
    expect(CATALOGUE.some((item) => !item.inWoo)).toBe(true);
    expect(CATALOGUE.filter((item) => item.wooStock !== item.odooStock).length).toBeGreaterThan(100);
    expect(CATALOGUE.some((item) => item.odooStock === 0)).toBe(true);
    expect(CATALOGUE.some((item) => item.odooStock === 1)).toBe(true);
  });
});

describe('the seeded shop', () => {
  const seed: ShopSeed = seedShop(300, NOW);
  const orders = seed.orders.map((order) => renderOrder(order, 'http://shop/wp-json/wc/v3'));
  const lines = orders.flatMap(linesOf);

  it('is the same on every run', () => {
    expect(seedShop(300, NOW)).toEqual(seed);
  });

  it('totals every order to the cent, whatever its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), (count) => {
        const other = buildShopSeed({ catalogue: CATALOGUE, orders: count, customers: 20, now: NOW });
        expect(other.orders).toHaveLength(count);
        expect(other.orders.flatMap(mistakesOf)).toEqual([]);
      }),
      { numRuns: 3 },
    );
  });

  it('adds up in the amounts the API shows', () => {
    expect(seed.orders.flatMap(mistakesOf)).toEqual([]);
  });

  it('has every status, the trash, a draft of the checkout and one of a plugin', () => {
    const statuses = 'pending processing on-hold completed cancelled refunded failed';
    for (const status of [...statuses.split(' '), 'trash', 'checkout-draft', 'awaiting-pickup']) {
      expect(orders.filter((order) => order['status'] === status).length).toBeGreaterThan(0);
    }
  });

  it('enters prices with tax in half of the orders', () => {
    expect(orders.filter((order) => order['prices_include_tax'] === true)).toHaveLength(150);
  });

  it('has tax-inclusive lines whose tax is a cent off the rate, as the real shop', () => {
    const off = orders
      .filter((order) => order['prices_include_tax'] === true)
      .flatMap(linesOf)
      .filter((line) => (line['taxes'] as unknown[]).length > 0)
      .filter((line) => {
        const rate = line['tax_class'] === 'reduced-rate' ? 0.055 : 0.2;
        return cents(line['total_tax']) !== Math.round(cents(line['total']) * rate + 1e-9);
      });
    expect(off.length).toBeGreaterThan(30);
  });

  it('has the odd lines: product gone, without SKU, typed by hand, free, indivisible', () => {
    expect(lines.some((line) => line['product_id'] === 0 && line['sku'] === null)).toBe(true);
    expect(lines.some((line) => Number(line['product_id']) > 0 && line['sku'] === '')).toBe(true);
    expect(lines.some((line) => cents(line['total']) === 0)).toBe(true);
    expect(lines.some((line) => line['quantity'] === 3 && cents(line['subtotal']) === 1000)).toBe(true);
    expect(lines.some((line) => Number(line['variation_id']) > 0 && line['parent_name'] !== null)).toBe(true);
    expect(lines.some((line) => String(line['name']).includes('&amp;'))).toBe(true);
  });

  it('has positive fees and negative ones with one and with two taxes', () => {
    const fees = orders.flatMap((order) => order['fee_lines'] as Json[]);
    const taxCounts = (isNegative: boolean): Set<number> =>
      new Set(
        fees
          .filter((fee) => cents(fee['total']) < 0 === isNegative)
          .map((fee) => (fee['taxes'] as unknown[]).length),
      );
    expect([...taxCounts(true)]).toEqual(expect.arrayContaining([1, 2]));
    expect(taxCounts(false).has(1)).toBe(true);
  });

  it('has coupons of every type', () => {
    const types = orders.flatMap((order) =>
      (order['coupon_lines'] as Json[]).map((line) => line['discount_type']),
    );
    expect(new Set(types)).toEqual(new Set(['percent', 'fixed_cart', 'fixed_product']));
  });

  it('has guests: unknown, without address, and a customer in another letter case', () => {
    const accounts = new Set(seed.customers.map((customer) => customer.email));
    const guests = orders
      .filter((order) => order['customer_id'] === 0)
      .map((order) => (order['billing'] as { email: string }).email);
    expect(guests).toContain('');
    expect(guests.some((email) => !accounts.has(email) && accounts.has(email.toLowerCase()))).toBe(true);
    expect(guests.some((email) => email.endsWith('exemple.org'))).toBe(true);
  });

  it('has refunds in full, of a line and of an amount, none above the order', () => {
    const refunded = seed.orders.filter((order) => order.refunds.length > 0);
    const full = refunded.filter((order) => order.status === 'refunded');
    const partial = refunded.filter((order) => order.status !== 'refunded');
    for (const group of [full, partial]) {
      expect(group.some((order) => order.refunds[0]!.lines.length === 0)).toBe(true);
      expect(group.some((order) => order.refunds[0]!.lines.length > 0)).toBe(true);
    }
    for (const order of refunded) {
      const total = totalsOf(order.amounts).total;
      expect(order.refunds[0]!.amount).toBeLessThanOrEqual(total);
      expect(order.status === 'refunded').toBe(order.refunds[0]!.amount === total);
    }
  });

  it('has taken stock for paid and held orders and for no others', () => {
    const statuses = new Set(
      seed.orders
        .filter((order) => order.amounts.lines.some((line) => line.reducedStock !== null))
        .map((order) => order.status),
    );
    expect([...statuses].sort()).toEqual([
      'awaiting-pickup',
      'completed',
      'on-hold',
      'processing',
      'refunded',
    ]);
  });

  it('lies in the last 120 days, in ascending id and date, never in the future', () => {
    const now = NOW.getTime() / 1000;
    for (const [index, order] of seed.orders.entries()) {
      const before = seed.orders[index - 1];
      expect(order.id).toBeGreaterThan(before?.id ?? 0);
      expect(order.createdAt).toBeGreaterThanOrEqual(before?.createdAt ?? now - 120 * 86_400);
      expect(order.modifiedAt).toBeGreaterThanOrEqual(order.createdAt);
      expect(order.modifiedAt).toBeLessThan(now);
    }
  });

  it('has companies with a VAT number, people without address, and several countries', () => {
    const keys = new Set(seed.customers.flatMap((customer) => customer.meta.map((entry) => entry.key)));
    expect(keys).toEqual(new Set(['_billing_vat', 'billing_vat']));
    expect(new Set(seed.customers.map((customer) => customer.billing.country))).toEqual(
      new Set(['', 'FR', 'BE', 'DE', 'US']),
    );
    expect(seed.customers.some((customer) => customer.billing.state === 'CA')).toBe(true);
    const otherCase = seed.customers.filter(
      ({ email, billing }) => billing.email !== email && billing.email?.toLowerCase() === email,
    );
    expect(otherCase.length).toBeGreaterThan(3);
  });

  it('grows to ten thousand orders in a few seconds', () => {
    const before = Date.now();
    const large = buildShopSeed({ catalogue: CATALOGUE, orders: 10_000, customers: 1_000, now: NOW });
    expect(large.orders).toHaveLength(10_000);
    expect(large.customers).toHaveLength(1_001);
    expect(Date.now() - before).toBeLessThan(10_000);
  });
});

function linesOf(order: Json): Json[] {
  return order['line_items'] as Json[];
}

/** What does not add up in an order as the API shows it; empty when all does. */
function mistakesOf(order: ShopOrder): string[] {
  const shown = renderOrder(order, '');
  const lines = linesOf(shown);
  const parts = [...lines, ...(shown['shipping_lines'] as Json[]), ...(shown['fee_lines'] as Json[])];
  const taxLines = shown['tax_lines'] as Json[];
  const tax = sum(parts, 'total_tax');
  const checks: [string, number, number][] = [
    ['total', cents(shown['total']), sum(parts, 'total') + tax],
    ['total_tax', cents(shown['total_tax']), tax],
    ['cart_tax', cents(shown['cart_tax']) + cents(shown['shipping_tax']), tax],
    ['tax_lines', sum(taxLines, 'tax_total') + sum(taxLines, 'shipping_tax_total'), tax],
    ['discount_total', cents(shown['discount_total']), sum(lines, 'subtotal') - sum(lines, 'total')],
    ['discount_tax', cents(shown['discount_tax']), sum(lines, 'subtotal_tax') - sum(lines, 'total_tax')],
  ];
  return checks
    .filter(([, left, right]) => left !== right)
    .map(([name, left, right]) => `order ${order.id}: ${name} ${left} is not ${right}`);
}

function sum(items: readonly Json[], field: string): number {
  return items.reduce((total, item) => total + cents(item[field]), 0);
}

function cents(amount: unknown): number {
  return typeof amount === 'string' && /^-?\d+\.\d\d$/.test(amount) ? Math.round(Number(amount) * 100) : NaN;
}
