import { seedShop, startShop, type TestShop } from './woo-shop-for-tests';

let shop: TestShop;

beforeEach(async () => {
  shop = await startShop({ seed: seedShop(10) });
});

afterEach(() => shop.server.close());

const ids = (rows: { id: number }[]): number[] => rows.map(({ id }) => id);

it('crashes where a poisoned order is shown, and not where its id alone is asked for', async () => {
  const [first, second] = shop.server.shop.orders;
  shop.server.setPoison({ orders: [first!.id] });
  const crash = await shop.get('orders?per_page=100');
  expect(crash.status).toBe(500);
  expect(crash.body).toMatchObject({ code: 'internal_server_error', data: { status: 500 } });
  expect((await shop.get(`orders/${first!.id}`)).status).toBe(500);
  expect((await shop.get(`orders?include=${first!.id}&_fields=id,number`)).status).toBe(500);
  expect((await shop.get(`orders/${first!.id}?_fields=id`)).status).toBe(200);
  expect(ids((await shop.get('orders?per_page=100&_fields=id')).body as { id: number }[])).toContain(
    first!.id,
  );
  expect((await shop.get(`orders?include=${second!.id}`)).status).toBe(200);
  shop.server.setPoison(undefined);
  expect((await shop.get('orders?per_page=100')).status).toBe(200);
});

it('tells orders, customers and products apart', async () => {
  const [customer] = [...shop.server.shop.shop.customers.values()];
  shop.server.setPoison({ customers: [customer!.id], products: [15] });
  expect((await shop.get(`customers?include=${customer!.id}&role=all`)).status).toBe(500);
  expect((await shop.get('products?include=15')).status).toBe(500);
  expect((await shop.get('products?include=16')).status).toBe(200);
  expect((await shop.get('orders?per_page=100')).status).toBe(200);
});

it('crashes in the middle of a batch: what came before is saved, what comes after is not', async () => {
  shop.server.setPoison({ saves: [16] });
  const update = [15, 16, 17].map((id) => ({ id, stock_quantity: 1234 }));
  expect((await shop.call('POST', 'products/batch', { update })).status).toBe(500);
  const stock = [15, 16, 17].map((id) => shop.server.shop.shop.products.get(id)?.stockQuantity);
  expect(stock[0]).toBe(1234);
  expect(stock.slice(1)).not.toContain(1234);
  expect((await shop.call('PUT', 'products/16', { stock_quantity: 5 })).status).toBe(500);
  expect((await shop.get('products/16')).status).toBe(200);
});

it('is poisoned over the control endpoint', async () => {
  await shop.control('PUT', 'poison', { products: [15] });
  expect((await shop.get('products/15')).status).toBe(500);
  await shop.control('PUT', 'poison', {});
  expect((await shop.get('products/15')).status).toBe(200);
});
