import { seedShop, startShop, type TestShop } from './woo-shop-for-tests';

type Json = Record<string, unknown>;

let clock = new Date('2026-11-23T10:00:00Z');
let shop: TestShop;

beforeEach(async () => {
  clock = new Date('2026-11-23T10:00:00Z');
  shop = await startShop({ seed: seedShop(40, clock), now: () => clock });
});

afterEach(() => shop.server.close());

function later(secondsLater: number): void {
  clock = new Date(clock.getTime() + secondsLater * 1000);
}

async function bySku(sku: string): Promise<Json> {
  const { body } = await shop.get(`products?sku=${sku}`);
  return (body as Json[])[0] ?? {};
}

async function batch(path: string, body: Json): Promise<Json[]> {
  const answer = await shop.call('POST', `${path}/batch`, body);
  expect(answer.status).toBe(200);
  return (answer.body as Record<string, Json[]>)['update'] ?? [];
}

describe('writing a product', () => {
  it('moves its date and its parent’s, even when nothing changes', async () => {
    const variation = await bySku('VAR-01-1');
    later(5);
    await batch(`products/${String(variation['parent_id'])}/variations`, {
      update: [{ id: variation['id'] }],
    });
    const now = '2026-11-23T10:00:05';
    expect((await bySku('VAR-01-1'))['date_modified_gmt']).toBe(now);
    expect((await bySku('VAR-01'))['date_modified_gmt']).toBe(now);
    expect((await bySku('VAR-01'))['date_modified']).toBe('2026-11-23T11:00:05');
    expect((await bySku('VAR-02'))['date_modified_gmt']).not.toBe(now);
  });

  it('sets stock and its status where stock is managed, and nowhere else', async () => {
    const managed = await bySku('SIM-0001');
    const update = { stock_quantity: 0 };
    expect((await shop.call('PUT', `products/${String(managed['id'])}`, update)).body).toMatchObject({
      stock_quantity: 0,
      stock_status: 'outofstock',
    });
    const products = (await shop.get('products?per_page=100&type=simple')).body as Json[];
    const loose = products.find((row) => row['manage_stock'] === false);
    const ignored = await shop.call('PUT', `products/${String(loose?.['id'])}`, { stock_quantity: 9 });
    expect(ignored.body).toMatchObject({ manage_stock: false, stock_quantity: null });
    const child = await bySku('VAR-20-1');
    const path = `products/${String(child['parent_id'])}/variations/${String(child['id'])}`;
    expect((await shop.call('PUT', path, { stock_quantity: 9 })).body).toMatchObject({
      manage_stock: 'parent',
      stock_quantity: 50,
    });
  });

  it('is strict about types one at a time and lax in a batch', async () => {
    const id = (await bySku('SIM-0001'))['id'];
    for (const wrong of [{ regular_price: 12.5 }, { stock_quantity: 1.5 }, { status: 'bogus' }]) {
      const answer = await shop.call('PUT', `products/${String(id)}`, wrong);
      expect(answer).toMatchObject({ status: 400, body: { code: 'rest_invalid_param' } });
    }
    const [lax] = await batch('products', {
      update: [{ id, regular_price: 12.5, stock_quantity: 'abc', status: 'bogus' }],
    });
    expect(lax).toMatchObject({ regular_price: '12.5', stock_quantity: 0, status: 'draft' });
  });

  it('cleans prices without a word', async () => {
    const id = String((await bySku('SIM-0001'))['id']);
    expect((await shop.call('PUT', `products/${id}`, { regular_price: '9,99' })).body).toMatchObject({
      regular_price: '9.99',
      price: '9.99',
    });
    expect((await shop.call('PUT', `products/${id}`, { regular_price: 'abc' })).body).toMatchObject({
      regular_price: '',
    });
  });

  it('refuses a SKU that is taken in any case and names its owner', async () => {
    const owner = (await bySku('SIM-0001'))['id'];
    const refusal = {
      code: 'product_invalid_sku',
      message: 'Invalid or duplicated SKU.',
      data: { status: 400, resource_id: owner, unique_sku: 'sim-0001-1' },
    };
    const created = await shop.call('POST', 'products', { name: 'dup', sku: 'sim-0001' });
    expect([created.status, created.body]).toEqual([400, refusal]);
    const batched = await shop.call('POST', 'products/batch', { create: [{ name: 'dup', sku: 'sim-0001' }] });
    expect(batched.body).toEqual({ create: [{ id: 0, error: refusal }] });
    const trashed = await shop.call('POST', 'products', { name: 'dup', sku: 'TRASH-1' });
    expect(trashed.body).toMatchObject({ code: 'woocommerce_rest_product_not_created' });
  });

  it('creates one, whose name comes back encoded', async () => {
    const answer = await shop.call('POST', 'products', {
      name: 'Thé & <b>biscuits</b>',
      sku: 'NEW-1',
      regular_price: '12.50',
      manage_stock: true,
      stock_quantity: 7,
    });
    expect(answer.status).toBe(201);
    expect(await bySku('new-1')).toMatchObject({ name: 'Thé &amp; <b>biscuits</b>', stock_quantity: 7 });
  });

  it('replaces a meta value by its key and removes it with null', async () => {
    const path = `products/${String((await bySku('SIM-0001'))['id'])}`;
    const write = async (value: string | null): Promise<unknown> => {
      const { body } = await shop.call('PUT', path, { meta_data: [{ key: '_odoo_id', value }] });
      return ((body as Json)['meta_data'] as Json[]).map((entry) => entry['value']);
    };
    expect([await write('1'), await write('2'), await write(null)]).toEqual([['1'], ['2'], []]);
  });
});

