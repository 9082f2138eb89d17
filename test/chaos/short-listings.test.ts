import { ordersOn } from '../support/orders-bench';
import { countsOf, startBench, type Bench, type SyncResult } from '../support/run-sync';
import { emptyListing, listOnly } from '../support/wrap-ports';
import type { Checkpoint, WooApi } from '../../src/core/ports';

let bench: Bench;
const { place, inOdoo } = ordersOn(() => bench);

beforeEach(async () => {
  bench = await startBench({ orders: 0, customers: 0, products: 5 });
});
afterEach(() => bench.close());

function checkpointOf(flow: string): Promise<Checkpoint | undefined> {
  return bench.withState((state) => state.checkpoints.get('shop', flow));
}

function expectStopped(result: SyncResult, flow: string): void {
  expect(result.summary).toMatchObject({ exitCode: 4, status: 'stopped' });
  expect(countsOf(result, flow)).toMatchObject({
    status: 'stopped',
    message: expect.stringContaining(`--allow-empty-listing ${result.summary.runId}`) as string,
  });
}

test('a listing of orders that came back empty takes none for deleted: units that are sold are not offered again', async () => {
  bench.sandbox.odoo.records.setStock('SIM-0001', 5);
  const order = place({ status: 'on-hold', lines: [{ sku: 'SIM-0001', quantity: 2 }] });
  await bench.sync();
  const shown = bench.sandbox.woo.shop.product('SIM-0001')?.stockQuantity;
  const held = await bench.withState((state) => state.holds.list('shop'));
  expect(held.map(({ order: { id } }) => id)).toEqual([String(order.id)]);

  const stopped = await bench.sync({
    request: { full: true },
    wrapWoo: (woo) => ordersGone(emptyListing(woo, 'orders')),
  });

  expectStopped(stopped, 'orders');
  expect(countsOf(stopped, 'stock').status).toBe('skipped');
  expect(await bench.withState((state) => state.holds.list('shop'))).toEqual(held);
  expect(bench.sandbox.woo.shop.product('SIM-0001')?.stockQuantity).toBe(shown);
});

/** Orders cannot be found by id either. */
function ordersGone(woo: WooApi): WooApi {
  return {
    ...woo,
    get requests() {
      return woo.requests;
    },
    list: (path, query) => woo.list(path, path === 'orders' ? { ...query, include: [999_999] } : query),
  };
}

describe('a listing of orders that was too short', () => {
  let shown: number[];

  beforeEach(async () => {
    const orders = Array.from({ length: 14 }, () => place({ status: 'pending' }));
    shown = orders.slice(0, 2).map(({ id }) => id);
    await bench.sync();
  });

  const listShort = (): Promise<SyncResult> =>
    bench.sync({ request: { full: true }, wrapWoo: (woo) => listOnly(woo, 'orders', shown) });

  test('loses nothing: what it did not show is read by the next run', async () => {
    const before = await checkpointOf('orders');
    const hidden = place();
    expectStopped(await listShort(), 'orders');
    expect(await checkpointOf('orders')).toEqual(before);
    await bench.sync();
    expect(inOdoo(hidden)).toBe(true);
  });

  test('is listed anew by the run that a person allows it', async () => {
    const { summary } = await listShort();
    const allowed = await bench.sync({
      request: { full: true, allowed: { 'empty-listing': summary.runId } },
      wrapWoo: (woo) => listOnly(woo, 'orders', shown),
    });
    expect(allowed.summary.exitCode).toBe(0);
    expect(await bench.withState((state) => state.listings.get('shop', 'orders'))).toMatchObject({
      records: 2,
    });
    expect((await listShort()).summary.exitCode).toBe(0);
  });
});

test('a listing of customers that came back empty stops every run until a person looks', async () => {
  for (const name of ['ada', 'grace', 'lise']) {
    bench.sandbox.woo.shop.addCustomer({ email: `${name}@exemple.fr` });
  }
  const always = { settings: { customers: { fullEvery: '0s' } } };
  await bench.sync(always);
  const before = await checkpointOf('customers');
  const wrapWoo = (woo: WooApi): WooApi => emptyListing(woo, 'customers');

  expectStopped(await bench.sync({ ...always, wrapWoo }), 'customers');
  expect(await checkpointOf('customers')).toEqual(before);
  expectStopped(await bench.sync({ ...always, wrapWoo }), 'customers');
});
