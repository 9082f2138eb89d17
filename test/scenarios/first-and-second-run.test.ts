import {
  BROUGHT_OVER,
  countsOf,
  decisions,
  startBench,
  type Bench,
  type SyncResult,
} from '../support/run-sync';

/** What a decision is about; the time, the run and the Odoo id differ between a plan and the deed. */
function planOf({ rows }: SyncResult): string[] {
  return rows
    .map(
      ({ flow, entity, wooId, action, changes }) =>
        `${flow} ${entity}/${wooId} ${action} ${JSON.stringify(
          changes.filter(({ field }) => field === 'total' || field === 'stock_quantity'),
        )}`,
    )
    .sort();
}

describe('a shop that was never synchronised', () => {
  let bench: Bench;
  let plan: SyncResult;
  let first: SyncResult;

  beforeAll(async () => {
    bench = await startBench({ orders: 60 });
    plan = await bench.sync({ dryRun: true });
  });
  afterAll(() => bench.close());

  test('a dry run writes nothing on either side and leaves no state behind', () => {
    expect(plan.writes).toEqual({ woo: 0, odoo: 0 });
    expect(bench.stateBytes()).toBeUndefined();
    expect(plan.rows.length).toBeGreaterThan(100);
  });

  test('the first run decides exactly what the dry run has shown, with the same totals', async () => {
    first = await bench.sync();
    expect(first.summary.status).toBe('done');
    expect(planOf(first)).toEqual(planOf(plan));
    expect(await bench.withState((state) => state.intents.list('shop'))).toEqual([]);
  });

  test('every order that is brought over has the total of the shop to the cent', () => {
    const pairs = bench.pairs().filter(({ status }) => BROUGHT_OVER.includes(status));
    expect(pairs.length).toBeGreaterThan(35);
    expect(pairs.map(({ id, odooTotal }) => [id, odooTotal])).toEqual(
      pairs.map(({ id, shopTotal }) => [id, shopTotal]),
    );
  });

  test('each order stands in Odoo as its status asks, with the date of the shop', () => {
    const states = new Map(bench.pairs().map(({ status, odoo }) => [status, odoo?.['state']]));
    expect(Object.fromEntries(states)).toEqual({
      pending: 'draft',
      'on-hold': 'draft',
      'awaiting-pickup': 'draft',
      processing: 'sale',
      completed: 'sale',
      cancelled: 'cancel',
      refunded: 'cancel',
      failed: 'cancel',
      trash: undefined,
      'checkout-draft': undefined,
    });
    for (const { id, odoo } of bench.pairs()) {
      const order = bench.sandbox.woo.shop.orders.find((candidate) => candidate.id === id);
      const created = new Date((order?.createdAt ?? 0) * 1000).toISOString().slice(0, 19).replace('T', ' ');
      expect(odoo?.['date_order'] ?? created).toBe(created);
    }
  });

  test('the second run writes nothing', async () => {
    const second = await bench.sync();
    expect(second.writes).toEqual({ woo: 0, odoo: 0 });
    expect(second.summary.status).toBe('done');
  });

  test('a full run compares everything and writes nothing', async () => {
    const full = await bench.sync({ request: { full: true } });
    expect(full.writes).toEqual({ woo: 0, odoo: 0 });
    expect(countsOf(full, 'orders').read).toBe(60);
    expect(countsOf(full, 'orders').created + countsOf(full, 'orders').updated).toBe(0);
    expect(countsOf(full, 'customers').unchanged).toBeGreaterThan(15);
  });

  test('a dry run on a synchronised shop leaves the state as it was to the byte', async () => {
    const before = bench.stateBytes();
    const dry = await bench.sync({ dryRun: true, request: { full: true } });
    expect(dry.writes).toEqual({ woo: 0, odoo: 0 });
    expect(before?.equals(bench.stateBytes() ?? Buffer.alloc(0))).toBe(true);
  });

  test('with its state lost, a run links everything again, creates nothing and writes nothing', async () => {
    const counts = (): number[] =>
      ['res.partner', 'sale.order', 'sale.order.line'].map(
        (model) => bench.sandbox.odoo.records.read(model, ['id']).length,
      );
    const before = counts();
    bench.forget();
    const again = await bench.sync();
    expect(again.writes).toEqual({ woo: 0, odoo: 0 });
    expect(counts()).toEqual(before);
    expect(decisions(again.rows).filter((row) => !/ (link|skip) done$/.test(row))).toEqual([]);
    expect(again.summary.status).toBe('done');
    const linked = again.rows.filter(({ flow, action }) => flow === 'orders' && action === 'link');
    expect(linked).toHaveLength(bench.pairs().filter(({ odoo }) => odoo !== undefined).length);
  });

  test('and the run after that has nothing to do', async () => {
    const after = await bench.sync({ request: { full: true } });
    expect(after.writes).toEqual({ woo: 0, odoo: 0 });
    expect(countsOf(after, 'orders').linked).toBe(0);
  });
});

describe.each([
  { odooVersion: 14, roundingMethod: 'round_per_line' },
  { odooVersion: 14, roundingMethod: 'round_globally' },
  { odooVersion: 19, roundingMethod: 'round_per_line' },
] as const)('Odoo $odooVersion with $roundingMethod', (options) => {
  test('has the total of the shop on every order, and nothing to do the second time', async () => {
    const bench = await startBench({ ...options, orders: 40 });
    try {
      const first = await bench.sync();
      expect(first.summary.status).toBe('done');
      const pairs = bench.pairs().filter(({ status }) => BROUGHT_OVER.includes(status));
      expect(pairs.map(({ id, odooTotal }) => [id, odooTotal])).toEqual(
        pairs.map(({ id, shopTotal }) => [id, shopTotal]),
      );
      const second = await bench.sync({ request: { full: true } });
      expect(second.writes).toEqual({ woo: 0, odoo: 0 });
    } finally {
      await bench.close();
    }
  });
});