describe('a batch', () => {
  it('keeps the order, answers each item and is 200 all the same', async () => {
    const id = (await bySku('SIM-0001'))['id'];
    const items = await batch('products', { update: [{ id: 99_999_999 }, { id }, { name: 'no id' }] });
    expect(items.map((item) => item['id'])).toEqual([99_999_999, id, null]);
    expect(items.map((item) => 'error' in item)).toEqual([true, false, true]);
    expect(items[0]?.['error']).toEqual({
      code: 'woocommerce_rest_product_invalid_id',
      message: 'Invalid ID.',
      data: { status: 400 },
    });
  });

  it('takes a hundred objects in all and not one more', async () => {
    const update = Array.from({ length: 100 }, (_, index) => ({ id: index + 10_000_000 }));
    expect(await batch('products', { update })).toHaveLength(100);
    const answer = await shop.call('POST', 'products/batch', { update, create: [{ name: 'one more' }] });
    expect(answer).toMatchObject({
      status: 413,
      body: { message: 'Unable to accept more than 100 items for this request.' },
    });
  });

  it('of nothing is an empty list, and _fields empties it', async () => {
    const id = (await bySku('SIM-0001'))['id'];
    expect((await shop.call('POST', 'products/batch', {})).body).toEqual([]);
    const update = { update: [{ id }] };
    expect((await shop.call('POST', 'products/batch?_fields=id', update)).body).toEqual([]);
    expect((await shop.call('POST', 'products/batch?_fields=update.id', update)).body).toEqual({
      update: [],
    });
  });

  it('refuses a body that is no JSON', async () => {
    const answer = await shop.call('POST', 'products/batch', '{"update":');
    expect(answer).toMatchObject({ status: 400, body: { code: 'rest_invalid_json' } });
  });
});

