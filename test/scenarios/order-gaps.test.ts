import { ordersOn, rowOf } from '../support/orders-bench';
import { startBench, type Bench, type SyncOptions, type SyncResult } from '../support/run-sync';
import { renderOrder } from '../../src/sandbox/woo/render-order';

let bench: Bench;
const { place, edit, inOdoo, odooLines, debtOf, expectSameTotal } = ordersOn(() => bench);

function sync(options: SyncOptions = {}): Promise<SyncResult> {
  return bench.sync({ flows: ['customers', 'orders'], ...options });
}

describe('a line whose product Odoo does not have', () => {
  /** SIM-0041 is sold in the shop and unknown to Odoo. */
  const UNKNOWN = { lines: [{ sku: 'SIM-0041', quantity: 1 }] };

  beforeAll(async () => {
    bench = await startBench({ orders: 0, customers: 0, products: 70 });
  });
  afterAll(() => bench.close());

  test('keeps its order in quarantine until the product appears, then lets it through by itself', async () => {
    const settings = { orders: { missingProduct: 'quarantine' } };
    const order = place(UNKNOWN);
    const other = place();
    const first = await sync({ settings });
    expect(rowOf(first, order)).toMatchObject({ status: 'waiting', reason: 'waiting-for' });
    expect(first.rows).toContainEqual(
      expect.objectContaining({
        flow: 'products',
        businessKey: 'SIM-0041',
        status: 'quarantined',
        reason: 'missing-product',
      }),
    );
    expect(inOdoo(order)).toBe(false);
    expectSameTotal(other);

    const standing = await sync({ settings });
    expect(standing.summary.exitCode).toBe(0);
    expect((await sync({ settings, strict: true })).summary.exitCode).toBe(1);

    const id = bench.sandbox.odoo.records.create('product.product', {
      name: 'Arrivé depuis',
      default_code: 'SIM-0041',
      type: 'consu',
      is_storable: true,
    });
    await bench.releaseDebts();
    await sync({ settings });
    expectSameTotal(order);
    expect(odooLines(order)[0]?.['product_id']).toEqual([id, expect.any(String)]);
    expect(await bench.debts()).toEqual([]);
  });

  test('is put on the fallback product where the settings say so, the total unchanged', async () => {
    const order = place({ lines: [{ name: 'Fait main', quantity: 1, total: '12.50' }] });
    await sync({ settings: { orders: { missingProduct: 'fallback' } } });
    expectSameTotal(order);
    expect(odooLines(order)[0]).toMatchObject({ name: 'Fait main' });
    expect(String(odooLines(order)[0]?.['product_id'])).toContain('Product not in the catalogue');
  });

  test('is created where the settings say so; without the right to, the order waits and says why', async () => {
    const order = place({
      lines: [{ product_id: bench.sandbox.woo.shop.shop.products.find(({ sku }) => sku === '')?.id ?? 0 }],
    });
    const settings = { orders: { missingProduct: 'create' } };
    const refused = await sync({ settings });
    expect(rowOf(refused, order)).toMatchObject({ status: 'waiting' });
    const product = refused.rows.find(({ flow }) => flow === 'products');
    expect(product).toMatchObject({ action: 'create', status: 'failed', reason: 'odoo-refused' });
    expect(product?.message).toContain('not allowed to');
    await sync({ settings: { orders: { missingProduct: 'fallback' } } });
    expectSameTotal(order);
  });

  test('does not stay owed once its order no longer needs it', async () => {
    const settings = { orders: { missingProduct: 'quarantine' } };
    const order = place({
      lines: [
        {
          product_id:
            bench.sandbox.woo.shop.shop.products.find(({ sku, type }) => sku === '' && type === 'variation')
              ?.id ?? 0,
        },
      ],
    });
    await sync({ settings });
    expect((await bench.debts()).length).toBeGreaterThan(0);
    edit(order, { lines: [{ sku: 'SIM-0002' }] });
    await bench.releaseDebts();
    await sync({ settings });
    expectSameTotal(order);
    await bench.releaseDebts();
    await sync({ settings });
    expect(await bench.debts()).toEqual([]);
  });
});

