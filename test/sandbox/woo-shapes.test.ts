import { RECORDED_KEYS } from './woo-recorded-keys';
import { startShop, type TestShop } from './woo-shop-for-tests';

type Json = Record<string, unknown>;

let shop: TestShop;

beforeAll(async () => {
  shop = await startShop();
});

afterAll(() => shop.server.close());

/** All rows of a collection, the inner lists named flattened into one. */
async function rows(path: string, ...inner: string[]): Promise<Json[]> {
  const answer = await shop.get(path);
  const body = answer.body as Json | Json[];
  let items: Json[] = Array.isArray(body) ? body : [body];
  for (const name of inner) {
    items = items.flatMap((item) => [item[name]].flat() as Json[]);
  }
  return items;
}

it.each([
  ['order', 'orders?per_page=100', []],
  ['billing', 'orders?per_page=100', ['billing']],
  ['shipping', 'orders?per_page=100', ['shipping']],
  ['line', 'orders?per_page=100', ['line_items']],
  ['lineTax', 'orders?per_page=100', ['line_items', 'taxes']],
  ['lineMeta', 'orders?per_page=100', ['line_items', 'meta_data']],
  ['taxLine', 'orders?per_page=100', ['tax_lines']],
  ['shippingLine', 'orders?per_page=100', ['shipping_lines']],
  ['feeLine', 'orders?per_page=100', ['fee_lines']],
  ['couponLine', 'orders?per_page=100', ['coupon_lines']],
  ['refundInOrder', 'orders?per_page=100', ['refunds']],
  ['refund', 'refunds?per_page=100', []],
  ['refundLine', 'refunds?per_page=100', ['line_items']],
  ['product', 'products?per_page=100', []],
  ['variation', 'variations?per_page=100', []],
  ['customer', 'customers?per_page=100', []],
  ['taxRate', 'taxes', []],
  ['coupon', 'coupons', []],
  ['category', 'products/categories', []],
  ['statusTotal', 'reports/orders/totals', []],
  ['currency', 'data/currencies/current', []],
  ['gateway', 'payment_gateways', []],
])('every %s has all the fields of a recorded one', async (shape, path, inner) => {
  const found = await rows(path, ...inner);
  const wanted = (RECORDED_KEYS[shape] ?? '').split(' ');
  expect(wanted.length).toBeGreaterThan(1);
  expect(found.length).toBeGreaterThan(0);
  const missing = found.flatMap((row) => wanted.filter((key) => !(key in row)));
  expect([...new Set(missing)]).toEqual([]);
});

it('an order of a registered customer links to it, a guest’s does not', async () => {
  const orders = await rows('orders?per_page=100');
  for (const order of orders) {
    const links = order['_links'] as Json;
    expect('customer' in links).toBe(order['customer_id'] !== 0);
  }
});

it('lists rates as taxes do: four decimals, and classes with a slug', async () => {
  const rates = await rows('taxes');
  expect(rates.map(({ id, rate, class: taxClass }) => [id, rate, taxClass])).toEqual([
    [1, '20.0000', 'standard'],
    [2, '5.5000', 'reduced-rate'],
  ]);
});

it('says which version it is and how prices are entered', async () => {
  const [status] = await rows('system_status');
  expect(status?.['environment']).toMatchObject({ version: '11.0.1' });
  const tax = await rows('settings/tax');
  expect(tax.find(({ id }) => id === 'woocommerce_prices_include_tax')?.['value']).toBe('yes');
  const general = await rows('settings/general');
  expect(general.find(({ id }) => id === 'woocommerce_currency')?.['value']).toBe('EUR');
});
