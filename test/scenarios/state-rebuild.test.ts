import { mergePartners } from '../support/merge-partners';
import { GUEST, ordersOn, rowOf } from '../support/orders-bench';
import { countsOf, startBench, type Bench } from '../support/run-sync';
import { killed, Killed, strikeWrites } from '../support/wrap-ports';
import { openApp } from '../../src/app';
import { Environment } from '../../src/config/environment';
import { recordKey } from '../../src/core/keys';
import { rebuildLinks, type Rebuilt } from '../../src/core/rebuild-links';
import { ADMIN } from '../../src/sandbox/sandbox';

let bench: Bench;
const { place, edit, odooOrder, expectSameTotal } = ordersOn(() => bench);
const FLOWS = { flows: ['customers', 'orders'] };

afterEach(() => bench.close());

interface RebuildOptions {
  readonly dryRun?: boolean;
  /** The user who may read the table of external ids; the one with the least rights otherwise. */
  readonly asAdmin?: boolean;
}

async function rebuild({ dryRun = false, asAdmin = false }: RebuildOptions = {}): Promise<Rebuilt[]> {
  const config = bench.config();
  const { login: ODOO_USERNAME, password: ODOO_PASSWORD, apiKey: ODOO_API_KEY } = ADMIN;
  const admin = { ...bench.sandbox.environment, ODOO_USERNAME, ODOO_PASSWORD, ODOO_API_KEY };
  const app = await openApp(asAdmin ? { ...config, environment: Environment.parse(admin) } : config, {
    request: { full: false },
    dryRun,
    emit: () => undefined,
    signal: new AbortController().signal,
  });
  try {
    return await rebuildLinks(app.context, app.flows, () => undefined);
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

  test.each([
    ['the least rights', false],
    ['all rights', true],
  ])(
    'a user with %s brings every link back, and the next sync creates and writes nothing',
    async (_, asAdmin) => {
      const before = await bench.withState((state) => state.links.count('shop'));
      bench.forget();
      const requests = bench.sandbox.odoo.requests;
      const rebuilt = addedOf(await rebuild({ asAdmin }));
      // With the right to the one table: the login, and one page for each model and one to ask whether it may be read.
      const mayRead = asAdmin || odooVersion === 14;
      expect(bench.sandbox.odoo.requests - requests).toBeLessThan(mayRead ? 13 : 30);
      expect(rebuilt['order']).toBe(bench.pairs().filter(({ odoo }) => odoo !== undefined).length);
      expect(rebuilt['address']).toBeGreaterThan(0);
      const next = await bench.sync();
      expect(next.writes).toEqual({ woo: 0, odoo: 0 });
      for (const flow of ['customers', 'orders', 'products']) {
        expect(countsOf(next, flow)).toMatchObject({ created: 0, updated: 0, failed: 0, conflicts: 0 });
      }
      expect(await bench.debts()).toEqual([]);
      expect(await bench.withState((state) => state.links.count('shop'))).toBe(before);
      expect((await bench.sync({ request: { full: true } })).writes).toEqual({ woo: 0, odoo: 0 });
    },
  );

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
    expect(addedOf(await rebuild({ dryRun: true }))['order']).toBeGreaterThan(0);
    expect(bench.stateBytes()).toBeUndefined();
  });

  test.each([1, 2, 3, 4, 5, 6, 7])(
    'finishes what a run killed at its writing call number %s had left half done',
    async (at) => {
      const billing = { ...GUEST, email: 'half@exemple.fr' };
      const orders = ['processing', 'pending', 'cancelled'].map((status) => place({ status, billing }));
      const run = bench.sync({
        ...FLOWS,
        wrapOdoo: (odoo) => strikeWrites(odoo, { at, when: 'after', error: killed }),
      });
      await expect(run).rejects.toThrow(Killed);
      bench.forget();
      await rebuild();
      await bench.sync();
      await bench.sync();
      expect(orders.map((order) => odooOrder(order)['state'])).toEqual(['sale', 'draft', 'cancel']);
      for (const order of orders) {
        expectSameTotal(order);
      }
      const partners = [['email_normalized', '=', billing.email]];
      expect(bench.sandbox.odoo.records.find('res.partner', partners, ['id'])).toHaveLength(1);
      expect(await bench.debts()).toEqual([]);
      expect((await bench.sync({ request: { full: true } })).writes).toEqual({ woo: 0, odoo: 0 });
    },
  );

  test('takes up a half-done order that no sweep reads any more, where only its link was lost', async () => {
    const order = place();
    const run = bench.sync({
      ...FLOWS,
      wrapOdoo: (odoo) => strikeWrites(odoo, { at: 4, when: 'after', error: killed }),
    });
    await expect(run).rejects.toThrow(Killed);
    const [link, checkpoint] = await Promise.all([
      bench.link('order', order.id),
      bench.withState((state) => state.checkpoints.get('shop', 'orders')),
    ]);
    await bench.withState((state) =>
      state.commit({
        removedLinks: link === undefined ? [] : [link.key],
        closedIntents: [recordKey('shop', 'order', order.id)],
        checkpoint: { ...checkpoint!, watermark: new Date().toISOString() },
      }),
    );
    order.modifiedAt -= 3600;
    await rebuild();
    await bench.sync(FLOWS);
    await bench.sync(FLOWS);
    expect(odooOrder(order)['state']).toBe('sale');
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

  test('knows a partner again that was merged into one of another e-mail address, and leaves that one as it is', async () => {
    const { records } = bench.sandbox.odoo;
    const billing = { ...GUEST, email: 'merged@exemple.fr', phone: '' };
    const shopCustomer = bench.sandbox.woo.shop.addCustomer({ email: billing.email, billing });
    await bench.sync();
    const own = await bench.link('customer', shopCustomer.id);
    const survivor = records.create('res.partner', { name: 'Survivor', email: 'other@exemple.fr' });
    mergePartners(bench, own!.odooId, survivor);
    bench.forget();
    await rebuild();
    await bench.sync();
    expect(await bench.link('customer', shopCustomer.id)).toMatchObject({ odooId: survivor, adopted: true });
    // What both held as empty would count as agreed, and be written.
    bench.sandbox.woo.shop.editCustomer(shopCustomer.id, { billing: { phone: '+33 1 23 45 67 89' } });
    const later = place({ billing });
    await bench.sync({ request: { full: true } });
    expect(records.find('res.partner', [['id', '=', survivor]], ['name', 'phone'])).toEqual([
      { id: survivor, name: 'Survivor', phone: false },
    ]);
    expect((odooOrder(later, ['partner_id'])['partner_id'] as [number, string])[0]).toBe(survivor);
    expect(await bench.debts()).toEqual([]);
  });

  test('knows that a customer and a guest were merged into one, and takes neither for its own', async () => {
    const order = place({ billing: { ...GUEST, email: 'guest@exemple.fr' } });
    await bench.sync();
    const [customer] = await bench.withState((state) => state.links.findUnfinished('shop', 'customer', []));
    const [guestId] = odooOrder(order, ['partner_id'])['partner_id'] as [number, string];
    mergePartners(bench, guestId, customer!.odooId);
    bench.forget();
    const rebuilt = await rebuild();
    expect(rebuilt.filter(({ merged }) => merged > 0).map(({ entity }) => entity)).toEqual([
      'customer',
      'guest',
    ]);
    await bench.sync();
    expect(await bench.link('customer', customer!.key.id)).toMatchObject({ adopted: true });
  });

  test('leaves an address where a person put it', async () => {
    const { records } = bench.sandbox.odoo;
    const [address] = await bench.withState((state) => state.links.findUnfinished('shop', 'address', []));
    const elsewhere = records.create('res.partner', { name: 'Head office' });
    records.write('res.partner', address!.odooId, { parent_id: elsewhere, street: 'Corrected' });
    bench.forget();
    await rebuild();
    const next = await bench.sync();
    expect(next.writes.odoo).toBe(0);
    const [row] = records.find('res.partner', [['id', '=', address!.odooId]], ['parent_id', 'street']);
    expect(row).toMatchObject({ parent_id: [elsewhere, expect.anything()], street: 'Corrected' });
    expect(await bench.link('address', address!.key.id)).toMatchObject({ odooId: address!.odooId });
  });

  test('does not make an order again that was deleted in Odoo after it', async () => {
    const order = place({ status: 'pending', billing: GUEST });
    await bench.sync(FLOWS);
    bench.forget();
    await rebuild();
    bench.sandbox.odoo.records.unlink('sale.order', odooOrder(order).id);
    const next = await bench.sync(FLOWS);
    expect(rowOf(next, order)).toMatchObject({ action: 'conflict', reason: 'deleted-in-odoo' });
  });

  test('cannot know of an order that was deleted in Odoo before it: the plan shows it as new', async () => {
    const order = place({ status: 'pending', billing: GUEST });
    await bench.sync(FLOWS);
    bench.sandbox.odoo.records.unlink('sale.order', odooOrder(order).id);
    bench.forget();
    await rebuild();
    const plan = await bench.sync({ ...FLOWS, dryRun: true });
    expect(plan.rows.filter(({ action }) => action === 'create').map(({ wooId }) => wooId)).toEqual([
      String(order.id),
    ]);
  });
});