describe('a record the shop sends wrong', () => {
  beforeAll(async () => {
    bench = await startBench({ orders: 0, customers: 0 });
  });
  afterAll(() => bench.close());

  test.each([
    ['total', '12,50', 'total: '],
    ['total', null, 'total: '],
    ['currency', '', 'currency: '],
    ['line_items', 'none', 'line_items: '],
    ['date_created_gmt', '2026-11-02', 'date_created_gmt: '],
    ['date_created_gmt', null, 'date_created_gmt: '],
    ['date_created_gmt', '2026-13-45T00:00:00', 'date_created_gmt: '],
    ['billing', false, 'billing: '],
  ])(
    'in %s (%p) is owed with the reason, the others pass, and it is healed when the shop sends it right',
    async (field, value, problem) => {
      const order = place();
      const right = renderOrder(order, '')[field];
      // `billing` and the date are kept in fields of their own: only an override shows them wrong.
      order.overrides = { [field]: value };
      bench.sandbox.woo.shop.shop.touchOrder(order);
      const other = place();
      const result = await sync();
      expect(rowOf(result, order)).toMatchObject({ status: 'failed', reason: 'invalid-record' });
      expect(rowOf(result, order)?.message).toContain(problem);
      expect(result.summary.exitCode).toBe(1);
      expectSameTotal(other);
      expect(await debtOf(order)).toMatchObject({ state: 'retry', attempts: 1 });

      order.overrides = { [field]: right };
      await bench.releaseDebts();
      await sync();
      expect(await debtOf(order)).toBeUndefined();
      expectSameTotal(order);
    },
  );

  test('does not count its units as free: they stay held', async () => {
    const order = place({ lines: [{ sku: 'SIM-0005', quantity: 3 }] });
    order.overrides = { total: 'twelve' };
    await sync();
    const holds = await bench.withState((state) => state.holds.list('shop'));
    expect(
      holds.filter(({ order: key }) => key.id === String(order.id)).map(({ quantity }) => quantity),
    ).toEqual([3]);
    order.overrides = null;
    await bench.releaseDebts();
    await sync();
  });

  test('with a currency that has no pricelist is held with a sentence, and passes once there is one', async () => {
    const order = place();
    order.overrides = { currency: 'CHF' };
    const result = await sync();
    expect(rowOf(result, order)).toMatchObject({ status: 'quarantined', reason: 'pricelist-not-mapped' });
    order.overrides = null;
    await bench.releaseDebts();
    await sync();
    expectSameTotal(order);
  });

  test('with a tax rate that has no row is held with a sentence, and passes when the row is added', async () => {
    const order = place();
    const { taxes } = bench.sandbox.config['orders'] as { taxes: { rate: number }[] };
    const result = await sync({ settings: { orders: { taxes: taxes.filter(({ rate }) => rate !== 1) } } });
    expect(rowOf(result, order)).toMatchObject({ status: 'quarantined', reason: 'tax-not-mapped' });
    expect(rowOf(result, order)?.message).toContain('rate 1 (20 %)');
    // Another configuration makes a quarantine due at once.
    await sync();
    expectSameTotal(order);
  });
});

describe('orders placed before the first one', () => {
  const TOMORROW = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

  beforeEach(async () => {
    bench = await startBench({ orders: 20, customers: 5 });
  });
  afterEach(() => bench.close());

  test('are left out with one row that counts them, and none is delivered', async () => {
    const settings = { orders: { from: TOMORROW } };
    const result = await bench.sync({ settings });
    const rows = result.rows.filter(({ flow }) => flow === 'orders');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ action: 'skip', reason: 'before-first-order' });
    expect(rows[0]?.message).toContain('20 orders placed before');
    expect(bench.sandbox.odoo.records.read('sale.order', ['id'])).toEqual([]);
    const again = await bench.sync({ settings, request: { full: true } });
    expect(again.rows.filter(({ flow }) => flow === 'orders')).toEqual([]);
  });

  test('are drafts or cancelled in history mode, never confirmed, so that nothing is delivered again', async () => {
    const result = await bench.sync({ settings: { orders: { from: TOMORROW, before: 'history' } } });
    expect(result.summary.status).toBe('done');
    const states = bench.sandbox.odoo.records.read('sale.order', ['state']).map(({ state }) => state);
    expect(states.length).toBeGreaterThan(15);
    expect([...new Set(states)].sort()).toEqual(['cancel', 'draft']);
    expect(bench.sandbox.odoo.records.read('stock.picking', ['id'])).toEqual([]);
  });

  test('are told apart by number where `from` is one', async () => {
    const ids = bench.sandbox.woo.shop.orders.map(({ id }) => id);
    const first = ids[10] ?? 0;
    const result = await bench.sync({ settings: { orders: { from: `#${first}` } } });
    const counted = result.rows.filter(({ reason }) => reason === 'before-first-order');
    expect(counted.map(({ message }) => message)).toEqual([
      expect.stringContaining('10 orders placed before #'),
    ]);
    const brought = bench.pairs().filter(({ odoo }) => odoo !== undefined);
    expect(brought.length).toBeGreaterThan(5);
    expect(brought.every(({ id }) => id >= first)).toBe(true);
  });
});
