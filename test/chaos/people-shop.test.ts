/** What people do in the shop's back office: delete, bring back, register again. */
import { GUEST, ordersOn } from '../support/orders-bench';
import { startBench, type Bench, type SyncResult } from '../support/run-sync';

let bench: Bench;
const { place, edit, odooOrder, expectSameTotal } = ordersOn(() => bench);
beforeEach(async () => {
  bench = await startBench({ orders: 0, customers: 0 });
});
afterEach(() => bench.close());

const FLOWS = { flows: ['customers', 'orders'] };

function sync(): Promise<SyncResult> {
  return bench.sync({ ...FLOWS, request: { full: true } });
}

function count(model: string): number {
  return bench.sandbox.odoo.records.read(model, ['id']).length;
}

describe.each([
  ['and wcodoo remembers', false],
  ['and the state is lost', true],
])('in the shop, %s,', (_state, isLost) => {
  /** As far as the state goes; then what follows is compared with everything. */
  async function goOn(): Promise<SyncResult> {
    if (isLost) {
      bench.forget();
      await sync();
    }
    return sync();
  }

  test('an order deleted for good stays in Odoo as it is, without a debt', async () => {
    const order = place();
    place();
    await sync();
    const before = odooOrder(order);
    bench.sandbox.woo.shop.deleteOrder(order.id);
    const result = await goOn();
    expect(result.summary.exitCode).toBe(0);
    expect(odooOrder(order)).toEqual(before);
    expect(await bench.debts()).toEqual([]);
    expect(count('sale.order')).toBe(2);
  });

  test('an order put into the trash and brought back is cancelled, then confirmed again: one order all along', async () => {
    const order = place();
    await sync();
    const { id } = odooOrder(order);
    bench.sandbox.woo.shop.trashOrder(order.id);
    await goOn();
    expect(odooOrder(order)).toMatchObject({ id, state: 'cancel' });
    edit(order, { status: 'processing' });
    await sync();
    expect(odooOrder(order)).toMatchObject({ id, state: 'sale' });
    expectSameTotal(order);
    expect(await bench.debts()).toEqual([]);
    expect((await sync()).writes.odoo).toBe(0);
  });

  test('a customer deleted and registered again with the same e-mail address stays one partner, which is not overwritten', async () => {
    const { shop } = bench.sandbox.woo;
    const email = 'again@exemple.fr';
    const first = shop.addCustomer({ email, billing: { ...GUEST, email } });
    place({ customer_id: first.id, billing: {} });
    await sync();
    const contacts = (): unknown[] =>
      bench.sandbox.odoo.records.find('res.partner', [['parent_id', '=', false]], ['name', 'city', 'phone']);
    const before = contacts();
    shop.deleteCustomer(first.id);
    const second = shop.addCustomer({ email, billing: { ...GUEST, email, city: 'Brest', phone: '+33 2' } });
    const order = place({ customer_id: second.id, billing: {} });
    const result = await goOn();
    expect(result.summary.exitCode).toBe(0);
    expect(contacts()).toEqual(before);
    const partner = odooOrder(order, ['partner_id'])['partner_id'] as [number, string];
    expect(before).toContainEqual(expect.objectContaining({ id: partner[0] }));
    expect(await bench.debts()).toEqual([]);
  });

  test('a product deleted keeps its product in Odoo, and the orders that have it', async () => {
    const order = place({ lines: [{ sku: 'SIM-0003', quantity: 1 }] });
    await sync();
    const products = count('product.product');
    const { shop } = bench.sandbox.woo.shop;
    shop.products.remove(bench.sandbox.woo.shop.product('SIM-0003')!.id);
    const result = await goOn();
    expect(result.summary.exitCode).toBe(0);
    expectSameTotal(order);
    expect(count('product.product')).toBe(products);
    expect(await bench.debts()).toEqual([]);
  });
});
