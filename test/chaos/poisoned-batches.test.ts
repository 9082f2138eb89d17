/** Records that Odoo refuses among many: the others pass, the refused are owed alone, and what it costs is bounded. */
import { externalId, recordKey } from '../../src/core/keys';
import type { OdooApi } from '../../src/core/ports';
import { GUEST, ordersOn, rowOf } from '../support/orders-bench';
import { countsOf, startBench, type Bench, type SyncOptions, type SyncResult } from '../support/run-sync';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

let bench: Bench;
const { place, odooOrder, odooLines, debtOf, expectSameTotal } = ordersOn(() => bench);
/** What a run with something to do asks Odoo before and after its pages, and a margin for the odd look-up. */
const MARGIN = 4;

beforeEach(async () => {
  bench = await startBench({ orders: 0, customers: 0, products: 10 });
  place();
  await sync();
});
afterEach(() => bench.close());

function sync(options: SyncOptions = {}): Promise<SyncResult> {
  return bench.sync({ flows: ['customers', 'orders'], ...options });
}

function placeMany(count: number): ShopOrder[] {
  return Array.from({ length: count }, () => place());
}

const AT_FAULT = 'found record of different model';

/** Gives the record's external id to a country, as an import gone wrong does: Odoo refuses the record and names it. */
function poison(entity: string, id: number): void {
  const [module, ...name] = externalId(recordKey('shop', entity, id)).split('.');
  bench.sandbox.odoo.records.create('ir.model.data', {
    module: module!,
    name: name.join('.'),
    model: 'res.country',
    res_id: 1,
  });
}

function mend(entity: string, id: number): void {
  const { records } = bench.sandbox.odoo;
  const name = externalId(recordKey('shop', entity, id));
  const [row] = records.find('ir.model.data', [['complete_name', '=', name]], ['id']);
  records.unlink('ir.model.data', row!['id'] as number);
}

async function owed(): Promise<string[]> {
  return (await bench.debts()).map(({ key }) => key.id).sort();
}

function idsOf(orders: readonly ShopOrder[]): string[] {
  return orders.map(({ id }) => String(id)).sort();
}

function requestsOf({ summary }: SyncResult): number {
  return summary.requests.odoo;
}

function countInOdoo(): number {
  return bench.sandbox.odoo.records.read('sale.order', ['id']).length;
}

/** Ten minutes go by: what was placed is behind the overlap of the next sweep. */
function letTimePass(): void {
  const { shop, orders } = bench.sandbox.woo.shop;
  for (const order of orders) {
    order.modifiedAt -= 600;
  }
  shop.orders.touch();
}

/** A run in which nothing changed, of the kind the next one is measured against. */
async function idleRequests(): Promise<number> {
  return requestsOf(await sync());
}

test('one among 1,000: 999 are applied, one is owed, and the next try is about that one only', async () => {
  placeMany(1_000);
  const clean = await sync();
  expect(countsOf(clean, 'orders')).toMatchObject({ created: 1_000, failed: 0 });
  letTimePass();
  const idle = await idleRequests();

  const orders = placeMany(1_000);
  const bad = orders[617]!;
  poison('order', bad.id);
  const result = await sync();
  expect(countsOf(result, 'orders')).toMatchObject({ created: 999, failed: 1 });
  expect(result.summary.exitCode).toBe(1);
  expect(rowOf(result, bad)).toMatchObject({ action: 'create', status: 'failed', reason: 'odoo-refused' });
  expect(rowOf(result, bad)?.message).toContain(AT_FAULT);
  expect(await owed()).toEqual([String(bad.id)]);
  expect(countInOdoo()).toBe(2_000);
  // The refused call, and the same without the record that it names.
  expect(requestsOf(result) - requestsOf(clean)).toBeLessThanOrEqual(1 + MARGIN);

  letTimePass();
  const notDue = await sync();
  expect(notDue.rows).toEqual([]);
  expect(notDue.summary.exitCode).toBe(0);

  await bench.releaseDebts();
  const again = await sync();
  expect(again.rows.map(({ wooId, attempt }) => ({ wooId, attempt }))).toEqual([
    { wooId: String(bad.id), attempt: 2 },
  ]);
  expect(countsOf(again, 'orders').read).toBe(1);
  expect(requestsOf(again) - idle).toBeLessThanOrEqual(12);

  mend('order', bad.id);
  await bench.releaseDebts();
  const mended = await sync();
  expect(mended.summary.exitCode).toBe(0);
  expectSameTotal(bad);
  expect(await owed()).toEqual([]);
  expect(countInOdoo()).toBe(2_001);
}, 240_000);

