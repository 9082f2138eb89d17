import { GUEST, ordersOn, rowOf } from '../support/orders-bench';
import { countsOf, startBench, type Bench, type SyncOptions, type SyncResult } from '../support/run-sync';
import type { ShopCustomer } from '../../src/sandbox/woo/shop-model';

let bench: Bench;
const { place, edit, inOdoo, odooOrder, expectSameTotal } = ordersOn(() => bench);

beforeAll(async () => {
  bench = await startBench({ orders: 0, customers: 0 });
  // Two modules a shop may have: this one checks VAT numbers.
  bench.sandbox.odoo.records.create('ir.module.module', {
    name: 'base_vat',
    shortdesc: 'VAT',
    state: 'installed',
  });
  await bench.sync();
});
afterAll(() => bench.close());

function sync(options: SyncOptions = {}): Promise<SyncResult> {
  return bench.sync({ flows: ['customers', 'orders'], ...options });
}

const full: SyncOptions = { request: { full: true } };

function register(email: string, billing: Record<string, unknown> = {}): ShopCustomer {
  return bench.sandbox.woo.shop.addCustomer({
    email,
    first_name: 'Ada',
    last_name: 'Lovelace',
    billing: { ...GUEST, email, ...billing },
  });
}

type Row = Record<string, unknown> & { readonly id: number };

function partners(email: string): Row[] {
  return bench.sandbox.odoo.records.find(
    'res.partner',
    [
      ['email_normalized', '=', email],
      ['parent_id', '=', false],
    ],
    ['name', 'email', 'phone', 'street', 'city', 'vat', 'lang', 'active', 'state_id', 'country_id'],
  ) as Row[];
}

function partner(email: string): Row {
  const found = partners(email);
  expect(found).toHaveLength(1);
  return found[0]!;
}

function rowOfCustomer(result: SyncResult, customer: ShopCustomer): SyncResult['rows'][number] | undefined {
  return result.rows.find(({ entity, wooId }) => entity === 'customer' && wooId === String(customer.id));
}

describe('a partner that Odoo has already', () => {
  test('with the same e-mail address is linked, whatever the letter case, and never overwritten', async () => {
    const id = bench.sandbox.odoo.records.create('res.partner', {
      name: 'Madame A. Lovelace',
      email: 'Linked@Exemple.FR',
      city: 'Brest',
    });
    const customer = register('linked@exemple.fr');
    const result = await sync();
    expect(rowOfCustomer(result, customer)).toMatchObject({
      action: 'link',
      reason: 'matched',
      odooId: String(id),
    });
    bench.sandbox.woo.shop.editCustomer(customer.id, { billing: { city: 'Lille', phone: '+33 1' } });
    await sync(full);
    expect(partner('linked@exemple.fr')).toMatchObject({
      id,
      name: 'Madame A. Lovelace',
      city: 'Brest',
      phone: false,
    });
  });

  test('in the archive is matched too, and stays archived', async () => {
    const id = bench.sandbox.odoo.records.create('res.partner', {
      name: 'Ancienne',
      email: 'archive@exemple.fr',
    });
    bench.sandbox.odoo.records.write('res.partner', id, { active: false });
    register('archive@exemple.fr');
    await sync();
    expect(partner('archive@exemple.fr')).toMatchObject({ id, active: false });
  });

  test('twice is a quarantine of that customer only; the order waits and is released when one is left', async () => {
    const [first, second] = ['Un', 'Deux'].map((name) =>
      bench.sandbox.odoo.records.create('res.partner', { name, email: 'double@exemple.fr' }),
    );
    const customer = register('double@exemple.fr');
    const other = register('single@exemple.fr');
    const order = place({ customer_id: customer.id, billing: {} });
    const others = place({ customer_id: other.id });
    const result = await sync();
    expect(rowOfCustomer(result, customer)).toMatchObject({
      status: 'quarantined',
      reason: 'ambiguous-email',
    });
    for (const id of [first, second]) {
      expect(rowOfCustomer(result, customer)?.message).toMatch(new RegExp(`\\(ids .*\\b${id ?? ''}\\b`));
    }
    expect(rowOf(result, order)).toMatchObject({ status: 'waiting' });
    expectSameTotal(others);
    expect(countsOf(await sync(), 'orders').failed).toBe(0);

    bench.sandbox.odoo.records.write('res.partner', second ?? 0, { email: 'autre@exemple.fr' });
    await bench.releaseDebts();
    await sync();
    expectSameTotal(order);
    expect(odooOrder(order, ['partner_id'])['partner_id']).toEqual([first, expect.any(String)]);
    expect(await bench.debts()).toEqual([]);
  });
});

