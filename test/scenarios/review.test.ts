import { mergePartners } from '../support/merge-partners';
import { ordersOn, rowOf, GUEST } from '../support/orders-bench';
import { startBench, type Bench } from '../support/run-sync';
import { killed, Killed, smallPages, strikeWrites } from '../support/wrap-ports';
import type { WooApi } from '../../src/core/ports';

let bench: Bench;
const { place, edit, odooOrder, odooLines, expectSameTotal } = ordersOn(() => bench);
const FLOWS = { flows: ['customers', 'orders'] };

beforeAll(async () => {
  bench = await startBench({ orders: 0, customers: 0, products: 220 });
  await bench.sync();
});
afterAll(() => bench.close());

/** Runs `act` once, after the first listing that `matches`. */
function afterList(woo: WooApi, matches: (path: string, query: unknown) => boolean, act: () => void): WooApi {
  let done = false;
  return {
    get requests() {
      return woo.requests;
    },
    get: (...args) => woo.get(...args),
    find: (...args) => woo.find(...args),
    sweep: (...args) => woo.sweep(...args),
    shop: () => woo.shop(),
    batch: (...args) => woo.batch(...args),
    list: async (path, query) => {
      const answer = await woo.list(path, query);
      if (!done && matches(path, query)) {
        done = true;
        act();
      }
      return answer;
    },
  };
}

describe('an order that is owed', () => {
  test('and changes while the debts of a long run are worked off arrives in its last version', async () => {
    const order = place();
    order.overrides = { currency: 'CHF' };
    await bench.sync(FLOWS);
    expect(odooOrderCount(order.id)).toBe(0);
    order.overrides = null;
    await bench.releaseDebts();
    await lastRunAnHourAgo();
    await bench.sync({
      ...FLOWS,
      wrapWoo: (woo) =>
        afterList(
          woo,
          (path, query) => path === 'orders' && JSON.stringify(query).includes('include'),
          () => {
            edit(order, { lines: [{ sku: 'SIM-0002', quantity: 5 }] });
            // The debts before it took ten minutes: the sweep begins long after this change.
            order.modifiedAt -= 600;
          },
        ),
    });
    await bench.sync(FLOWS);
    expectSameTotal(order);
  });
});

async function lastRunAnHourAgo(): Promise<void> {
  await bench.withState(async (state) => {
    const checkpoint = await state.checkpoints.get('shop', 'orders');
    const watermark = new Date(Date.now() - 3_600_000).toISOString();
    await state.commit({ checkpoint: { ...checkpoint!, watermark } });
  });
}

function odooOrderCount(id: number): number {
  return bench.sandbox.odoo.records.find('sale.order', [['origin', '=', `woo:shop:${id}`]], ['id']).length;
}

describe('a record that was replaced in Odoo', () => {
  test('a partner merged into another one: the next order stands on the survivor', async () => {
    const billing = { ...GUEST, email: 'merged@exemple.fr' };
    const first = place({ billing });
    await bench.sync(FLOWS);
    const { records } = bench.sandbox.odoo;
    const [loser] = odooOrder(first, ['partner_id'])['partner_id'] as [number, string];
    const survivor = records.create('res.partner', { name: 'Survivor', email: 'other@exemple.fr' });
    mergePartners(bench, loser, survivor);
    const second = place({ billing });
    await bench.sync(FLOWS);
    expect(await bench.debts()).toEqual([]);
    expect((odooOrder(second, ['partner_id'])['partner_id'] as [number, string])[0]).toBe(survivor);
    expect(records.find('res.partner', [['id', '=', survivor]], ['name'])).toEqual([
      { id: survivor, name: 'Survivor' },
    ]);
  });

  test('a product deleted and made again with the same reference takes the next order', async () => {
    const { records } = bench.sandbox.odoo;
    const make = (): number =>
      records.create('product.product', { name: 'Bol', default_code: 'NEW-1', type: 'consu' });
    const old = make();
    const product = bench.sandbox.woo.shop.product('SIM-0009')!;
    const { sku } = product;
    product.sku = 'NEW-1';
    try {
      // Linked by an order that leaves again.
      const first = place({ lines: [{ product_id: product.id, quantity: 1 }], status: 'pending' });
      await bench.sync(FLOWS);
      records.unlink('sale.order', odooOrder(first).id);
      records.unlink('product.product', old);
      const again = make();
      const second = place({ lines: [{ product_id: product.id, quantity: 1 }] });
      await bench.sync(FLOWS);
      expect(odooLines(second).map((line) => (line['product_id'] as [number, string])[0])).toContain(again);
    } finally {
      product.sku = sku;
    }
  });
});

describe('what changes in the shop between a run that was killed and the next', () => {
  test('is not lost when it stands above the lines', async () => {
    const order = place({ status: 'pending', billing: { ...GUEST, email: 'killed@exemple.fr' } });
    const calls: string[] = [];
    const run = bench.sync({
      ...FLOWS,
      wrapOdoo: (odoo) => strikeWrites(odoo, { at: 4, when: 'after', error: killed }, calls),
    });
    await expect(run).rejects.toThrow(Killed);
    expect(calls.at(-1)).toBe('sale.order.load');
    edit(order, { customer_note: 'Merci de livrer chez la voisine', shipping: { city: 'Lyon' } });
    await bench.sync(FLOWS);
    expect(odooOrder(order)['note']).toContain('voisine');
    const [delivery] = odooOrder(order, ['partner_shipping_id'])['partner_shipping_id'] as [number, string];
    expect(bench.sandbox.odoo.records.find('res.partner', [['id', '=', delivery]], ['city'])).toEqual([
      { id: delivery, city: 'Lyon' },
    ]);
  });
});