test.each([
  // Odoo stops naming records at the tenth: ten go with the first call, two with the second.
  ['twelve', 12, 2],
  ['all', 100, 9],
])(
  '%s of a batch of 100: the others are applied, each refused one is owed with its own sentence',
  async (_what, count, calls) => {
    placeMany(100);
    const clean = await sync();
    const orders = placeMany(100);
    const bad = orders.filter((_, index) => (index * 7) % 100 < count);
    expect(bad).toHaveLength(count);
    for (const { id } of bad) {
      poison('order', id);
    }
    const result = await sync();
    expect(countsOf(result, 'orders')).toMatchObject({ created: 100 - count, failed: count });
    expect(await owed()).toEqual(idsOf(bad));
    for (const order of bad) {
      expect((await debtOf(order))?.message).toContain(externalId(recordKey('shop', 'order', order.id)));
    }
    expect(requestsOf(result) - requestsOf(clean)).toBeLessThanOrEqual(calls + MARGIN);

    for (const { id } of bad) {
      mend('order', id);
    }
    await bench.releaseDebts();
    const mended = await sync();
    expect(mended.summary.exitCode).toBe(0);
    expect(countInOdoo()).toBe(201);
    expect(await owed()).toEqual([]);
  },
  120_000,
);

test('a customer: the orders wait without an attempt counted, and go through in the run that applies the customer', async () => {
  const { shop } = bench.sandbox.woo;
  const [bad, good] = ['bad@exemple.fr', 'good@exemple.fr'].map((email) =>
    shop.addCustomer({ email, billing: { ...GUEST, email } }),
  );
  const waiting = Array.from({ length: 3 }, () => place({ customer_id: bad!.id, billing: {} }));
  const other = place({ customer_id: good!.id, billing: {} });
  poison('customer', bad!.id);
  const result = await sync();
  expect(result.rows).toContainEqual(
    expect.objectContaining({ entity: 'customer', wooId: String(bad!.id), reason: 'odoo-refused' }),
  );
  for (const order of waiting) {
    expect(rowOf(result, order)).toMatchObject({ status: 'waiting', reason: 'waiting-for' });
    expect(await debtOf(order)).toMatchObject({ attempts: 0, waitingFor: `shop/customer/${bad!.id}` });
  }
  expectSameTotal(other);

  for (const attempts of [2, 3]) {
    await bench.releaseDebts();
    const again = await sync();
    expect(again.writes.odoo).toBeLessThanOrEqual(4);
    const debts = await bench.debts();
    expect(debts.find(({ key }) => key.entity === 'customer')?.attempts).toBe(attempts);
    expect(debts.filter(({ key }) => key.entity === 'order').map((debt) => debt.attempts)).toEqual([0, 0, 0]);
  }

  mend('customer', bad!.id);
  // Only the customer is due: the orders follow from it.
  await bench.withState(async (state) => {
    const key = recordKey('shop', 'customer', bad!.id);
    await state.debts.release([key], new Date().toISOString());
  });
  const mended = await sync();
  expect(mended.summary.exitCode).toBe(0);
  for (const order of waiting) {
    expectSameTotal(order);
    expect(odooOrder(order)['state']).toBe('sale');
  }
  expect(await bench.debts()).toEqual([]);
});

