import { ordersOn } from '../support/orders-bench';
import { countsOf, startBench, type Bench, type SyncOptions, type SyncResult } from '../support/run-sync';
import type { WooApi } from '../../src/core/ports';

let bench: Bench;
const { place, edit, odooOrder } = ordersOn(() => bench);

const LAST = { lines: [{ sku: 'SIM-0001', quantity: 1 }] };

function inShop(sku: string): number | null | undefined {
  return bench.sandbox.woo.shop.product(sku)?.stockQuantity;
}

/** What was pushed, as `SKU quantity`. */
function pushed(result: SyncResult): string[] {
  return result.rows
    .filter(({ flow, action, status }) => flow === 'stock' && action === 'update' && status === 'done')
    .map(({ businessKey, changes }) => `${businessKey} ${changes[0]?.after ?? ''}`)
    .sort();
}

/** Passes a batch on and notes which path it went to, with how many items. */
function watchBatches(woo: WooApi, seen: [path: string, items: number][]): WooApi {
  return {
    get requests() {
      return woo.requests;
    },
    get: (...args) => woo.get(...args),
    list: (...args) => woo.list(...args),
    find: (...args) => woo.find(...args),
    sweep: (...args) => woo.sweep(...args),
    shop: () => woo.shop(),
    batch: (path, batch, options) => {
      seen.push([path, batch.update?.length ?? 0]);
      return woo.batch(path, batch, options);
    },
  };
}

/** Both sides have the last `units`, and wcodoo has seen that. */
async function stocked(sku: string, units: number): Promise<void> {
  bench.sandbox.odoo.records.setStock(sku, units);
  await bench.sync();
  expect(inShop(sku)).toBe(units);
}

beforeAll(async () => {
  bench = await startBench({ orders: 10, customers: 4 });
});
afterAll(() => bench.close());

test('the first run brings every counted product to the free quantity in Odoo, variations by parent', async () => {
  const batches: [path: string, items: number][] = [];
  const result = await bench.sync({ wrapWoo: (woo) => watchBatches(woo, batches) });
  expect(result.summary.status).toBe('done');
  const free = new Map(
    bench.sandbox.odoo.records
      .read('product.product', ['default_code', 'free_qty'])
      .map((row) => [row['default_code'], row['free_qty']]),
  );
  const counted = [...bench.sandbox.woo.shop.shop.products.values()].filter(
    ({ sku, manageStock, status }) =>
      sku !== '' && manageStock === true && free.has(sku) && status !== 'trash',
  );
  expect(counted.length).toBeGreaterThan(80);
  const holds = await bench.withState((state) => state.holds.list('shop'));
  const confirmed = new Set(
    bench.sandbox.odoo.records
      .find('sale.order', [['state', '=', 'sale']], ['origin'])
      .map(({ origin }) => origin),
  );
  const held = new Map<number, number>();
  for (const { order, productId, quantity } of holds) {
    if (confirmed.has(`woo:shop:${order.id}`)) {
      continue;
    }
    held.set(productId, (held.get(productId) ?? 0) + quantity);
  }
  expect(counted.map(({ sku, stockQuantity }) => [sku, stockQuantity])).toEqual(
    counted.map(({ id, sku }) => [sku, Math.max(0, Number(free.get(sku)) - (held.get(id) ?? 0))]),
  );
  expect(batches.map(([path]) => path)).toContain('products');
  const variations = batches.filter(([path]) => path !== 'products');
  expect(variations.every(([path]) => /^products\/\d+\/variations$/.test(path))).toBe(true);
  expect(Math.max(...variations.map(([, items]) => items))).toBeGreaterThan(1);
});

test('a quantity that changes in Odoo is pushed, and nothing else', async () => {
  bench.sandbox.odoo.records.setStock('SIM-0005', 321);
  bench.sandbox.odoo.records.setStock('VAR-01-2', 123);
  const result = await bench.sync();
  expect(pushed(result)).toEqual(['SIM-0005 321', 'VAR-01-2 123']);
  expect([inShop('SIM-0005'), inShop('VAR-01-2')]).toEqual([321, 123]);
  expect((await bench.sync()).writes.woo).toBe(0);
});

