/** Records that no schema promises: one of them is owed or left out, and the rest goes on. */
import type { WooApi, WooRow } from '../../src/core/ports';
import { FatalError } from '../../src/core/errors';
import { ordersOn } from '../support/orders-bench';
import { startBench, type Bench } from '../support/run-sync';

let bench: Bench;
const { place, expectSameTotal } = ordersOn(() => bench);

const ORDER = { lines: [{ sku: 'SIM-0001', quantity: 1 }] };

beforeAll(async () => {
  bench = await startBench({ orders: 0, customers: 0 });
  await bench.sync();
});
afterAll(() => bench.close());

/** Shows rows of swept collections otherwise than the shop has them. */
function showing(woo: WooApi, change: (path: string, row: WooRow) => WooRow): WooApi {
  async function* sweep(...args: Parameters<WooApi['sweep']>): ReturnType<WooApi['sweep']> {
    for await (const page of woo.sweep(...args)) {
      yield { ...page, rows: page.rows.map((row) => change(args[0], row)) };
    }
  }
  return Object.assign(Object.create(woo) as WooApi, { sweep });
}

describe('an order that says it was modified long ago', () => {
  test('is taken as it is when the shop keeps to the filter, and keeps no other back', async () => {
    const [odd, sound] = [place(ORDER), place(ORDER)];
    const result = await bench.sync({
      wrapWoo: (woo) =>
        showing(woo, (path, row) =>
          path === 'orders' && row.id === odd.id ? { ...row, date_modified_gmt: '2001-01-01T00:00:00' } : row,
        ),
    });
    expect(result.summary.status).toBe('done');
    expectSameTotal(odd);
    expectSameTotal(sound);
  });

  test('stops the run when the shop ignores the filter', async () => {
    const ignoring = (woo: WooApi): WooApi =>
      Object.assign(Object.create(woo) as WooApi, {
        sweep: (path: string, query: object, options: object) =>
          woo.sweep(path, { ...query, modified_after: undefined }, options),
        get: (path: string, query: object) => woo.get(path, { ...query, modified_after: undefined }),
      });
    place(ORDER).modifiedAt = 1_000_000_000;
    await expect(bench.sync({ wrapWoo: ignoring })).rejects.toThrow(FatalError);
  });
});

test('a name cut inside an emoji is no edit of a person in Odoo when the shop corrects it', async () => {
  const email = 'cut@exemple.fr';
  const customer = bench.sandbox.woo.shop.addCustomer({
    email,
    billing: { first_name: 'Zoé \ud83d', last_name: 'A\uffffB', city: 'Lyon', country: 'FR' },
  });
  await bench.sync();
  bench.sandbox.woo.shop.editCustomer(customer.id, { billing: { first_name: 'Zoé 😀', last_name: 'B' } });
  await bench.sync({ request: { full: true } });

  expect((await bench.debts()).filter(({ key }) => key.entity === 'customer')).toEqual([]);
  const [partner] = bench.sandbox.odoo.records.find('res.partner', [['email', '=', email]], ['name']);
  expect(partner?.['name']).toBe('Zoé 😀 B');
});
