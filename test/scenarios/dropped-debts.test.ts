import { ordersOn, rowOf } from '../support/orders-bench';
import { startBench, type Bench } from '../support/run-sync';
import { killed, Killed, strikeWrites } from '../support/wrap-ports';
import { buildFlows } from '../../src/app';
import { dropOf } from '../../src/core/drop-debts';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

let bench: Bench;
const { place, edit, odooOrder, inOdoo, debtOf } = ordersOn(() => bench);
const FLOWS = { flows: ['customers', 'orders'] };

beforeEach(async () => {
  bench = await startBench({ orders: 0, customers: 0 });
  await bench.sync();
});
afterEach(() => bench.close());

/** What `wcodoo debts drop` does once a person has confirmed it. */
async function drop(order: ShopOrder): Promise<void> {
  const debt = await debtOf(order);
  await bench.withState(async (state) => {
    const links = await state.links.find([debt!.key]);
    const flows = buildFlows(bench.config());
    await state.commit(dropOf({ debts: [debt!], links, flows, runId: 'drop', now: new Date() }));
  });
}

/** From now on only what changes is read. */
async function lookOnlyAhead(): Promise<void> {
  await bench.withState(async (state) => {
    const checkpoint = await state.checkpoints.get('shop', 'orders');
    await state.commit({ checkpoint: { ...checkpoint!, watermark: new Date().toISOString() } });
  });
}

describe('an order given up before Odoo had it', () => {
  let order: ShopOrder;

  beforeEach(async () => {
    order = place();
    order.overrides = { currency: 'CHF' };
    await bench.sync(FLOWS);
    expect(await debtOf(order)).toMatchObject({ reason: 'pricelist-not-mapped' });
    await drop(order);
  });

  test('is left alone by the next run, and owed again after a full comparison', async () => {
    await lookOnlyAhead();
    await bench.sync(FLOWS);
    expect(await bench.debts()).toEqual([]);
    expect((await bench.sync({ ...FLOWS, request: { full: true } })).summary.exitCode).toBe(1);
    expect(await debtOf(order)).toMatchObject({ reason: 'pricelist-not-mapped', attempts: 1 });
  });

  test('arrives when it changes in the shop to what can be applied', async () => {
    order.overrides = null;
    edit(order, { customer_note: 'enfin' });
    await bench.sync(FLOWS);
    expect(odooOrder(order)['note']).toContain('enfin');
    expect(await bench.debts()).toEqual([]);
  });
});

describe('an order given up while Odoo has it as a draft with another total', () => {
  let order: ShopOrder;

  beforeEach(async () => {
    order = place();
    order.overrides = { total: '999.99' };
    await bench.sync(FLOWS);
    expect(await debtOf(order)).toMatchObject({ reason: 'total-mismatch' });
    await drop(order);
  });

  test('is left as it is, by the next run and by a full comparison', async () => {
    for (const full of [false, true]) {
      expect((await bench.sync({ ...FLOWS, request: { full } })).writes.odoo).toBe(0);
      expect(await bench.debts()).toEqual([]);
    }
    expect(odooOrder(order)['state']).toBe('draft');
    expect(await bench.link('order', order.id)).toMatchObject({ step: 'left' });
  });

  test('is owed again when it changes in the shop', async () => {
    edit(order, { customer_note: 'et maintenant' });
    const next = await bench.sync(FLOWS);
    expect(rowOf(next, order)).toMatchObject({ status: 'quarantined' });
    expect(await debtOf(order)).toBeDefined();
  });
});

test('a create under way is looked up and finished although its debt was given up', async () => {
  const order = place();
  order.overrides = { currency: 'CHF' };
  await bench.sync(FLOWS);
  order.overrides = null;
  await bench.releaseDebts();
  const run = bench.sync({
    ...FLOWS,
    wrapOdoo: (odoo) => strikeWrites(odoo, { at: 1, when: 'after', error: killed }),
  });
  await expect(run).rejects.toThrow(Killed);
  expect(inOdoo(order)).toBe(true);
  await drop(order);
  expect(await bench.withState((state) => state.intents.list('shop'))).toHaveLength(1);
  await bench.sync(FLOWS);
  expect(odooOrder(order)['state']).toBe('sale');
  expect(await bench.debts()).toEqual([]);
});