describe('what happened while the state was lost', () => {
  test('an order that the shop cancelled is cancelled in Odoo', async () => {
    const order = place({ billing: { ...GUEST, email: 'lost@exemple.fr' } });
    await bench.sync(FLOWS);
    bench.forget();
    edit(order, { status: 'cancelled' });
    await bench.sync(FLOWS);
    await bench.sync(FLOWS);
    expect(odooOrder(order)['state']).toBe('cancel');
  });

  test('an order that a person cancelled in Odoo is reported', async () => {
    const order = place({ billing: { ...GUEST, email: 'lost2@exemple.fr' } });
    await bench.sync(FLOWS);
    bench.forget();
    bench.sandbox.odoo.records.act('sale.order', odooOrder(order).id, 'action_cancel');
    await bench.sync(FLOWS);
    const next = await bench.sync(FLOWS);
    expect(rowOf(next, order)).toMatchObject({ reason: 'cancelled-in-odoo' });
  });
});

describe('stock', () => {
  test('the last unit, sold while stock is being compared, is not offered again', async () => {
    const { records } = bench.sandbox.odoo;
    records.setStock('SIM-0150', 1);
    await bench.sync({ request: { full: true } });
    expect(bench.sandbox.woo.shop.product('SIM-0150')?.stockQuantity).toBe(1);
    records.setStock('SIM-0003', 77);
    let asked = 0;
    await bench.sync({
      request: { full: true },
      settings: { stock: {} },
      wrapWoo: (woo) =>
        smallSkuPages(woo, () => {
          asked += 1;
          if (asked === 2) {
            place({
              lines: [{ sku: 'SIM-0150', quantity: 1 }],
              billing: { ...GUEST, email: 'last@exemple.fr' },
            });
          }
        }),
    });
    expect(asked).toBeGreaterThan(2);
    expect(bench.sandbox.woo.shop.product('SIM-0150')?.stockQuantity).toBe(0);
  });
});

function smallSkuPages(woo: WooApi, before: () => void): WooApi {
  return {
    ...smallPages(woo),
    get requests() {
      return woo.requests;
    },
    list: (path, query) => {
      if (path === 'products' && JSON.stringify(query).includes('"sku":')) {
        before();
      }
      return woo.list(path, query);
    },
  };
}

describe('what was found late', () => {
  test('the last unit of a variable product that counts for its variations, sold by a held order, is not offered again', async () => {
    const { shop } = bench.sandbox.woo.shop;
    const { records } = bench.sandbox.odoo;
    const variation = [...shop.products.values()].find(
      ({ type, manageStock }) => type === 'variation' && manageStock === true,
    )!;
    const parent = shop.products.get(variation.parentId)!;
    variation.manageStock = 'parent';
    Object.assign(parent, { manageStock: true, sku: 'PARENT-1', stockQuantity: 1 });
    records.create('product.product', {
      name: 'Parent',
      default_code: 'PARENT-1',
      type: 'consu',
      is_storable: true,
    });
    records.setStock('PARENT-1', 1);
    const order = place({ lines: [{ product_id: parent.id, variation_id: variation.id, quantity: 1 }] });
    order.overrides = { currency: 'CHF' };
    await bench.sync({ request: { full: true } });
    expect(parent.stockQuantity).toBe(0);
    order.overrides = null;
  });

  test('a customer whose partner was merged and who changes in the shop is linked to the survivor, which stays as it is', async () => {
    const billing = { ...GUEST, email: 'profile@exemple.fr' };
    const customer = bench.sandbox.woo.shop.addCustomer({ email: billing.email, billing });
    await bench.sync(FLOWS);
    const { records } = bench.sandbox.odoo;
    const survivor = records.create('res.partner', { name: 'Other', email: 'another@exemple.fr' });
    mergePartners(bench, (await bench.link('customer', customer.id))!.odooId, survivor);
    bench.sandbox.woo.shop.editCustomer(customer.id, { billing: { city: 'Nantes' } });
    await bench.sync({ ...FLOWS, request: { full: true } });
    expect((await bench.link('customer', customer.id))?.odooId).toBe(survivor);
    expect((await bench.debts()).filter(({ key }) => key.entity === 'customer')).toEqual([]);
    expect(records.find('res.partner', [['id', '=', survivor]], ['city'])).toEqual([
      { id: survivor, city: false },
    ]);
  });

  test('a new customer behind twenty newer ones that orders brought over is not passed over', async () => {
    const { shop } = bench.sandbox.woo;
    const billing = { ...GUEST, email: 'quiet@exemple.fr' };
    const quiet = shop.addCustomer({ email: billing.email, billing });
    for (let number = 0; number < 21; number += 1) {
      const busy = { ...GUEST, email: `busy${number}@exemple.fr` };
      place({ customer_id: shop.addCustomer({ email: busy.email, billing: busy }).id, billing: busy });
    }
    await bench.sync({ flows: ['orders'] });
    await bench.sync(FLOWS);
    expect(await bench.link('customer', quiet.id)).toBeDefined();
  });
});
