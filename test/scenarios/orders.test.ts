import { doubledFirstLine, GUEST, ordersOn, rowOf } from '../support/orders-bench';
import { countsOf, startBench, type Bench, type SyncOptions, type SyncResult } from '../support/run-sync';
import { renderOrder } from '../../src/sandbox/woo/render-order';
import type { NewOrder } from '../../src/sandbox/woo/order-input';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

let bench: Bench;
const { place, edit, inOdoo, odooOrder, odooLines, debtOf, expectSameTotal } = ordersOn(() => bench);
beforeAll(async () => {
  bench = await startBench({ orders: 0, customers: 3 });
});
afterAll(() => bench.close());

function sync(options: SyncOptions = {}): Promise<SyncResult> {
  return bench.sync({ flows: ['customers', 'orders'], ...options });
}

/** Places an order and brings it over. */
async function brought(input: Partial<NewOrder> = {}): Promise<ShopOrder> {
  const order = place(input);
  await sync();
  return order;
}

describe('the status of an order', () => {
  test('from pending to processing confirms the order and keeps its date', async () => {
    const order = place({ status: 'pending' });
    edit(order, { date_created_gmt: '2026-11-02T09:08:07' });
    await sync();
    expect(odooOrder(order)['state']).toBe('draft');
    edit(order, { status: 'processing' });
    const result = await sync();
    expect(odooOrder(order, ['state', 'date_order'])).toMatchObject({
      state: 'sale',
      date_order: '2026-11-02 09:08:07',
    });
    expect(rowOf(result, order)).toMatchObject({ action: 'update', status: 'done' });
    expectSameTotal(order);
  });

  test('from processing to cancelled cancels it', async () => {
    const order = await brought();
    edit(order, { status: 'cancelled' });
    await sync();
    expect(odooOrder(order)['state']).toBe('cancel');
    expect(await bench.debts()).toEqual([]);
  });

  test('from cancelled back to processing reopens and confirms it, with its total', async () => {
    const order = await brought({ status: 'cancelled' });
    expect(odooOrder(order)['state']).toBe('cancel');
    edit(order, { status: 'processing' });
    const result = await sync();
    expect(rowOf(result, order)).toMatchObject({ status: 'done' });
    expect(odooOrder(order)['state']).toBe('sale');
    expectSameTotal(order);
  });

  test('from cancelled back to pending makes it a draft again', async () => {
    const order = await brought({ status: 'processing' });
    edit(order, { status: 'cancelled' });
    await sync();
    edit(order, { status: 'pending' });
    await sync();
    expect(odooOrder(order)['state']).toBe('draft');
    expect((await sync({ request: { full: true } })).writes.odoo).toBe(0);
  });

  test('from processing to completed leaves the confirmed order alone', async () => {
    const order = await brought();
    edit(order, { status: 'completed' });
    const result = await sync();
    expect(result.writes.odoo).toBe(0);
    expect(odooOrder(order)['state']).toBe('sale');
  });

  test('from processing back to on-hold leaves the order confirmed', async () => {
    const order = await brought();
    edit(order, { status: 'on-hold' });
    const result = await sync();
    expect(result.summary.status).toBe('done');
    expect(odooOrder(order)['state']).toBe('sale');
    expect((await sync({ request: { full: true } })).writes.odoo).toBe(0);
  });

  test('that the table ignores is a skipped row and nothing in Odoo', async () => {
    const order = place({ status: 'checkout-draft' });
    const result = await sync();
    expect(rowOf(result, order)).toMatchObject({ action: 'skip', reason: 'status-ignored' });
    expect(inOdoo(order)).toBe(false);
  });

  test('of an order in the trash cancels what Odoo has', async () => {
    const order = await brought({ status: 'on-hold' });
    bench.sandbox.woo.shop.trashOrder(order.id);
    await sync();
    expect(odooOrder(order)['state']).toBe('cancel');
  });
});

