/** Customers, products, stock and links compared from outside. */
import { ordersOn } from '../support/orders-bench';
import { startBench, type Bench } from '../support/run-sync';
import { differences, inWords, letTimePass, runVerify } from '../support/run-verify';
import { tamper } from '../support/tamper';

const SKU = 'SIM-0001';

let bench: Bench;
const { place } = ordersOn(() => bench);

beforeEach(async () => {
  bench = await startBench({ orders: 8, customers: 5, products: 15 });
  place();
  await bench.sync();
  await letTimePass(bench);
});
afterEach(() => bench.close());

function records(): Bench['sandbox']['odoo']['records'] {
  return bench.sandbox.odoo.records;
}

/** As a plugin does that writes into the database of the shop: no date moves. */
function spoilShopStock(sku: string, by: number): number {
  const product = bench.sandbox.woo.shop.product(sku)!;
  product.stockQuantity = (product.stockQuantity ?? 0) + by;
  return product.id;
}

function odooProduct(sku: string): number {
  return Number(records().find('product.product', [['default_code', '=', sku]], ['id'])[0]!['id']);
}

test('another stock in the shop is found, with both figures', async () => {
  const before = bench.sandbox.woo.shop.product(SKU)!.stockQuantity!;
  const id = spoilShopStock(SKU, 3);
  const result = await runVerify(bench);
  expect(differences(result)).toEqual([`stock stock/${id} stock_quantity`]);
  expect(result.findings.find(({ kind }) => kind === 'stock')).toMatchObject({
    businessKey: SKU,
    wooValue: String(before + 3),
    odooValue: String(before),
  });
  expect(result.writes).toBe(0);
});

test('stock that moved since the last run is in flight, on whichever side', async () => {
  await new Promise((resolve) => setTimeout(resolve, 2100));
  const { id } = bench.sandbox.woo.shop.setStock(SKU, 1);
  records().setStock('SIM-0002', 1);
  const result = await runVerify(bench);
  expect(differences(result)).toEqual([]);
  expect(inWords(result.findings.filter(({ kind }) => kind === 'in-flight'))).toEqual(
    [id, bench.sandbox.woo.shop.product('SIM-0002')!.id]
      .map((one) => `in-flight stock/${one} stock_quantity`)
      .sort(),
  );
});

test('units that the shop has sold and Odoo has not reserved are counted as held', async () => {
  place({ lines: [{ sku: SKU, quantity: 4 }], status: 'on-hold' });
  const result = await runVerify(bench, { only: ['stock'] });
  expect(differences(result)).toEqual([]);
});

test('a SKU that several products of Odoo have is doubled', async () => {
  records().create('product.product', { name: 'Twice', default_code: SKU, type: 'consu', is_storable: true });
  const { id } = bench.sandbox.woo.shop.product(SKU)!;
  expect(differences(await runVerify(bench))).toEqual([`doubled product/${id} sku`]);
  expect(differences(await runVerify(bench, { only: ['stock'] }))).toEqual([`doubled product/${id} sku`]);
});

test('products that only one side has are said, and are no difference', async () => {
  records().create('product.product', {
    name: 'Raw',
    default_code: 'RAW-1',
    type: 'consu',
    is_storable: true,
  });
  const result = await runVerify(bench);
  expect(differences(result)).toEqual([]);
  expect(result.findings.find(({ businessKey }) => businessKey === 'RAW-1')).toMatchObject({
    kind: 'one-sided',
    wooId: '',
    odooValue: 'RAW-1',
  });
});

test('a product that is gone from Odoo leaves a link that leads nowhere', async () => {
  const { id } = bench.sandbox.woo.shop.product(SKU)!;
  const link = await bench.link('product', id);
  expect(link?.odooId).toBe(odooProduct(SKU));
  await bench.withState((state) => state.commit({ links: [{ ...link!, odooId: 999_999 }] }));
  const result = await runVerify(bench);
  expect(differences(result)).toEqual([`link product/${id} link`]);
});

test('a customer whose partner was deleted is missing, once', async () => {
  const customer = bench.sandbox.woo.shop.addCustomer({
    email: 'grace@exemple.fr',
    first_name: 'Grace',
    last_name: 'Hopper',
  });
  await bench.sync({ request: { full: true } });
  await letTimePass(bench);
  expect(differences(await runVerify(bench))).toEqual([]);
  const { odooId } = (await bench.link('customer', customer.id))!;
  records().unlink('res.partner', odooId);
  expect(differences(await runVerify(bench))).toEqual([`missing customer/${customer.id}`]);
});

test('two partners with the e-mail address of a customer are doubled, unless it is known which one is meant', async () => {
  const customer = bench.sandbox.woo.shop.addCustomer({
    email: 'grace@exemple.fr',
    first_name: 'Grace',
    last_name: 'Hopper',
  });
  await bench.sync({ request: { full: true } });
  await letTimePass(bench);
  records().create('res.partner', { name: 'Somebody', email: 'Grace@Exemple.fr' });
  expect(differences(await runVerify(bench, { only: ['customers'] }))).toEqual([]);
  const link = (await bench.link('customer', customer.id))!;
  const second = records().create('res.partner', { name: 'Grace again', email: 'grace@exemple.fr' });
  records().create('ir.model.data', {
    module: '__wcodoo__',
    name: 'shop_guest_cafe',
    model: 'res.partner',
    res_id: second,
  });
  const result = await runVerify(bench, { only: ['customers'] });
  expect(differences(result)).toEqual([`doubled customer/${customer.id} email`]);
  expect(result.findings[0]?.odooId).toContain(String(link.odooId));
});

test('a customer whose partner was merged into another is there', async () => {
  const customer = bench.sandbox.woo.shop.addCustomer({
    email: 'grace@exemple.fr',
    first_name: 'Grace',
    last_name: 'Hopper',
  });
  await bench.sync({ request: { full: true } });
  await letTimePass(bench);
  const { odooId } = (await bench.link('customer', customer.id))!;
  const survivor = records().create('res.partner', { name: 'Survivor', email: 'other@exemple.fr' });
  const [named] = records().find(
    'ir.model.data',
    [
      ['model', '=', 'res.partner'],
      ['res_id', '=', odooId],
    ],
    ['id'],
  );
  records().write('ir.model.data', Number(named!['id']), { res_id: survivor });
  records().unlink('res.partner', odooId);
  expect(differences(await runVerify(bench))).toEqual([]);
});

test('Odoo 14 is compared by the same rules', async () => {
  const old = await startBench({ orders: 8, customers: 4, products: 15, odooVersion: 14 });
  try {
    await old.sync();
    await letTimePass(old);
    expect(differences(await runVerify(old))).toEqual([]);
    const touched = new Set<string>();
    const expected = (['price', 'cancel', 'copy', 'vanish', 'stock'] as const).map((kind) =>
      tamper(old, kind, 1, touched),
    );
    expect(differences(await runVerify(old))).toEqual(expected.sort());
  } finally {
    await old.close();
  }
});
