/** Orders compared from outside: what a person, a bug or a lost record would leave behind is found. */
import { ordersOn } from '../support/orders-bench';
import { startBench, type Bench } from '../support/run-sync';
import { differences, inWords, letTimePass, runVerify } from '../support/run-verify';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

let bench: Bench;
const { place, odooOrder, odooLines, edit } = ordersOn(() => bench);
/** An order that both sides have, sold in the shop and confirmed in Odoo. */
let sold: ShopOrder;

beforeEach(async () => {
  bench = await startBench({ orders: 12, customers: 5, products: 15 });
  sold = place();
  await bench.sync();
  await letTimePass(bench);
});
afterEach(() => bench.close());

function records(): Bench['sandbox']['odoo']['records'] {
  return bench.sandbox.odoo.records;
}

test('two sides in step have no difference, and nothing is written', async () => {
  const result = await runVerify(bench);
  expect(differences(result)).toEqual([]);
  expect(result.writes).toBe(0);
  expect(result.compared['orders']).toBeGreaterThan(10);
  expect(Object.keys(result.compared)).toEqual(['customers', 'products', 'orders', 'stock', 'links']);
});

test('an order that was deleted in Odoo is missing, once', async () => {
  const { id } = odooOrder(sold);
  records().act('sale.order', id, 'action_cancel');
  records().unlink('sale.order', id);
  const result = await runVerify(bench);
  expect(differences(result)).toEqual([`missing order/${sold.id}`]);
  expect(result.findings.find(({ kind }) => kind === 'missing')).toMatchObject({
    odooId: String(id),
    businessKey: String(sold.id),
    message: expect.stringContaining('Odoo no longer has it') as unknown,
  });
});

test('an order that Odoo never had is missing, although the state is lost too', async () => {
  bench.forget();
  const result = await runVerify(bench);
  expect(differences(result)).toEqual([]);
  const { id } = odooOrder(sold);
  records().act('sale.order', id, 'action_cancel');
  records().unlink('sale.order', id);
  shopDate(sold, '2026-01-01T00:00:00');
  expect(differences(await runVerify(bench))).toEqual([`missing order/${sold.id}`]);
});

test('another price of a line is another total; the tax that goes with it is not counted again', async () => {
  const [line] = odooLines(sold);
  records().write('sale.order.line', line!.id, { price_unit: Number(line!['price_unit']) + 0.5 });
  const result = await runVerify(bench);
  expect(differences(result)).toEqual([`total order/${sold.id} total`]);
  expect(result.findings.find(({ kind }) => kind === 'total')).toMatchObject({
    wooValue: bench.pair(sold.id).shopTotal,
    odooValue: bench.pair(sold.id).odooTotal,
  });
});

test('one cent is a difference', async () => {
  const [line] = odooLines(sold);
  records().write('sale.order.line', line!.id, { price_unit: Number(line!['price_unit']) + 0.01 });
  expect(differences(await runVerify(bench))).toEqual([`total order/${sold.id} total`]);
});

test('the same total with another tax is a difference of the tax', async () => {
  const [line] = odooLines(sold);
  records().write('sale.order.line', line!.id, { tax_ids: [[6, 0, []]] });
  const total = Number(bench.pair(sold.id).shopTotal);
  const shown = Number(bench.pair(sold.id).odooTotal);
  records().write('sale.order.line', line!.id, {
    price_unit: Number(line!['price_unit']) + (total - shown) / Number(line!['product_uom_qty']),
  });
  expect(differences(await runVerify(bench))).toEqual([`tax order/${sold.id} tax`]);
});

test('an order that is cancelled in Odoo alone differs in its state', async () => {
  records().act('sale.order', odooOrder(sold).id, 'action_cancel');
  // What it had reserved is free again in Odoo, and held for the shop's order.
  expect(differences(await runVerify(bench))).toEqual([`state order/${sold.id} state`]);
});

test('a copy of an order makes it doubled, until the copy is cancelled', async () => {
  const { origin, partner_id: partner } = odooOrder(sold, ['origin', 'partner_id']);
  const copy = records().create('sale.order', {
    origin: String(origin),
    partner_id: (partner as number[])[0]!,
  });
  const result = await runVerify(bench);
  expect(differences(result)).toEqual([`doubled order/${sold.id}`]);
  expect(result.findings.find(({ kind }) => kind === 'doubled')?.message).toContain(`cancel ${copy}`);
  records().act('sale.order', copy, 'action_cancel');
  expect(differences(await runVerify(bench))).toEqual([]);
});

test('one entered by hand with the same reference for the same customer is a double too; for somebody else it is not', async () => {
  const { partner_id: partner } = odooOrder(sold, ['partner_id']);
  const others = records().find('res.partner', [['id', '!=', (partner as number[])[0]!]], ['id']);
  records().create('sale.order', { client_order_ref: String(sold.id), partner_id: Number(others[0]!['id']) });
  expect(differences(await runVerify(bench))).toEqual([]);
  records().create('sale.order', {
    client_order_ref: String(sold.id),
    partner_id: (partner as number[])[0]!,
  });
  expect(differences(await runVerify(bench))).toEqual([`doubled order/${sold.id}`]);
});

test('an order whose origin and reference a person changed is known by its external id', async () => {
  records().write('sale.order', odooOrder(sold).id, { origin: 'by hand', client_order_ref: 'PO 7' });
  expect(differences(await runVerify(bench))).toEqual([]);
});