describe('the content of an order', () => {
  test.each(['pending', 'processing'])(
    'a quantity changed on a %s order arrives, with the new total',
    async (status) => {
      const order = await brought({ status });
      edit(order, doubledFirstLine(order));
      const result = await sync();
      expect(rowOf(result, order)).toMatchObject({ action: 'update', status: 'done' });
      expect(odooLines(order)[0]).toMatchObject({ product_uom_qty: 4 });
      expectSameTotal(order);
      expect((await sync({ request: { full: true } })).writes.odoo).toBe(0);
    },
  );

  test.each(['pending', 'processing'])(
    'lines replaced on a %s order arrive: the new one is added, the old one set to quantity 0',
    async (status) => {
      const order = await brought({ status });
      edit(order, {
        lines: [
          { sku: 'SIM-0002', quantity: 3 },
          { sku: 'SIM-0004', quantity: 1 },
        ],
      });
      const result = await sync();
      expect(rowOf(result, order)).toMatchObject({ action: 'update', status: 'done' });
      const lines = odooLines(order).map(({ product_uom_qty: quantity }) => quantity);
      expect(lines.sort()).toEqual([0, 1, 1, 3]);
      expectSameTotal(order);
      expect(odooOrder(order)['state']).toBe(status === 'pending' ? 'draft' : 'sale');
      expect((await sync({ request: { full: true } })).writes.odoo).toBe(0);
    },
  );

  test('a note that changes arrives on a draft and on a confirmed order, escaped', async () => {
    const draft = place({ status: 'pending' });
    const confirmed = place();
    await sync();
    edit(draft, { customer_note: 'Livrer <b>avant</b> midi & sonner' });
    edit(confirmed, { customer_note: 'Étage 3' });
    await sync();
    expect(odooOrder(draft)['note']).toContain('Livrer &lt;b&gt;avant&lt;/b&gt; midi &amp; sonner');
    expect(odooOrder(confirmed)['note']).toContain('Étage 3');
    expect((await sync({ request: { full: true } })).writes.odoo).toBe(0);
  });

  test('a product deleted in the shop afterwards keeps its product in Odoo', async () => {
    const order = await brought({
      lines: [
        { sku: 'SIM-0003', quantity: 1 },
        { sku: 'SIM-0001', quantity: 1 },
      ],
    });
    const before = odooLines(order).map(({ product_id: product }) => product);
    const rendered = renderOrder(order, '') as { line_items: Record<string, unknown>[] };
    edit(order, {
      customer_note: 'un mot',
      line_items: rendered.line_items.map((line, index) =>
        index === 0 ? { ...line, product_id: 0, variation_id: 0, sku: null } : line,
      ),
    });
    const result = await sync();
    expect(rowOf(result, order)).toMatchObject({ status: 'done' });
    expect(odooLines(order).map(({ product_id: product }) => product)).toEqual(before);
    expectSameTotal(order);
  });

  test('an address changed after confirmation is a conflict that names it', async () => {
    const order = await brought();
    edit(order, { shipping: { address_1: '9 avenue Foch', city: 'Lyon', postcode: '69006', country: 'FR' } });
    const result = await sync();
    expect(rowOf(result, order)).toMatchObject({ action: 'conflict', reason: 'confirmed-in-odoo' });
    expect(rowOf(result, order)?.message).toContain('deliveryAddress');
    const again = await sync();
    expect(rowOf(again, order)).toBeUndefined();
    edit(order, { shipping: { address_1: GUEST.address_1, city: GUEST.city, postcode: GUEST.postcode } });
    await bench.releaseDebts();
    await sync();
    expect(await debtOf(order)).toBeUndefined();
  });
});

describe('a person in Odoo', () => {
  test('who edited a draft is not overwritten when the shop changes it too: a conflict says so', async () => {
    const order = await brought({ status: 'pending' });
    const [line] = odooLines(order);
    bench.sandbox.odoo.records.write('sale.order.line', line!.id, { product_uom_qty: 7 });
    edit(order, { customer_note: 'plus tard' });
    const before = odooOrder(order)['amount_total'];
    const result = await sync();
    expect(rowOf(result, order)).toMatchObject({ action: 'conflict', reason: 'changed-in-odoo' });
    expect(odooOrder(order)['amount_total']).toBe(before);
    expect(result.summary.exitCode).toBe(1);
    await bench.withState((state) =>
      state.commit({ settledDebts: [{ store: 'shop', entity: 'order', id: String(order.id) }] }),
    );
  });

  test('who cancelled an order is not overruled when the shop goes on with it', async () => {
    const order = await brought();
    bench.sandbox.odoo.records.act('sale.order', odooOrder(order).id, 'action_cancel');
    edit(order, { customer_note: 'toujours là' });
    const result = await sync();
    expect(rowOf(result, order)).toMatchObject({ action: 'conflict', reason: 'cancelled-in-odoo' });
    expect(odooOrder(order)['state']).toBe('cancel');
  });

  test('who deleted an order sees it reported, and not created again', async () => {
    const order = await brought({ status: 'pending' });
    bench.sandbox.odoo.records.unlink('sale.order', odooOrder(order).id);
    edit(order, { customer_note: 'revenez' });
    const result = await sync();
    expect(rowOf(result, order)).toMatchObject({ action: 'conflict', reason: 'deleted-in-odoo' });
    expect(inOdoo(order)).toBe(false);
    await bench.releaseDebts();
    await sync();
    expect(inOdoo(order)).toBe(false);
  });
});

