/** A run for single records: these, what they need, and nothing else. */
import { recordKey } from '../../src/core/keys';
import type { Checkpoint, WooApi } from '../../src/core/ports';
import { GUEST, ordersOn, rowOf } from '../support/orders-bench';
import { countsOf, startBench, type Bench } from '../support/run-sync';

let bench: Bench;
const { place, inOdoo, expectSameTotal } = ordersOn(() => bench);

beforeAll(async () => {
  bench = await startBench({ orders: 3, customers: 2 });
  await bench.sync();
});
afterAll(() => bench.close());

function checkpoints(): Promise<(Checkpoint | undefined)[]> {
  return bench.withState((state) =>
    Promise.all(['customers', 'orders', 'stock'].map((flow) => state.checkpoints.get('shop', flow))),
  );
}

/** Notes which collections were swept. */
function watchSweeps(woo: WooApi, seen: string[]): WooApi {
  return Object.assign(Object.create(woo) as WooApi, {
    sweep: (...args: Parameters<WooApi['sweep']>) => {
      seen.push(args[0]);
      return woo.sweep(...args);
    },
  });
}

test('one order is brought over with its guest, the shop is not swept, and the next sync brings the others', async () => {
  const [first, second] = [place({ billing: { ...GUEST, email: 'un@exemple.fr' } }), place()];
  const before = await checkpoints();
  const swept: string[] = [];

  const result = await bench.sync({
    request: { only: [recordKey('shop', 'order', first.id)] },
    wrapWoo: (woo) => watchSweeps(woo, swept),
  });

  expect(result.summary.status).toBe('done');
  expect(rowOf(result, first)).toMatchObject({ action: 'create', status: 'done' });
  expect(countsOf(result, 'orders').read).toBe(1);
  expectSameTotal(first);
  expect([inOdoo(first), inOdoo(second)]).toEqual([true, false]);
  expect(await checkpoints()).toEqual(before);
  expect(swept).toEqual([]);

  const next = await bench.sync();
  expect(rowOf(next, first)).toBeUndefined();
  expectSameTotal(second);
});

test('the stock of one product is pushed, that of another waits for the next sync', async () => {
  const [one, other] = ['SIM-0002', 'SIM-0003'] as const;
  const { shop } = bench.sandbox.woo;
  const was = shop.product(other)?.stockQuantity;
  bench.sandbox.odoo.records.setStock(one, 33);
  bench.sandbox.odoo.records.setStock(other, 44);
  const before = await checkpoints();

  const only = [recordKey('shop', 'stock', shop.product(one)?.id ?? 0)];
  const result = await bench.sync({ request: { only } });

  expect(result.summary.flows.map(({ flow, updated }) => `${flow} ${updated}`)).toEqual(['stock 1']);
  expect([shop.product(one)?.stockQuantity, shop.product(other)?.stockQuantity]).toEqual([33, was]);
  expect(await checkpoints()).toEqual(before);

  await bench.sync();
  expect(shop.product(other)?.stockQuantity).toBe(44);
});

test('a customer is read alone, and a run for nothing does nothing', async () => {
  const customer = bench.sandbox.woo.shop.addCustomer({ email: 'seule@exemple.fr', billing: GUEST });
  const result = await bench.sync({ request: { only: [recordKey('shop', 'customer', customer.id)] } });
  expect(await bench.link('customer', customer.id)).toBeDefined();
  expect(countsOf(result, 'customers').read).toBeLessThanOrEqual(2);
  const nothing = await bench.sync({ request: { only: [] } });
  expect(nothing.summary).toMatchObject({ status: 'done', flows: [] });
  expect(nothing.writes).toEqual({ woo: 0, odoo: 0 });
});
