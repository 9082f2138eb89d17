/** One record on which the shop crashes must not keep the others back, on reading or on writing. */
import { GUEST, ordersOn, rowOf } from '../support/orders-bench';
import { countsOf, startBench, type Bench, type SyncOptions, type SyncResult } from '../support/run-sync';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

let bench: Bench;
const { place, edit, inOdoo, expectSameTotal, debtOf } = ordersOn(() => bench);

afterEach(() => bench.close());

function sync(options: SyncOptions = {}): Promise<SyncResult> {
  return bench.sync(options);
}

/** Placed before the time that every run reads again, so that only what is owed comes a second time. */
function placeEarlier(): ShopOrder {
  const order = place();
  order.modifiedAt -= 3600;
  return order;
}

const stockOf = (sku: string): number | null => bench.sandbox.woo.shop.product(sku)?.stockQuantity ?? null;
const idOf = (sku: string): number => bench.sandbox.woo.shop.product(sku)!.id;

describe('an order on which a plugin of the shop crashes', () => {
  let orders: ShopOrder[];
  let bad: ShopOrder;

  beforeEach(async () => {
    bench = await startBench({ orders: 0, customers: 0 });
    orders = Array.from({ length: 20 }, () => placeEarlier());
    bad = orders[16]!;
    bench.sandbox.woo.setPoison({ orders: [bad.id] });
  });

  test('is one debt with its reason, the other 19 of its page are applied, and the run ends with 1', async () => {
    const result = await sync();
    expect(result.summary).toMatchObject({ exitCode: 1, status: 'incomplete' });
    expect(countsOf(result, 'orders')).toMatchObject({ status: 'done', created: 19, failed: 1 });
    expect(rowOf(result, bad)).toMatchObject({ status: 'failed', reason: 'unreadable' });
    expect(rowOf(result, bad)?.message).toContain('There has been a critical error');
    expect(await bench.debts()).toHaveLength(1);
    expect(await debtOf(bad)).toMatchObject({ state: 'retry', reason: 'unreadable', attempts: 1 });
    for (const order of orders.filter((order) => order !== bad)) {
      expectSameTotal(order);
    }
    // The sweep went to its end: stock follows, and the next run reads only what changes.
    expect(countsOf(result, 'stock').status).toBe('done');
  });

  test('is the only one that the next run asks for again, and arrives once it can be read', async () => {
    await sync();
    await bench.releaseDebts();
    const second = await sync();
    expect(countsOf(second, 'orders')).toMatchObject({ read: 1, failed: 1, created: 0 });
    expect(await debtOf(bad)).toMatchObject({ attempts: 2 });
    bench.sandbox.woo.setPoison(undefined);
    await bench.releaseDebts();
    const third = await sync();
    expect(countsOf(third, 'orders')).toMatchObject({ read: 1, created: 1 });
    expectSameTotal(bad);
    expect(await bench.debts()).toEqual([]);
    expect((await sync({ request: { full: true } })).writes).toEqual({ woo: 0, odoo: 0 });
  });

  test('does not keep back others that are owed as well', async () => {
    bench.sandbox.woo.setPoison({ orders: orders.slice(10).map(({ id }) => id) });
    expect(countsOf(await sync(), 'orders')).toMatchObject({ created: 10, failed: 10 });
    bench.sandbox.woo.setPoison({ orders: [bad.id] });
    await bench.releaseDebts();
    const result = await sync();
    expect(countsOf(result, 'orders')).toMatchObject({ created: 9, failed: 1 });
    expect(await bench.debts()).toHaveLength(1);
  });

  test('is no surprise when all orders that are owed crash: others have been seen', async () => {
    bench.sandbox.woo.setPoison({ orders: orders.slice(0, 5).map(({ id }) => id) });
    await sync();
    await bench.releaseDebts();
    expect(countsOf(await sync(), 'orders')).toMatchObject({ status: 'done', failed: 5 });
  });

  test('that was applied before keeps what it holds of the stock', async () => {
    bench.sandbox.woo.setPoison(undefined);
    const held = place({ status: 'on-hold', lines: [{ sku: 'SIM-0003', quantity: 4 }] });
    await sync();
    const before = await bench.withState((state) => state.holds.list('shop'));
    expect(before.filter(({ order }) => order.id === String(held.id))).toHaveLength(1);
    bench.sandbox.woo.setPoison({ orders: [held.id] });
    edit(held, { customer_note: 'changed' });
    const result = await sync();
    expect(rowOf(result, held)).toMatchObject({ reason: 'unreadable' });
    expect(await bench.withState((state) => state.holds.list('shop'))).toEqual(before);
    expect(result.notices.join()).toContain('units they took from stock may be offered again');
  });
});

