/** What the other files of this folder rely on: a difference of any kind is found. */
import { openChaosRig, type ChaosRig, type Row } from '../../support/chaos-rig';
import { findDifferences, findRewrites } from '../../support/find-differences';
import { startSandboxSides } from '../../support/sandbox-sides';
import { recordKey } from '../../../src/core/keys';
import { openState } from '../../../src/state/open';

let rig: ChaosRig;

beforeAll(async () => {
  rig = await openChaosRig(await startSandboxSides({ protocol: 'json2', orders: 20, customers: 8 }));
  expect(await rig.run(['sync'])).toMatchObject({ code: 0 });
});
afterAll(() => rig.close());

/** Compares as if Odoo had other records of a model. */
function findWith(model: string, alter: (rows: readonly Row[]) => readonly Row[]): Promise<string[]> {
  return findDifferences({
    ...rig,
    sides: {
      ...rig.sides,
      find: async (asked, domain, fields) => {
        const rows = await rig.sides.find(asked, domain, fields);
        return asked === model ? [...alter(rows)] : rows;
      },
    },
  });
}

const twice = (rows: readonly Row[]): Row[] => [...rows, ...rows.slice(-1)];
const withoutLast = (rows: readonly Row[]): Row[] => rows.slice(0, -1);
const withLast = (values: Readonly<Record<string, unknown>>) => (rows: readonly Row[]) =>
  rows.map((row, index) => (index === rows.length - 1 ? { ...row, ...values } : row));

test('nothing is found where nothing is wrong', async () => {
  expect(await findDifferences(rig)).toEqual([]);
  expect(await findRewrites(rig)).toEqual([]);
});

test.each([
  ['an order that is there twice', 'sale.order', twice, /order .* is in Odoo 2 times/],
  ['an order that is missing', 'sale.order', withoutLast, /order .* is not in Odoo/],
  ['an order with another total', 'sale.order', withLast({ amount_total: 1 }), /total is 1.00 instead of/],
  ['an order in another state', 'sale.order', withLast({ state: 'sent' }), /state is sent instead of/],
  ['an order of another day', 'sale.order', withLast({ date_order: '2020-01-01 00:00:00' }), /date is 2020/],
  ['a line that is missing', 'sale.order.line', withoutLast, /lines is .* instead of/],
  ['a line that is nobody’s', 'ir.model.data', withoutLast, /without an external id/],
  ['a delivery that is there twice', 'stock.picking', twice, /delivery of .* is in Odoo twice/],
  ['a partner that is there twice', 'res.partner', twice, /is in Odoo twice/],
  ['a partner that is missing', 'res.partner', () => [], /is not in Odoo/],
  ['a product that is there twice', 'product.product', twice, /product .* is in Odoo twice/],
  [
    'another stock',
    'product.product',
    (rows: readonly Row[]) => rows.map((row) => ({ ...row, free_qty: 123_456 })),
    /the shop shows .* Odoo has 123456 free/,
  ],
])('%s', async (_what, model, alter, sentence) => {
  expect((await findWith(model, alter)).join('\n')).toMatch(sentence);
});

test('an address that is there twice', async () => {
  const double = { parent_id: [7, 'Ada'], type: 'delivery', name: 'Ada', street: '1 rue de la Paix' };
  const found = await findWith('res.partner', (rows) => [
    ...rows,
    { id: -1, ...double },
    { id: -2, ...double },
  ]);
  expect(found.join('\n')).toMatch(/the address .* is in Odoo twice/);
});

test('what wcodoo still has on its list', async () => {
  const key = recordKey('shop', 'order', 1);
  const found = await findDifferences({
    ...rig,
    withState: async (work) => {
      const state = await openState({ path: ':memory:', now: () => new Date() });
      const createdAt = new Date().toISOString();
      await state.intents.open([{ key, flow: 'orders', runId: 'r', odooModel: 'sale.order', createdAt }]);
      return work(state);
    },
  });
  expect(found).toEqual(['the intent of order 1 is open']);
});

test('a synchronisation that writes although everything was done', async () => {
  const [order] = rig.sides.shop.orders.filter(({ status }) => status === 'pending');
  rig.sides.shop.editOrder(order?.id ?? 0, { customer_note: 'encore' });
  expect(await findRewrites(rig)).toEqual(['sync --full sent sale.order.load', 'sync --full wrote']);
});
