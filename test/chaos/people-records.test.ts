/** People delete, copy, merge and archive what orders stand on: nothing comes back, nothing is doubled. */
import { mergePartners } from '../support/merge-partners';
import { GUEST, ordersOn, rowOf } from '../support/orders-bench';
import {
  startBench,
  type Bench,
  type Sections,
  type SyncOptions,
  type SyncResult,
} from '../support/run-sync';
import type { ShopCustomer, ShopOrder } from '../../src/sandbox/woo/shop-model';

let bench: Bench;
const { place, edit, odooOrder, odooLines, debtOf, expectSameTotal } = ordersOn(() => bench);
beforeEach(async () => {
  bench = await startBench({ orders: 0, customers: 0 });
});
afterEach(() => bench.close());

type Row = Record<string, unknown> & { readonly id: number };

const STATES: readonly [string, boolean][] = [
  ['and wcodoo remembers', false],
  ['and the state is lost', true],
];

function sync(options: SyncOptions = {}): Promise<SyncResult> {
  return bench.sync({ flows: ['customers', 'orders'], ...options });
}

/** Compares everything again; what was forgotten is linked by the first run and judged by the second. */
async function settle(settings: Sections = {}): Promise<SyncResult> {
  await bench.releaseDebts();
  await sync({ request: { full: true }, settings });
  await bench.releaseDebts();
  return sync({ request: { full: true }, settings });
}

function records(): Bench['sandbox']['odoo']['records'] {
  return bench.sandbox.odoo.records;
}

function count(model: string): number {
  return records().read(model, ['id']).length;
}

/** Partners that are no address of another. */
function countContacts(): number {
  return records().find('res.partner', [['parent_id', '=', false]], ['id']).length;
}

async function brought(status = 'processing', input: Parameters<typeof place>[0] = {}): Promise<ShopOrder> {
  const order = place({ status, ...input });
  await sync();
  return order;
}

function register(email: string): ShopCustomer {
  return bench.sandbox.woo.shop.addCustomer({
    email,
    first_name: 'Ada',
    last_name: 'Lovelace',
    billing: { ...GUEST, email },
  });
}

async function partnerOf(customer: ShopCustomer): Promise<number> {
  return (await bench.link('customer', customer.id))!.odooId;
}

function partner(id: number): Row {
  const [row] = records().find(
    'res.partner',
    [['id', '=', id]],
    ['name', 'email', 'phone', 'city', 'street', 'active'],
  );
  return row as Row;
}

function idIn(order: ShopOrder, field: string): number {
  return (odooOrder(order, [field])[field] as [number, string])[0];
}

/** Deletes the order in Odoo as a person does: what is confirmed is cancelled first. */
function deleteInOdoo(order: ShopOrder): void {
  const { id, state } = odooOrder(order, ['state']);
  if (state !== 'draft') {
    records().act('sale.order', id, 'action_cancel');
  }
  records().unlink('sale.order', id);
}

describe('an order that a person deleted in Odoo', () => {
  test.each(['pending', 'processing'])(
    '(%s in the shop) stays away however often the shop changes it, as one debt that says what to do',
    async (status) => {
      const order = await brought(status);
      deleteInOdoo(order);
      expect((await settle()).writes.odoo).toBe(0);
      expect(await bench.debts()).toEqual([]);

      for (const customer_note of ['un', 'deux']) {
        edit(order, { customer_note });
        await bench.releaseDebts();
        const result = await sync();
        expect(count('sale.order')).toBe(0);
        expect(await debtOf(order)).toMatchObject({ state: 'quarantine', reason: 'deleted-in-odoo' });
        expect(result.summary.exitCode).toBe(customer_note === 'un' ? 1 : 0);
      }
      expect((await debtOf(order))?.message).toContain('cancel it in the shop');
    },
  );

  test.each(['cancelled', 'trash'])('and that the shop then sets to %s is settled', async (status) => {
    const order = await brought('pending');
    deleteInOdoo(order);
    edit(order, { customer_note: 'un' });
    await sync();
    expect(await debtOf(order)).toBeDefined();
    if (status === 'trash') {
      bench.sandbox.woo.shop.trashOrder(order.id);
    } else {
      edit(order, { status });
    }
    const result = await sync();
    expect(result.summary.exitCode).toBe(0);
    expect(rowOf(result, order)).toMatchObject({ action: 'skip', reason: 'settled-in-odoo' });
    expect(await bench.debts()).toEqual([]);
    expect(count('sale.order')).toBe(0);
    expect((await settle()).rows).toEqual([]);
  });

  test('and that the shop deletes for good is settled', async () => {
    // A shop without any order is another matter: a limit waits for a person there.
    await brought();
    const order = await brought('pending');
    deleteInOdoo(order);
    edit(order, { customer_note: 'un' });
    await sync();
    bench.sandbox.woo.shop.deleteOrder(order.id);
    expect((await settle()).summary.exitCode).toBe(0);
    expect(await bench.debts()).toEqual([]);
  });
});