describe('a customer on whom a plugin of the shop crashes', () => {
  beforeEach(async () => {
    bench = await startBench({ orders: 0, customers: 0 });
  });

  test('is one debt, waited for by the orders of that customer alone', async () => {
    const [bad, good] = ['bad', 'good'].map((name) =>
      bench.sandbox.woo.shop.addCustomer({
        email: `${name}@exemple.fr`,
        billing: { ...GUEST, email: `${name}@exemple.fr` },
      }),
    );
    bench.sandbox.woo.setPoison({ customers: [bad!.id] });
    const waiting = place({ customer_id: bad!.id });
    const fine = place({ customer_id: good!.id });
    const result = await sync({ flows: ['customers', 'orders'] });
    expect(result.summary.exitCode).toBe(1);
    expect(inOdoo(fine)).toBe(true);
    expect(inOdoo(waiting)).toBe(false);
    const debts = await bench.debts();
    expect(debts.map(({ key, reason }) => [key.entity, reason]).sort()).toEqual([
      ['customer', 'unreadable'],
      ['order', 'waiting-for'],
    ]);
    bench.sandbox.woo.setPoison(undefined);
    await bench.releaseDebts();
    await sync({ flows: ['customers', 'orders'] });
    expectSameTotal(waiting);
    expect(await bench.debts()).toEqual([]);
  });

  test('among the newest ones does not keep newer ones from being found', async () => {
    await sync();
    const [older, bad, newer] = [1, 2, 3].map((number) =>
      bench.sandbox.woo.shop.addCustomer({ email: `new${number}@exemple.fr` }),
    );
    bench.sandbox.woo.setPoison({ customers: [bad!.id] });
    const result = await sync({ flows: ['customers'] });
    expect(countsOf(result, 'customers')).toMatchObject({ created: 2, failed: 1 });
    expect(await bench.link('customer', older!.id)).toBeDefined();
    expect(await bench.link('customer', newer!.id)).toBeDefined();
  });
});

describe('a product on which a plugin of the shop crashes', () => {
  const SKUS = Array.from({ length: 12 }, (_, index) => `SIM-${String(index + 1).padStart(4, '0')}`);

  beforeEach(async () => {
    bench = await startBench({ orders: 0, customers: 0 });
    await sync();
    for (const sku of SKUS) {
      bench.sandbox.odoo.records.setStock(sku, 77);
    }
  });

  test('when it is saved is one debt, and the stock of the others is written', async () => {
    bench.sandbox.woo.setPoison({ saves: [idOf('SIM-0005')] });
    const result = await sync();
    expect(result.summary.exitCode).toBe(1);
    expect(countsOf(result, 'stock')).toMatchObject({ status: 'done', updated: 11, failed: 1 });
    expect(SKUS.filter((sku) => stockOf(sku) !== 77)).toEqual(['SIM-0005']);
    const [debt, ...others] = await bench.debts();
    expect(others).toEqual([]);
    expect(debt).toMatchObject({
      key: { entity: 'stock', id: String(idOf('SIM-0005')) },
      reason: 'woo-refused',
      message: expect.stringContaining('500: There has been a critical error') as string,
    });
    bench.sandbox.woo.setPoison(undefined);
    await bench.releaseDebts();
    const next = await sync();
    expect(next.rows.map(({ entity, wooId }) => [entity, wooId])).toEqual([
      ['stock', String(idOf('SIM-0005'))],
    ]);
    expect(stockOf('SIM-0005')).toBe(77);
  });

  test('when it is shown is one debt, and the stock of the others is written', async () => {
    bench.sandbox.woo.setPoison({ products: [idOf('SIM-0005')] });
    const result = await sync({ request: { full: true } });
    expect(countsOf(result, 'stock')).toMatchObject({ status: 'done', updated: 11, failed: 1 });
    const [debt] = await bench.debts();
    expect(debt).toMatchObject({ reason: 'unreadable', businessKey: `product ${idOf('SIM-0005')}` });
    await bench.releaseDebts();
    expect(countsOf(await sync(), 'stock')).toMatchObject({ updated: 0, failed: 1 });
    bench.sandbox.woo.setPoison(undefined);
    await bench.releaseDebts();
    await sync();
    expect(stockOf('SIM-0005')).toBe(77);
    expect(await bench.debts()).toEqual([]);
  });

  test('when it is shown, after it was changed in the shop, is not passed over', async () => {
    await sync();
    await onlyShopChanged();
    bench.sandbox.woo.shop.setStock('SIM-0005', 3);
    bench.sandbox.woo.setPoison({ products: [idOf('SIM-0005')] });
    const result = await sync();
    expect(result.rows.map(({ wooId, reason }) => [wooId, reason])).toEqual([
      [String(idOf('SIM-0005')), 'unreadable'],
    ]);
    bench.sandbox.woo.setPoison(undefined);
    await bench.releaseDebts();
    await sync();
    expect(stockOf('SIM-0005')).toBe(77);
  });
});