test('an order that the shop has no more is an orphan in Odoo, unless it is cancelled there', async () => {
  const { id } = odooOrder(sold);
  bench.sandbox.woo.shop.deleteOrder(sold.id);
  const result = await runVerify(bench, { only: ['orders'] });
  expect(differences(result)).toEqual([`orphan order/${sold.id}`]);
  records().act('sale.order', id, 'action_cancel');
  expect(differences(await runVerify(bench, { only: ['orders'] }))).toEqual([]);
});

test('an order in quarantine is owed, with its reason', async () => {
  const settings = { orders: { missingProduct: 'quarantine' } };
  const owed = place({ lines: [{ sku: shopOnlySku(), quantity: 1 }] });
  shopDate(owed, inSeconds(2));
  await bench.sync({ settings });
  await letTimePass(bench);
  const result = await runVerify(bench, { settings });
  expect(differences(result)).toEqual([`owed order/${owed.id}`, expect.stringMatching(/^owed product/)]);
  expect(result.findings.find(({ kind }) => kind === 'owed')?.message).toMatch(/missing-product|waits/);
});

test('an order that changed since the last run is in flight, and no difference', async () => {
  const fresh = place();
  shopDate(fresh, inSeconds(2));
  edit(sold, { status: 'cancelled' });
  shopDate(sold, inSeconds(2));
  const result = await runVerify(bench, { only: ['orders'] });
  expect(differences(result)).toEqual([]);
  expect(inWords(result.findings)).toEqual(
    [`in-flight order/${fresh.id}`, `in-flight order/${sold.id} state`].sort(),
  );
});

test('what a sync writes to Odoo while both sides are compared is in flight', async () => {
  records().act('sale.order', odooOrder(sold).id, 'action_cancel');
  const result = await runVerify(bench, { only: ['orders'], odooStart: new Date(Date.now() - 60_000) });
  expect(inWords(result.findings)).toEqual([`in-flight order/${sold.id} state`]);
});

test('an order in Odoo that carries the external ids of two is said', async () => {
  records().create('ir.model.data', {
    module: '__wcodoo__',
    name: 'shop_order_999999',
    model: 'sale.order',
    res_id: odooOrder(sold).id,
  });
  expect(differences(await runVerify(bench, { only: ['orders'] }))).toEqual([
    `orphan order/999999`,
    `shared-key order/${sold.id}`,
  ]);
});

test('a link to another order than the one with the external id is said', async () => {
  const link = await bench.link('order', sold.id);
  const other = records().create('sale.order', { partner_id: 1 });
  await bench.withState((state) => state.commit({ links: [{ ...link!, odooId: other }] }));
  expect(differences(await runVerify(bench, { only: ['orders', 'links'] }))).toEqual([
    `link order/${sold.id} link`,
  ]);
});

test('orders that the configuration leaves out are not missed', async () => {
  const settings = { orders: { from: '2099-01-01' } };
  bench.forget();
  const result = await runVerify(bench, { settings, only: ['orders'] });
  expect(result.findings).toEqual([]);
  for (const pair of bench.pairs()) {
    if (pair.odoo !== undefined) {
      records().act('sale.order', pair.odoo.id, 'action_cancel');
      records().unlink('sale.order', pair.odoo.id);
    }
  }
  expect((await runVerify(bench, { settings, only: ['orders'] })).findings).toEqual([]);
});

test('a draft that a person settled is said, and is no difference', async () => {
  const [line] = odooLines(sold);
  records().write('sale.order.line', line!.id, { price_unit: 1 });
  const link = await bench.link('order', sold.id);
  await bench.withState((state) => state.commit({ links: [{ ...link!, step: 'left' }] }));
  const result = await runVerify(bench, { only: ['orders'] });
  expect(inWords(result.findings)).toEqual([`accepted order/${sold.id} total`]);
});

test('an order that a record rule hides is not taken for a deleted one', async () => {
  records().hide('sale.order', odooOrder(sold).id, true);
  expect(differences(await runVerify(bench, { only: ['orders', 'links'] }))).toEqual([
    `unreadable order/${sold.id}`,
  ]);
});

test('--since compares what was modified since, and a sample costs no more than itself', async () => {
  const { id } = odooOrder(sold);
  records().act('sale.order', id, 'action_cancel');
  shopDate(sold, '2026-01-01T00:00:00');
  const late = await runVerify(bench, { since: '2026-06-01T00:00:00.000Z', only: ['orders'] });
  expect(differences(late)).toEqual([]);
  const all = await runVerify(bench, { since: '2020-01-01T00:00:00.000Z', only: ['orders'] });
  expect(differences(all)).toEqual([`state order/${sold.id} state`]);
  const one = { only: ['orders'], sample: { size: 3, seed: 7 } };
  const drawn = await runVerify(bench, one);
  expect(drawn.compared['orders']).toBeLessThanOrEqual(3);
  expect((await runVerify(bench, one)).findings).toEqual(drawn.findings);
  const every = await runVerify(bench, { only: ['orders'], sample: { size: 100, seed: 1 } });
  expect(differences(every)).toEqual([`state order/${sold.id} state`]);
});

/** As the shop writes times. */
function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19);
}

/** When the shop says the order was modified. */
function shopDate(order: ShopOrder, gmt: string): void {
  edit(order, { date_modified_gmt: gmt });
}

/** A SKU that Odoo does not have. */
function shopOnlySku(): string {
  const known = new Set(
    records()
      .read('product.product', ['default_code'])
      .map((row) => row['default_code']),
  );
  const product = [...bench.sandbox.woo.shop.shop.products.values()].find(
    ({ sku, type, status }) => sku !== '' && !known.has(sku) && type !== 'variable' && status === 'publish',
  );
  return product?.sku ?? '';
}