describe('an order', () => {
  it('is priced by the shop’s rules and takes stock, which cancelling gives back', async () => {
    const before = await bySku('SIM-0001');
    const made = await shop.control('POST', 'orders', {
      customer_id: 2,
      lines: [{ sku: 'sim-0001', quantity: 3 }],
      prices_include_tax: true,
      status: 'on-hold',
    });
    expect(made.status).toBe(201);
    const order = made.body as Json;
    const [line] = order['line_items'] as Json[];
    const gross = Number(before['regular_price']) * 3 + 5.9 * 1.2;
    expect(Number(order['total'])).toBeCloseTo(gross, 6);
    expect(line?.['meta_data']).toMatchObject([{ key: '_reduced_stock', value: '3' }]);
    expect((await bySku('SIM-0001'))['stock_quantity']).toBe(Number(before['stock_quantity']) - 3);

    const path = `orders/${String(order['id'])}`;
    const cancelled = await shop.control('PUT', path, { status: 'cancelled' });
    expect((cancelled.body as { line_items: Json[] }).line_items[0]?.['meta_data']).toEqual([]);
    expect((await bySku('SIM-0001'))['stock_quantity']).toBe(before['stock_quantity']);
    await shop.control('PUT', path, { status: 'cancelled' });
    expect((await bySku('SIM-0001'))['stock_quantity']).toBe(before['stock_quantity']);
  });

  it('moves the date of the products it takes and of its customer', async () => {
    later(9);
    await shop.control('POST', 'orders', { customer_id: 3, lines: [{ sku: 'VAR-01-1', quantity: 1 }] });
    expect((await bySku('VAR-01-1'))['date_modified_gmt']).toBe('2026-11-23T10:00:09');
    expect((await bySku('VAR-01'))['date_modified_gmt']).toBe('2026-11-23T10:00:09');
    expect((await shop.get('customers/3')).body).toMatchObject({ date_modified_gmt: '2026-11-23T10:00:09' });
  });

  it('edited by a person shows the patch, priced again where lines change', async () => {
    const { id } = shop.server.shop.addOrder({
      lines: [{ sku: 'SIM-0001', quantity: 1 }],
      shipping_total: null,
    });
    const before = await bySku('SIM-0001');
    later(60);
    const patch = {
      billing: { city: 'Nantes' },
      lines: [{ sku: 'SIM-0001', quantity: 4, total: '10.00' }],
      customer_note: 'Vite !',
    };
    const { body } = await shop.control('PUT', `orders/${id}`, patch);
    expect(body).toMatchObject({
      total: '10.00',
      customer_note: 'Vite !',
      date_modified_gmt: '2026-11-23T10:01:00',
    });
    expect((body as { billing: Json }).billing['city']).toBe('Nantes');
    expect((await bySku('SIM-0001'))['stock_quantity']).toBe(Number(before['stock_quantity']) - 3);
    expect((await shop.get(`orders/${id}`)).body).toMatchObject({ total: '10.00' });
  });

  it('shows a field nobody computes as it was set', async () => {
    const { id } = shop.server.shop.orders[0]!;
    shop.server.shop.editOrder(id, { total: '1.23', currency: 'USD' });
    expect((await shop.get(`orders/${id}`)).body).toMatchObject({ total: '1.23', currency: 'USD' });
  });

  it('in the trash leaves the list, keeps its row, and comes back with a status', async () => {
    const order = shop.server.shop.orders.find(({ status }) => status === 'processing')!;
    later(5);
    const removed = await shop.call('DELETE', `orders/${order.id}`);
    expect(removed.body).toMatchObject({ status: 'processing' });
    expect((await shop.get(`orders?include=${order.id}`)).body).toEqual([]);
    expect((await shop.get(`orders/${order.id}`)).body).toMatchObject({
      status: 'trash',
      date_modified_gmt: '2026-11-23T10:00:05',
    });
    expect((await shop.call('DELETE', `orders/${order.id}`)).status).toBe(410);
    await shop.call('PUT', `orders/${order.id}`, { status: 'processing' });
    expect((await shop.get(`orders?include=${order.id}`)).body).toMatchObject([{ id: order.id }]);
  });

  it('deleted for good leaves no trace', async () => {
    const { id } = shop.server.shop.orders[3]!;
    await shop.call('DELETE', `orders/${id}?force=true`);
    expect((await shop.get(`orders/${id}`)).body).toMatchObject({
      code: 'woocommerce_rest_shop_order_invalid_id',
    });
    expect((await shop.get(`orders?status=any,trash&include=${id}`)).body).toEqual([]);
  });

  it('written by a client moves its date; unknown ids are 400 there', async () => {
    const { id } = shop.server.shop.orders.find(({ status }) => status === 'completed')!;
    later(7);
    const [item, unknown] = await batch('orders', {
      update: [{ id, meta_data: [{ key: '_odoo_id', value: '4711' }], total: '0.01' }, { id: 99_999_999 }],
    });
    expect(item).toMatchObject({ id, date_modified_gmt: '2026-11-23T10:00:07' });
    expect(item?.['total']).not.toBe('0.01');
    expect(unknown?.['error']).toMatchObject({ data: { status: 400 }, message: 'ID is invalid.' });
  });

  it('is refunded in part and then in full, never beyond', async () => {
    const { id } = shop.server.shop.addOrder({
      lines: [{ sku: 'SIM-0001', quantity: 2, total: '20.00' }],
      shipping_total: null,
    });
    const path = `orders/${id}/refunds`;
    expect((await shop.call('POST', path, { amount: '5.00' })).body).toEqual({
      code: 'woocommerce_rest_cannot_create_order_refund',
      message: 'The payment gateway for this order does not exist.',
      data: 500,
    });
    await shop.call('POST', path, { amount: '5.00', api_refund: false });
    expect((await shop.get(`orders/${id}`)).body).toMatchObject({ status: 'processing', total: '20.00' });
    const tooMuch = await shop.call('POST', path, { amount: '15.01', api_refund: false });
    expect(tooMuch).toMatchObject({ status: 500, body: { message: 'Invalid refund amount.', data: 500 } });
    await shop.call('POST', path, { amount: '15.00', api_refund: false });
    expect((await shop.get(`orders/${id}`)).body).toMatchObject({
      status: 'refunded',
      refunds: [{ total: '-5.00' }, { total: '-15.00' }],
    });
  });

  it('of an unknown customer is refused', async () => {
    const answer = await shop.control('POST', 'orders', { customer_id: 9_999, lines: [] });
    expect(answer).toMatchObject({ status: 400, body: { code: 'woocommerce_rest_invalid_customer_id' } });
  });
});