describe.each(STATES)('an order that a person cancelled in Odoo, %s,', (_state, isLost) => {
  test('stays cancelled; the shop going on with it is a conflict until the shop cancels too', async () => {
    const order = await brought();
    records().act('sale.order', odooOrder(order).id, 'action_cancel');
    if (isLost) {
      bench.forget();
      await sync();
    }
    edit(order, { customer_note: 'où est ma commande ?' });
    const result = await sync();
    expect(result.summary.exitCode).toBe(1);
    expect(await debtOf(order)).toMatchObject({ state: 'quarantine', reason: 'cancelled-in-odoo' });
    expect(odooOrder(order)['state']).toBe('cancel');

    edit(order, { status: 'cancelled' });
    const mended = await sync();
    expect(mended.summary.exitCode).toBe(0);
    expect(await bench.debts()).toEqual([]);
    expect(count('sale.order')).toBe(1);
  });

  test('and copied by a person is one of two: the shop never touches the copy', async () => {
    const order = await brought('pending');
    const original = odooOrder(order).id;
    const copied = records().act('sale.order', original, 'copy');
    const copy = typeof copied === 'number' ? copied : (copied as number[])[0]!;
    records().write('sale.order', copy, { origin: `woo:shop:${order.id}`, note: 'la copie' });
    if (isLost) {
      bench.forget();
      await sync();
    }
    edit(order, { lines: [{ sku: 'SIM-0002', quantity: 3 }], status: 'processing' });
    await sync();
    expect(await bench.debts()).toEqual([]);
    expect(count('sale.order')).toBe(2);
    const rows = records().read('sale.order', ['state', 'amount_total', 'note']) as Row[];
    expect(rows.find(({ id }) => id === original)).toMatchObject({ state: 'sale' });
    expect(rows.find(({ id }) => id === copy)).toMatchObject({ state: 'draft', amount_total: 10.82 });
    expect(String(rows.find(({ id }) => id === copy)?.['note'])).toContain('la copie');
  });
});

describe.each(STATES)('partners that a person merged, %s:', (_state, isLost) => {
  test('two of ours: neither is made again, orders of both stand on the survivor, the other customer never overwrites it', async () => {
    const [kept, gone] = [register('kept@exemple.fr'), register('gone@exemple.fr')];
    place({ customer_id: kept.id, billing: {} });
    const old = place({ customer_id: gone.id, billing: {} });
    await sync();
    const survivor = await partnerOf(kept);
    mergePartners(bench, await partnerOf(gone), survivor);
    const partners = countContacts();
    const before = partner(survivor);
    if (isLost) {
      bench.forget();
    }
    await settle();
    bench.sandbox.woo.shop.editCustomer(gone.id, { billing: { phone: '+33 9', city: 'Brest' } });
    const again = place({ customer_id: gone.id, billing: { ...GUEST, email: gone.email } });
    const result = await settle();
    expect(result.summary.exitCode).toBe(0);
    expect(await bench.debts()).toEqual([]);
    expect(idIn(again, 'partner_id')).toBe(survivor);
    expect(idIn(old, 'partner_id')).toBe(survivor);
    expect(partner(survivor)).toEqual(before);
    expect(countContacts()).toBe(partners);
    expectSameTotal(again);
  });

  test("ours into somebody's: that record stays as it is, and takes the next order", async () => {
    const customer = register('loser@exemple.fr');
    place({ customer_id: customer.id, billing: {} });
    await sync();
    const survivor = records().create('res.partner', { name: 'Le siège', email: 'siege@exemple.fr' });
    mergePartners(bench, await partnerOf(customer), survivor);
    const partners = countContacts();
    const before = partner(survivor);
    if (isLost) {
      bench.forget();
    }
    await settle();
    bench.sandbox.woo.shop.editCustomer(customer.id, { billing: { phone: '+33 9' } });
    const again = place({ customer_id: customer.id, billing: { ...GUEST, email: customer.email } });
    await settle();
    expect(await bench.debts()).toEqual([]);
    expect(idIn(again, 'partner_id')).toBe(survivor);
    expect(partner(survivor)).toEqual(before);
    expect(countContacts()).toBe(partners);
  });
});