test('a canary product that the shop lists and cannot show does not keep the run from beginning', async () => {
  bench = await startBench({ orders: 0, customers: 0 });
  bench.sandbox.woo.setPoison({ products: [idOf('SIM-0001')] });
  const settings = { limits: { canaries: { woo: ['SIM-0001', 'SIM-0002'] } } };
  expect((await sync({ flows: ['customers'], settings })).summary.exitCode).toBe(0);
  await expect(
    sync({ flows: ['customers'], settings: { limits: { canaries: { woo: ['NO-SUCH'] } } } }),
  ).rejects.toMatchObject({ exitCode: 4 });
});

/** As a quarter of an hour later: nothing moved in Odoo since the last run. */
async function onlyShopChanged(): Promise<void> {
  await bench.withState(async (state) => {
    const checkpoint = await state.checkpoints.get('shop', 'stock');
    const position = checkpoint!.position as { odoo: string; woo: string };
    const later = new Date(Date.now() + 3_600_000).toISOString();
    await state.commit({ checkpoint: { ...checkpoint!, position: { ...position, odoo: later } } });
  });
}

describe('an order that a record rule of Odoo hides', () => {
  test('is no deleted one: the debt says so, and it is settled when it is seen again', async () => {
    bench = await startBench({ orders: 0, customers: 0 });
    const [hidden, other] = [place({ status: 'pending' }), place({ status: 'pending' })];
    await sync();
    const [row] = bench.sandbox.odoo.records.find('sale.order', [['origin', '=', `woo:shop:${hidden.id}`]]);
    bench.sandbox.odoo.records.hide('sale.order', Number(row?.['id']), true);
    edit(hidden, { lines: [{ sku: 'SIM-0002', quantity: 3 }] });
    edit(other, { lines: [{ sku: 'SIM-0002', quantity: 3 }] });
    const result = await sync();
    expect(result.summary.exitCode).toBe(1);
    expect(rowOf(result, hidden)).toMatchObject({ status: 'quarantined', reason: 'hidden-in-odoo' });
    expect(rowOf(result, hidden)?.message).toContain('top-secret records');
    expectSameTotal(other);
    bench.sandbox.odoo.records.hide('sale.order', Number(row?.['id']), false);
    await bench.releaseDebts();
    await sync();
    expectSameTotal(hidden);
    expect(await bench.debts()).toEqual([]);
  });
});

describe('a side that is down', () => {
  beforeEach(async () => {
    bench = await startBench({ orders: 0, customers: 0 });
    place();
    await sync();
    place();
  });

  test('the shop: the run ends with 1 after few requests, makes no debt, and the next one goes on', async () => {
    bench.sandbox.woo.setFaults({ rate: 1, kinds: ['502-html'], seed: 1 });
    const before = bench.sandbox.woo.requests;
    const result = await sync();
    expect(result.summary.exitCode).toBe(1);
    expect(bench.sandbox.woo.requests - before).toBeLessThanOrEqual(21);
    expect(await bench.debts()).toEqual([]);
    bench.sandbox.woo.setFaults(undefined);
    expect((await sync()).summary.exitCode).toBe(0);
  });

  test('the shop, while stock is written: no product is given up', async () => {
    bench.sandbox.odoo.records.setStock('SIM-0001', 55);
    const before = bench.sandbox.woo.requests;
    const result = await sync({
      flows: ['stock'],
      wrapWoo: (woo) => ({
        ...woo,
        get requests() {
          return woo.requests;
        },
        batch: (...args) => {
          bench.sandbox.woo.setFaults({ rate: 1, kinds: ['502-html'], seed: 1 });
          return woo.batch(...args);
        },
      }),
    });
    expect(countsOf(result, 'stock').status).toBe('incomplete');
    expect(bench.sandbox.woo.requests - before).toBeLessThan(30);
    expect(await bench.debts()).toEqual([]);
  });

  test('Odoo, from the middle of the run on: the run ends with 1 after few requests', async () => {
    const before = bench.sandbox.odoo.requests;
    const result = await sync({
      on: (event) => {
        if (event.type === 'flow-finished') {
          bench.sandbox.odoo.setFaults({ rate: 1, kinds: ['502-html'], seed: 1 });
        }
      },
    });
    expect(result.summary.exitCode).toBe(1);
    expect(bench.sandbox.odoo.requests - before).toBeLessThan(40);
    bench.sandbox.odoo.setFaults(undefined);
    expect((await sync()).summary.exitCode).toBe(0);
  });
});

test('a run that is asked to stop while the shop is out does not wait for it, and is interrupted', async () => {
  bench = await startBench({ orders: 0, customers: 0 });
  place();
  const controller = new AbortController();
  bench.sandbox.woo.setFaults({ rate: 1, kinds: ['502-html'], seed: 1 });
  const waits: number[] = [];
  const result = await sync({
    signal: controller.signal,
    sleep: (ms) => {
      waits.push(ms);
      controller.abort();
      return Promise.resolve();
    },
  });
  expect(result.summary).toMatchObject({ status: 'interrupted', exitCode: 130 });
  expect(waits).toHaveLength(1);
});