test('a quantity changed by hand in the shop is put right again', async () => {
  const before = inShop('SIM-0006');
  bench.sandbox.woo.shop.setStock('SIM-0006', 9999);
  expect(pushed(await bench.sync())).toEqual([`SIM-0006 ${before ?? ''}`]);
});

test('a product the shop does not count is skipped with the reason, in a full comparison only', async () => {
  const product = bench.sandbox.woo.shop.product('SIM-0007')!;
  product.manageStock = false;
  try {
    bench.sandbox.odoo.records.setStock('SIM-0007', 55);
    expect((await bench.sync()).rows.filter(({ businessKey }) => businessKey === 'SIM-0007')).toEqual([]);
    const full = await bench.sync({ request: { full: true } });
    expect(full.rows).toContainEqual(
      expect.objectContaining({ businessKey: 'SIM-0007', action: 'skip', reason: 'stock-not-managed' }),
    );
    expect(full.rows).toContainEqual(expect.objectContaining({ reason: 'stock-managed-by-parent' }));
  } finally {
    product.manageStock = true;
    await bench.sync({ request: { full: true } });
  }
});

test('the last unit, sold by an order that sits in quarantine, is not offered again', async () => {
  await stocked('SIM-0001', 1);
  const order = place(LAST);
  expect(inShop('SIM-0001')).toBe(0);
  order.overrides = { currency: 'CHF' };
  const held = await bench.sync();
  expect(pushed(held)).toEqual([]);
  expect(inShop('SIM-0001')).toBe(0);
  // Somebody corrects the shop to what Odoo shows: the unit is still sold.
  bench.sandbox.woo.shop.setStock('SIM-0001', 1);
  expect(pushed(await bench.sync())).toEqual(['SIM-0001 0']);
  order.overrides = null;
  await bench.releaseDebts();
  await bench.sync();
  expect(odooOrder(order)['state']).toBe('sale');
  expect(inShop('SIM-0001')).toBe(0);
});

test('the last unit, sold while the run is between orders and stock, is not offered again', async () => {
  await stocked('SIM-0002', 5);
  bench.sandbox.odoo.records.setStock('SIM-0002', 4);
  let sold = false;
  const result = await bench.sync({
    on: (event) => {
      if (event.type === 'flow-finished' && event.summary.flow === 'orders') {
        place({ lines: [{ sku: 'SIM-0002', quantity: 1 }] });
        sold = true;
      }
    },
  });
  expect(sold).toBe(true);
  expect(inShop('SIM-0002')).toBe(3);
  expect(pushed(result)).toEqual(['SIM-0002 3']);
  await bench.sync();
  expect(inShop('SIM-0002')).toBe(3);
});

test('an order on hold keeps its units, and gives them back when it is cancelled', async () => {
  await stocked('SIM-0003', 10);
  const order = place({ status: 'on-hold', lines: [{ sku: 'SIM-0003', quantity: 4 }] });
  await bench.sync();
  expect(inShop('SIM-0003')).toBe(6);
  edit(order, { status: 'cancelled' });
  await bench.sync();
  expect(inShop('SIM-0003')).toBe(10);
});

test('an order that disappears from the shop no longer keeps its units', async () => {
  await stocked('SIM-0008', 10);
  const order = place({ lines: [{ sku: 'SIM-0008', quantity: 4 }] });
  order.overrides = { currency: 'CHF' };
  await bench.sync();
  expect(inShop('SIM-0008')).toBe(6);
  const draft = place({ status: 'on-hold', lines: [{ sku: 'SIM-0008', quantity: 1 }] });
  await bench.sync();
  expect(inShop('SIM-0008')).toBe(5);
  bench.sandbox.woo.shop.deleteOrder(order.id);
  await bench.releaseDebts();
  await bench.sync();
  bench.sandbox.woo.shop.deleteOrder(draft.id);
  await bench.sync({ request: { full: true } });
  const holders = (await bench.withState((state) => state.holds.list('shop'))).map(
    ({ order: key }) => key.id,
  );
  expect(holders).not.toContain(String(order.id));
  expect(holders).not.toContain(String(draft.id));
  expect(inShop('SIM-0008')).toBe(10);
});