describe.each(STATES)('a record that a person archived or deleted, %s:', (_state, isLost) => {
  test('the partner: it stays archived and takes the next order', async () => {
    const customer = register('archived@exemple.fr');
    place({ customer_id: customer.id, billing: {} });
    await sync();
    const id = await partnerOf(customer);
    records().write('res.partner', id, { active: false });
    const partners = count('res.partner');
    if (isLost) {
      bench.forget();
    }
    const again = place({ customer_id: customer.id, billing: {} });
    await settle();
    expect(await bench.debts()).toEqual([]);
    expect(idIn(again, 'partner_id')).toBe(id);
    expect(partner(id)['active']).toBe(false);
    expect(count('res.partner')).toBe(partners);
  });

  test('an address no order stands on: it is written once for the next order that needs it', async () => {
    const order = await brought('pending');
    const address = idIn(order, 'partner_shipping_id');
    const partners = count('res.partner');
    const elsewhere = idIn(order, 'partner_id');
    for (const field of ['partner_shipping_id', 'partner_invoice_id']) {
      records().write('sale.order', odooOrder(order).id, { [field]: elsewhere });
    }
    records().unlink('res.partner', address);
    expect(count('res.partner')).toBe(partners - 1);
    if (isLost) {
      bench.forget();
    }
    await settle();
    const again = place();
    place();
    const result = await settle();
    expect(result.summary.exitCode).toBe(0);
    expect(count('res.partner')).toBe(partners);
    expect(idIn(again, 'partner_shipping_id')).not.toBe(elsewhere);
    expect(idIn(order, 'partner_shipping_id')).toBe(elsewhere);
  });

  test('the product: the next order still stands on it', async () => {
    const order = await brought();
    const product = (odooLines(order)[0]!['product_id'] as [number, string])[0];
    records().write('product.product', product, { active: false });
    const products = count('product.product');
    if (isLost) {
      bench.forget();
    }
    const again = place();
    await settle();
    expect(await bench.debts()).toEqual([]);
    expect((odooLines(again)[0]!['product_id'] as [number, string])[0]).toBe(product);
    expect(count('product.product')).toBe(products);
    expectSameTotal(again);
  });
});

describe('a product reference that a person', () => {
  const settings = { orders: { missingProduct: 'quarantine' } };

  function productOf(order: ShopOrder): number {
    return (odooLines(order)[0]!['product_id'] as [number, string])[0];
  }

  test('renamed is still that product while wcodoo remembers; after a lost state the order waits until it fits again', async () => {
    const product = productOf(await brought());
    records().write('product.product', product, { default_code: 'AUTRE' });
    const known = await brought();
    expect(productOf(known)).toBe(product);

    bench.forget();
    const waiting = place();
    const result = await sync({ settings });
    expect(result.summary.exitCode).toBe(1);
    expect(rowOf(result, waiting)).toMatchObject({ status: 'waiting', reason: 'waiting-for' });
    const debt = (await bench.debts()).find(({ key }) => key.entity === 'product');
    expect(debt).toMatchObject({ state: 'quarantine', reason: 'missing-product', businessKey: 'SIM-0001' });

    records().write('product.product', product, { default_code: 'SIM-0001' });
    expect((await settle(settings)).summary.exitCode).toBe(0);
    expect(await bench.debts()).toEqual([]);
    expect(productOf(waiting)).toBe(product);
    expect(count('sale.order')).toBe(3);
  });

  test('gave to a second product is still the first while wcodoo remembers; after a lost state nobody guesses', async () => {
    const product = productOf(await brought());
    const second = records().create('product.product', {
      name: 'Le même',
      default_code: 'SIM-0001',
      type: 'consu',
    });
    expect(productOf(await brought())).toBe(product);

    bench.forget();
    const waiting = place();
    await sync({ settings });
    const debt = (await bench.debts()).find(({ key }) => key.entity === 'product');
    expect(debt).toMatchObject({ state: 'quarantine', reason: 'ambiguous-sku' });
    expect(await debtOf(waiting)).toMatchObject({ state: 'waiting', attempts: 0 });

    records().write('product.product', second, { default_code: 'SIM-0001-BIS' });
    expect((await settle(settings)).summary.exitCode).toBe(0);
    expect(await bench.debts()).toEqual([]);
    expect(productOf(waiting)).toBe(product);
  });
});
