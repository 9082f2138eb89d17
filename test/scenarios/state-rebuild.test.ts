import { mergePartners } from '../support/merge-partners';
import { GUEST, ordersOn, rowOf } from '../support/orders-bench';
import { countsOf, startBench, type Bench } from '../support/run-sync';
import { killed, Killed, strikeWrites } from '../support/wrap-ports';
import { openApp } from '../../src/app';
import { rebuildLinks, type Rebuilt } from '../../src/core/rebuild-links';
import type { OdooApi } from '../../src/core/ports';

let bench: Bench;
const { place, edit, odooOrder } = ordersOn(() => bench);
const FLOWS = { flows: ['customers', 'orders'] };

afterEach(() => bench.close());

async function rebuild(
  wrap: (odoo: OdooApi) => OdooApi = (odoo) => odoo,
  dryRun = false,
): Promise<Rebuilt[]> {
  const app = await openApp(bench.config(), {
    request: { full: false },
    dryRun,
    emit: () => undefined,
    signal: new AbortController().signal,
  });
  try {
    const context = { ...app.context, odoo: wrap(app.context.odoo) };
    return await rebuildLinks(context, app.flows, () => undefined);
  } finally {
    await app.close();
  }
}

function addedOf(rebuilt: readonly Rebuilt[]): Record<string, number> {
  return Object.fromEntries(rebuilt.map(({ entity, added }) => [entity, added]));
}

describe.each([19, 14] as const)('on Odoo %s, after the state was lost', (odooVersion) => {
  beforeEach(async () => {
    bench = await startBench({ orders: 30, customers: 12, odooVersion });
    await bench.sync();
  });

  test('every link comes back from the external ids, and the next sync creates and writes nothing', async () => {
    const before = await bench.withState((state) => state.links.count('shop'));
    bench.forget();
    const rebuilt = addedOf(await rebuild());
    expect(rebuilt['order']).toBe(bench.pairs().filter(({ odoo }) => odoo !== undefined).length);
    expect(rebuilt['address']).toBeGreaterThan(0);
    const next = await bench.sync();
    expect(next.writes).toEqual({ woo: 0, odoo: 0 });
    for (const flow of ['customers', 'orders', 'products']) {
      expect(countsOf(next, flow)).toMatchObject({ created: 0, failed: 0, conflicts: 0 });
    }
    expect(await bench.debts()).toEqual([]);
    expect(await bench.withState((state) => state.links.count('shop'))).toBe(before);
    expect((await bench.sync({ request: { full: true } })).writes).toEqual({ woo: 0, odoo: 0 });
  });

  test('what the shop changes from then on follows as ever', async () => {
    const order = place({ status: 'pending', billing: GUEST });
    await bench.sync(FLOWS);
    bench.forget();
    await rebuild();
    await bench.sync();
    edit(order, { customer_note: 'chez la voisine' });
    await bench.sync(FLOWS);
    expect(odooOrder(order)['note']).toContain('voisine');
  });
});

describe('a rebuild', () => {
  beforeEach(async () => {
    bench = await startBench({ orders: 4, customers: 4 });
    await bench.sync();
  });

  test('leaves links that exist as they are, and adds only what is missing', async () => {
    const links = await bench.withState((state) => state.links.findUnfinished('shop', 'order', []));
    const [lost, ...kept] = links;
    await bench.withState((state) => state.commit({ removedLinks: [lost!.key] }));
    expect(addedOf(await rebuild())).toMatchObject({ order: 1, customer: 0, address: 0 });
    const after = await bench.withState((state) => state.links.findUnfinished('shop', 'order', []));
    expect(after.filter(({ key }) => key.id !== lost!.key.id)).toEqual(kept);
  });

  test('that only looks adds nothing', async () => {
    bench.forget();
    expect(addedOf(await rebuild((odoo) => odoo, true))['order']).toBeGreaterThan(0);
    expect(bench.stateBytes()).toBeUndefined();
  });

  test('finishes what a killed run had left half done', async () => {
    const order = place({ billing: { ...GUEST, email: 'half@exemple.fr' } });
    const run = bench.sync({
      ...FLOWS,
      wrapOdoo: (odoo) => strikeWrites(odoo, { at: 4, when: 'after', error: killed }),
    });
    await expect(run).rejects.toThrow(Killed);
    expect(odooOrder(order)['state']).toBe('draft');
    bench.forget();
    await rebuild();
    await bench.sync();
    await bench.sync();
    expect(odooOrder(order)['state']).toBe('sale');
    expect(await bench.debts()).toEqual([]);
  });

  test('finds archived records, and never overwrites one that others were merged into', async () => {
    const { records } = bench.sandbox.odoo;
    const customers = await bench.withState((state) => state.links.findUnfinished('shop', 'customer', []));
    const own = customers.filter(({ adopted }) => !adopted);
    const [archived, loser, survivor] = own;
    records.write('res.partner', archived!.odooId, { active: false });
    mergePartners(bench, loser!.odooId, survivor!.odooId);
    bench.forget();
    const rebuilt = await rebuild();
    expect(rebuilt.find(({ entity }) => entity === 'customer')).toMatchObject({
      found: own.length,
      added: own.length,
      merged: 2,
    });
    const link = await bench.link('customer', loser!.key.id);
    expect(link).toMatchObject({ odooId: survivor!.odooId, adopted: true });
    bench.sandbox.woo.shop.editCustomer(Number(loser!.key.id), { billing: { city: 'Nantes' } });
    await bench.sync({ request: { full: true } });
    const [row] = records.find('res.partner', [['id', '=', survivor!.odooId]], ['city']);
    expect(row?.['city']).not.toBe('Nantes');
  });

  test('does not make an order again that was deleted in Odoo before the next sync', async () => {
    const order = place({ status: 'pending', billing: GUEST });
    await bench.sync(FLOWS);
    bench.forget();
    await rebuild();
    bench.sandbox.odoo.records.unlink('sale.order', odooOrder(order).id);
    const next = await bench.sync(FLOWS);
    expect(rowOf(next, order)).toMatchObject({ action: 'conflict', reason: 'deleted-in-odoo' });
  });
});