describe('a customer', () => {
  it('registers once per address, in any case', async () => {
    const made = await shop.control('POST', 'customers', { email: 'neuve@exemple.fr', first_name: 'Neuve' });
    expect(made.body).toMatchObject({
      id: 152,
      first_name: 'Neuve',
      date_modified_gmt: '2026-11-23T10:00:00',
    });
    const twice = await shop.call('POST', 'customers', { email: 'NEUVE@exemple.fr' });
    expect(twice).toMatchObject({ status: 400, body: { code: 'registration-error-email-exists' } });
  });

  it('cannot be trashed, only deleted', async () => {
    expect((await shop.call('DELETE', 'customers/2')).status).toBe(501);
    expect((await shop.call('DELETE', 'customers/2?force=true')).status).toBe(200);
    expect((await shop.get('customers/2')).body).toMatchObject({ code: 'wc_user_invalid_id' });
  });
});

describe('the control endpoint', () => {
  it('answers only to its header', async () => {
    expect((await fetch(`${shop.url}/sandbox/stats`)).status).toBe(403);
  });

  it('counts API calls and writes, its own calls not', async () => {
    await shop.get('orders');
    await shop.call('PUT', 'products/15', {});
    await shop.control('PUT', 'products/SIM-0002/stock', { quantity: 3 });
    expect((await shop.control('GET', 'stats')).body).toMatchObject({ requests: 2, writes: 1 });
    expect(await bySku('SIM-0002')).toMatchObject({ stock_quantity: 3 });
  });
});