describe('tax rows that are wrong', () => {
  const SWAPPED = (): unknown => {
    const { taxes } = bench.sandbox.config['orders'] as { taxes: Record<string, number>[] };
    const [standard, reduced] = taxes;
    return {
      orders: {
        taxes: [
          { ...standard, rate: 2 },
          { ...reduced, rate: 1 },
        ],
        prices: 'tax-excluded',
      },
    };
  };

  function notesOf(order: ShopOrder): number {
    return bench.sandbox.odoo.records.find(
      'mail.message',
      [
        ['model', '=', 'sale.order'],
        ['res_id', '=', odooOrder(order).id],
        ['body', 'ilike', 'wcodoo:'],
      ],
      ['id'],
    ).length;
  }

  test('hold every new order back as a draft, marked once with a tag and a note, until they are mended', async () => {
    const settings = SWAPPED() as Record<string, unknown>;
    const orders = [place(), place({ lines: [{ sku: 'SIM-0002', quantity: 5 }] })];
    const first = await sync({ settings });
    for (const order of orders) {
      expect(rowOf(first, order)).toMatchObject({ status: 'quarantined', reason: 'total-mismatch' });
      const held = odooOrder(order, ['state', 'tag_ids']);
      expect(held['state']).toBe('draft');
      expect(held['tag_ids']).toHaveLength(1);
      expect(notesOf(order)).toBe(1);
    }
    await bench.releaseDebts();
    const second = await sync({ settings });
    expect(countsOf(second, 'orders').failed).toBe(0);
    expect(orders.map(notesOf)).toEqual([1, 1]);
    const mended = await sync();
    for (const order of orders) {
      expect(rowOf(mended, order)).toMatchObject({ status: 'done' });
      expect(odooOrder(order)['state']).toBe('sale');
      expectSameTotal(order);
      expect(await debtOf(order)).toBeUndefined();
    }
  });

  test('on a draft that a person then confirms are settled: recorded, and left alone from then on', async () => {
    const order = place();
    await sync({ settings: SWAPPED() as Record<string, unknown> });
    const total = odooOrder(order)['amount_total'];
    bench.sandbox.odoo.records.act('sale.order', odooOrder(order).id, 'action_confirm');
    const result = await sync({ settings: SWAPPED() as Record<string, unknown> });
    expect(rowOf(result, order)).toMatchObject({ action: 'skip', reason: 'settled-in-odoo' });
    expect(await debtOf(order)).toBeUndefined();
    expect(odooOrder(order)).toMatchObject({ state: 'sale', amount_total: total });
    expect((await sync({ request: { full: true } })).writes.odoo).toBe(0);
  });

  test("on a draft that a person then corrects to the total of the shop are settled: the draft is that person's", async () => {
    const settings = SWAPPED() as Record<string, unknown>;
    const order = place({
      shipping_total: null,
      lines: [{ name: 'Fait main', quantity: 1, total: '12.00' }],
    });
    await sync({ settings });
    const [line] = odooLines(order);
    const taxes = bench.sandbox.config['orders'] as { taxes: { included: number }[] };
    bench.sandbox.odoo.records.write('sale.order.line', line?.id ?? 0, {
      price_unit: 12,
      tax_ids: [[6, 0, [taxes.taxes[0]?.included ?? 0]]],
    });
    const result = await sync({ settings });
    expect(rowOf(result, order)).toMatchObject({ action: 'skip', reason: 'settled-in-odoo' });
    expect(result.writes.odoo).toBe(0);
    expect(odooOrder(order)['state']).toBe('draft');
    expectSameTotal(order);
    expect(await debtOf(order)).toBeUndefined();
  });

  test('on a draft that a person then gives another total are settled: it is left a draft', async () => {
    const settings = SWAPPED() as Record<string, unknown>;
    const order = place();
    await sync({ settings });
    const [line] = odooLines(order);
    bench.sandbox.odoo.records.write('sale.order.line', line?.id ?? 0, { product_uom_qty: 1, price_unit: 5 });
    const result = await sync({ settings });
    expect(rowOf(result, order)).toMatchObject({ action: 'skip', reason: 'settled-in-odoo' });
    expect(odooOrder(order)['state']).toBe('draft');
    expect((await sync({ request: { full: true } })).writes.odoo).toBe(0);
  });

  test('never pass for settled by a person on an order that wcodoo itself had confirmed', async () => {
    const settings = SWAPPED() as Record<string, unknown>;
    const order = await brought();
    edit(order, doubledFirstLine(order));
    const wrong = await sync({ settings });
    expect(rowOf(wrong, order)).toMatchObject({ status: 'quarantined', reason: 'total-mismatch' });
    await sync({ settings });
    expect(await debtOf(order)).toMatchObject({ reason: 'total-mismatch' });
    await bench.releaseDebts();
    await sync({ settings });
    expect(await debtOf(order)).toMatchObject({ reason: 'total-mismatch' });
    await sync();
    expect(await debtOf(order)).toBeUndefined();
    expectSameTotal(order);
  });
});