describe('a guest', () => {
  test("with a customer's address in another letter case is that customer's partner", async () => {
    const customer = register('same@exemple.fr');
    const order = place({ billing: { ...GUEST, email: 'SAME@Exemple.fr' } });
    const own = place({ customer_id: customer.id, billing: {} });
    await sync();
    const { id } = partner('same@exemple.fr');
    expect(odooOrder(order, ['partner_id'])['partner_id']).toEqual([id, expect.any(String)]);
    expect(odooOrder(own, ['partner_id'])['partner_id']).toEqual([id, expect.any(String)]);
  });

  test('who registers later stays one partner', async () => {
    place({ billing: { ...GUEST, email: 'later@exemple.fr' } });
    await sync();
    const { id } = partner('later@exemple.fr');
    const customer = register('later@exemple.fr');
    const order = place({ customer_id: customer.id, billing: {} });
    await sync();
    expect(partner('later@exemple.fr').id).toBe(id);
    expect(odooOrder(order, ['partner_id'])['partner_id']).toEqual([id, expect.any(String)]);
  });

  test('without an address is a partner of each order', async () => {
    const orders = [1, 2].map(() => place({ billing: { ...GUEST, email: '' } }));
    await sync();
    const ids = orders.map((order) => (odooOrder(order, ['partner_id'])['partner_id'] as [number])[0]);
    expect(new Set(ids).size).toBe(2);
    expect((await sync(full)).writes.odoo).toBe(0);
  });
});

describe('a customer who changes in the shop', () => {
  test('is updated in Odoo in what changed and nothing else', async () => {
    const customer = register('change@exemple.fr');
    await sync();
    const { id } = partner('change@exemple.fr');
    bench.sandbox.odoo.records.write('res.partner', id, { street: "Corrigée par quelqu'un" });
    bench.sandbox.woo.shop.editCustomer(customer.id, { billing: { phone: '+33 6 12' } });
    const result = await sync(full);
    expect(rowOfCustomer(result, customer)?.changes).toEqual([
      expect.objectContaining({ field: 'phone', after: '+33 6 12' }),
    ]);
    expect(partner('change@exemple.fr')).toMatchObject({
      phone: '+33 6 12',
      street: "Corrigée par quelqu'un",
    });
  });

  test('in a field that a person changed in Odoo is reported with both values and not overwritten', async () => {
    const customer = register('dispute@exemple.fr');
    await sync();
    bench.sandbox.odoo.records.write('res.partner', partner('dispute@exemple.fr').id, { city: 'Nantes' });
    bench.sandbox.woo.shop.editCustomer(customer.id, { billing: { city: 'Lyon' } });
    const result = await sync(full);
    expect(rowOfCustomer(result, customer)).toMatchObject({
      action: 'conflict',
      reason: 'changed-in-odoo',
      changes: [{ field: 'city', before: 'Nantes', after: 'Lyon' }],
    });
    expect(partner('dispute@exemple.fr')['city']).toBe('Nantes');
    bench.sandbox.odoo.records.write('res.partner', partner('dispute@exemple.fr').id, { city: 'Lyon' });
    await bench.releaseDebts();
    await sync();
    expect(await bench.debts()).toEqual([]);
  });

  test('and moves house leaves the addresses of old orders as they were', async () => {
    const customer = register('moves@exemple.fr');
    const old = place({ customer_id: customer.id, billing: {} });
    await sync();
    const before = odooOrder(old, ['partner_invoice_id', 'partner_shipping_id']);
    bench.sandbox.woo.shop.editCustomer(customer.id, {
      billing: { address_1: '9 avenue Foch', city: 'Lyon', postcode: '69006' },
    });
    const recent = place({ customer_id: customer.id, billing: {} });
    await sync(full);
    expect(odooOrder(old, ['partner_invoice_id', 'partner_shipping_id'])).toEqual(before);
    const address = (odooOrder(recent, ['partner_invoice_id'])['partner_invoice_id'] as [number])[0];
    const [row] = bench.sandbox.odoo.records.find('res.partner', [['id', '=', address]], ['street', 'city']);
    expect(row).toMatchObject({ street: '9 avenue Foch', city: 'Lyon' });
  });

  test('is found through an order, before the list of customers is compared again', async () => {
    const customer = register('byorder@exemple.fr');
    await sync();
    bench.sandbox.woo.shop.editCustomer(customer.id, { billing: { phone: '+33 7' } });
    place({ customer_id: customer.id, billing: {} });
    await sync();
    expect(partner('byorder@exemple.fr')['phone']).toBe('+33 7');
  });
});