/** Takes the product off a line of the order just before it is confirmed: Odoo then refuses to confirm. */
function withoutProduct(odoo: OdooApi, order: ShopOrder): OdooApi {
  let done = false;
  const act: OdooApi['act'] = (model, method, ...rest) => {
    if (method === 'action_confirm' && !done) {
      done = true;
      const [line] = odooLines(order);
      bench.sandbox.odoo.records.write('sale.order.line', line!.id, { product_id: false });
    }
    return odoo.act(model, method, ...rest);
  };
  return new Proxy(odoo, {
    get: (target, name) => {
      const value: unknown = name === 'act' ? act : Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

test('one of 50 that Odoo does not confirm: 49 are confirmed with few calls, the one stays a draft and is owed', async () => {
  letTimePass();
  placeMany(50);
  const clean = await sync();
  letTimePass();
  const orders = placeMany(50);
  const bad = orders[23]!;
  const result = await sync({ wrapOdoo: (odoo) => withoutProduct(odoo, bad) });
  expect(rowOf(result, bad)).toMatchObject({ status: 'failed', reason: 'odoo-refused' });
  expect(rowOf(result, bad)?.message).toContain('action_confirm: Some order lines are missing a product');
  expect(orders.filter((order) => odooOrder(order)['state'] === 'sale')).toHaveLength(49);
  expect(odooOrder(bad)['state']).toBe('draft');
  expect(await owed()).toEqual([String(bad.id)]);
  expect(requestsOf(result) - requestsOf(clean)).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(50)) + MARGIN);

  const [line] = odooLines(bad);
  bench.sandbox.odoo.records.write('sale.order.line', line!.id, { product_id: productOf(orders[0]!) });
  await bench.releaseDebts();
  const mended = await sync();
  expect(mended.summary.exitCode).toBe(0);
  expect(odooOrder(bad)['state']).toBe('sale');
  expectSameTotal(bad);
  expect(countInOdoo()).toBe(101);
  expect(await owed()).toEqual([]);
});

function productOf(order: ShopOrder): number {
  return (odooLines(order)[0]!['product_id'] as [number, string])[0];
}

describe('the schedule of a refused record', () => {
  /** Minutes from now until the debt is due. */
  async function minutesLeft(order: ShopOrder): Promise<number> {
    const debt = await debtOf(order);
    return (Date.parse(debt!.nextAt) - Date.now()) / 60_000;
  }

  test('grows from 5 minutes with jitter over eight attempts, then it is a quarantine looked at every hour and when the configuration changes', async () => {
    const bad = place();
    poison('order', bad.id);
    for (let attempt = 1; attempt < 8; attempt += 1) {
      const result = await sync();
      letTimePass();
      expect(result.summary.exitCode).toBe(1);
      expect(await debtOf(bad)).toMatchObject({ state: 'retry', attempts: attempt, reason: 'odoo-refused' });
      const planned = 5 * 2 ** (attempt - 1);
      expect(await minutesLeft(bad)).toBeGreaterThan(0.74 * planned);
      expect(await minutesLeft(bad)).toBeLessThan(1.26 * planned);
      // Before its time nothing is tried.
      expect((await sync()).rows).toEqual([]);
      expect(await debtOf(bad)).toMatchObject({ attempts: attempt });
      await bench.releaseDebts();
    }
    expect((await sync()).summary.debts).toEqual({ total: 1, quarantine: 1 });
    expect(await debtOf(bad)).toMatchObject({ state: 'quarantine', attempts: 8 });
    expect(await minutesLeft(bad)).toBeGreaterThan(59);
    expect(await minutesLeft(bad)).toBeLessThanOrEqual(60);

    const standing = await sync();
    expect(standing.summary.exitCode).toBe(0);
    expect(await debtOf(bad)).toMatchObject({ attempts: 8 });
    expect((await sync({ strict: true })).summary.exitCode).toBe(1);

    mend('order', bad.id);
    expect((await sync()).rows).toEqual([]);
    const changed = await sync({ settings: { odoo: { batchSize: 99 } } });
    expect(rowOf(changed, bad)).toMatchObject({ action: 'create', status: 'done', attempt: 9 });
    expect(await debtOf(bad)).toBeUndefined();
    expectSameTotal(bad);
  });
});