test('an order shipped before the first one does not keep its units, even when somebody just looked at it', async () => {
  await stocked('SIM-0014', 10);
  const order = place({ status: 'completed', lines: [{ sku: 'SIM-0014', quantity: 4 }] });
  // It took its units before Odoo's stock was counted.
  edit(order, { date_created_gmt: '2020-01-02T03:04:05' });
  const settings = { orders: { from: '2024-01-01' } };
  await bench.sync({ settings });
  expect(inShop('SIM-0014')).toBe(10);
});

test('two products in Odoo with one reference are owed and nothing is pushed for them', async () => {
  const twin = bench.sandbox.odoo.records.create('product.product', {
    name: 'Doublon',
    default_code: 'SIM-0010',
    type: 'consu',
    is_storable: true,
  });
  const before = inShop('SIM-0010');
  bench.sandbox.woo.shop.setStock('SIM-0010', 1);
  const result = await bench.sync();
  expect(result.rows).toContainEqual(
    expect.objectContaining({ businessKey: 'SIM-0010', status: 'quarantined', reason: 'ambiguous-sku' }),
  );
  expect(inShop('SIM-0010')).toBe(1);
  bench.sandbox.odoo.records.write('product.product', twin, { default_code: 'SIM-0010-B' });
  await bench.releaseDebts();
  await bench.sync();
  expect(inShop('SIM-0010')).toBe(before);
  expect(await bench.debts()).toEqual([]);
});

test('a buffer is kept back, and the floor is never passed under', async () => {
  // Each of these settings changes every product of the shop.
  const limits = { changedShare: '100%', stockToZero: '100%' };
  const fullWith = (stock: Record<string, unknown>): SyncOptions => ({
    settings: { stock, limits },
    request: { full: true },
  });
  bench.sandbox.odoo.records.setStock('SIM-0011', 3);
  await bench.sync(fullWith({ buffer: 5, floor: 0 }));
  expect(inShop('SIM-0011')).toBe(0);
  await bench.sync(fullWith({ buffer: 2 }));
  expect(inShop('SIM-0011')).toBe(1);
  await bench.sync(fullWith({}));
  expect(inShop('SIM-0011')).toBe(3);
});

test('a warehouse that Odoo does not have stops the run with a sentence before anything is pushed', async () => {
  const failing = bench.sync({ settings: { stock: { warehouse: 'NOPE' } }, request: { full: true } });
  await expect(failing).rejects.toThrow('stock.warehouse names NOPE, which Odoo does not have');
});

test('stock by itself, before any order was read, is not pushed: the shop may have sold what Odoo shows', async () => {
  bench.forget();
  bench.sandbox.odoo.records.setStock('SIM-0012', 7);
  const alone = await bench.sync({ flows: ['stock'] });
  expect(alone.writes.woo).toBe(0);
  expect(countsOf(alone, 'stock')).toMatchObject({ status: 'skipped' });
  await bench.sync();
  expect(inShop('SIM-0012')).toBe(7);
  bench.sandbox.odoo.records.setStock('SIM-0012', 8);
  expect(pushed(await bench.sync({ flows: ['stock'] }))).toEqual(['SIM-0012 8']);
});

test('an order that a person cancels in Odoo, and the shop still counts as sold, is not offered again', async () => {
  await stocked('SIM-0015', 10);
  const order = place({ status: 'processing', lines: [{ sku: 'SIM-0015', quantity: 4 }] });
  await bench.sync();
  expect(inShop('SIM-0015')).toBe(6);
  const [found] = bench.sandbox.odoo.records.find(
    'sale.order',
    [['origin', '=', `woo:shop:${order.id}`]],
    ['id'],
  );
  bench.sandbox.odoo.records.act('sale.order', Number(found?.['id']), 'action_cancel');

  await bench.sync();

  expect(inShop('SIM-0015')).toBe(6);
});

test('a reference in Odoo that differs from the SKU in letter case only is the same product', async () => {
  const [product] = bench.sandbox.odoo.records.find(
    'product.product',
    [['default_code', '=', 'SIM-0016']],
    ['id'],
  );
  bench.sandbox.odoo.records.write('product.product', Number(product?.['id']), { default_code: 'sim-0016' });
  bench.sandbox.odoo.records.setStock('sim-0016', 77);

  await bench.sync({ request: { full: true } });

  expect(inShop('SIM-0016')).toBe(77);
});