describe('a value that Odoo does not take', () => {
  test('a VAT number refused is left out with a sentence, and the customer kept', async () => {
    const customer = bench.sandbox.woo.shop.addCustomer({
      email: 'vat@exemple.fr',
      billing: { ...GUEST, email: 'vat@exemple.fr', company: 'Société SARL' },
      meta_data: [{ key: '_billing_vat', value: 'FR00123456789' }],
    });
    const result = await sync();
    expect(rowOfCustomer(result, customer)).toMatchObject({ status: 'done', reason: 'soft-field-dropped' });
    expect(rowOfCustomer(result, customer)?.message).toContain('vat');
    expect(partner('vat@exemple.fr')).toMatchObject({ vat: false, lang: 'fr_FR' });
    expect((await sync(full)).writes.odoo).toBe(0);
  });

  test('a state it does not know and a language it has not installed are left out with a sentence', async () => {
    const settings = { customers: { languages: { FR: 'de_DE' } } };
    const customer = register('soft@exemple.fr', { state: 'Nulle part' });
    const result = await sync({ settings });
    expect(rowOfCustomer(result, customer)).toMatchObject({ status: 'done', reason: 'soft-field-dropped' });
    expect(rowOfCustomer(result, customer)?.message).toContain('state Nulle part is unknown to Odoo');
    expect(rowOfCustomer(result, customer)?.message).toContain('language de_DE is not installed in Odoo');
    expect(partner('soft@exemple.fr')['state_id']).toBe(false);
  });

  test('a name with entities and control characters arrives as a person reads it', async () => {
    register('clean@exemple.fr', { first_name: 'Tom &amp; ', last_name: 'Jerry\u000b <b>' });
    await sync();
    expect(partner('clean@exemple.fr')['name']).toBe('Tom & Jerry <b>');
  });
});

describe('a customer who is deleted in the shop', () => {
  test('keeps the partner; an order that names the customer still arrives', async () => {
    const customer = register('gone@exemple.fr');
    const known = place({ customer_id: customer.id, billing: {} });
    await sync();
    const { id } = partner('gone@exemple.fr');
    edit(known, { status: 'completed' });
    const stranger = register('stranger@exemple.fr');
    const unseen = place({ customer_id: stranger.id, billing: {} });
    bench.sandbox.woo.shop.deleteCustomer(customer.id);
    bench.sandbox.woo.shop.deleteCustomer(stranger.id);
    const result = await sync();
    expect(result.summary.status).toBe('done');
    expect(partner('gone@exemple.fr').id).toBe(id);
    expectSameTotal(unseen);
    expect(odooOrder(unseen, ['partner_id'])['partner_id']).toEqual([
      partner('stranger@exemple.fr').id,
      expect.any(String),
    ]);
    expect((await sync(full)).summary.status).toBe('done');
  });
});

describe('a record that cannot be read', () => {
  test('is owed with its reason while the others pass, and healed later', async () => {
    const broken = register('broken@exemple.fr');
    const billing = broken.billing;
    broken.billing = { ...billing, phone: 33 as unknown as string };
    const fine = register('fine@exemple.fr');
    const order = place({ customer_id: fine.id });
    const result = await sync();
    expect(rowOfCustomer(result, broken)).toMatchObject({ status: 'failed', reason: 'invalid-record' });
    expect(rowOfCustomer(result, broken)?.message).toContain('billing.phone');
    expect(inOdoo(order)).toBe(true);
    broken.billing = billing;
    await bench.releaseDebts();
    await sync();
    expect(partner('broken@exemple.fr')).toMatchObject({ phone: billing.phone || false });
    expect(await bench.debts()).toEqual([]);
  });
});

describe('with its state lost', () => {
  test('a run does not overwrite a partner whose e-mail address a person corrected in Odoo', async () => {
    const customer = register('typo@exemple.fr');
    await sync();
    const { id } = partner('typo@exemple.fr');
    bench.sandbox.odoo.records.write('res.partner', id, { email: 'right@exemple.fr', name: 'Bien écrit' });
    bench.forget();
    const result = await sync();
    expect(rowOfCustomer(result, customer)).toMatchObject({ action: 'link', odooId: String(id) });
    expect(partner('right@exemple.fr')).toMatchObject({ id, name: 'Bien écrit' });
  });
});

test('an interrupted incremental run does not turn a full one into an incremental one', async () => {
  const order = place({ status: 'pending' });
  await sync();
  await bench.withState(async (state) => {
    const checkpoint = await state.checkpoints.get('shop', 'orders');
    const sweep = {
      lastId: order.id - 1,
      offset: 0,
      upperId: order.id + 1000,
      startedAt: new Date().toISOString(),
    };
    await state.commit({
      checkpoint: { ...checkpoint!, position: { modifiedAfter: checkpoint!.watermark, sweep } },
    });
  });
  const result = await sync(full);
  expect(countsOf(result, 'orders').read).toBe(bench.pairs().length);
});
