import { ordersOn, rowOf, GUEST } from '../support/orders-bench';
import { BROUGHT_OVER, countsOf, startBench, type Bench, type SyncResult } from '../support/run-sync';
import {
  answerLost,
  killed,
  Killed,
  smallPages,
  strikeWrites,
  wrapWrites,
  type Strike,
} from '../support/wrap-ports';
import { openApp } from '../../src/app';
import { LockHeldError, RetryableError } from '../../src/core/errors';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

let bench: Bench;
const { place, edit, odooOrder, odooLines, expectSameTotal } = ordersOn(() => bench);
const FLOWS = { flows: ['customers', 'orders'] };

function count(model: string, domain: readonly (readonly string[])[]): number {
  return bench.sandbox.odoo.records.find(model, domain, ['id']).length;
}

function expectAllEqual(): void {
  const pairs = bench.pairs().filter(({ status }) => BROUGHT_OVER.includes(status));
  expect(pairs.map(({ id, odooTotal }) => [id, odooTotal])).toEqual(
    pairs.map(({ id, shopTotal }) => [id, shopTotal]),
  );
}

describe('a run that is struck down between two writes', () => {
  let number = 0;

  beforeAll(async () => {
    bench = await startBench({ orders: 0, customers: 0 });
    await bench.sync();
  });
  afterAll(() => bench.close());

  function placeThree(email: string): ShopOrder[] {
    const billing = { ...GUEST, email };
    const lines = [
      { sku: 'SIM-0001', quantity: 2 },
      { sku: 'SIM-0002', quantity: 3 },
    ];
    return ['processing', 'pending', 'cancelled'].map((status) => place({ status, billing, lines }));
  }

  /** Brings three orders of a new guest over, struck once, then undisturbed. */
  async function bringOver(strike: Strike): Promise<{
    calls: string[];
    orders: ShopOrder[];
    struck: SyncResult | undefined;
    writesAfter: number;
  }> {
    number += 1;
    const email = `struck${number}@exemple.fr`;
    const orders = placeThree(email);
    const calls: string[] = [];
    const struck = await bench
      .sync({ ...FLOWS, wrapOdoo: (odoo) => strikeWrites(odoo, strike, calls) })
      .catch((error: unknown) => {
        if (!(error instanceof Killed)) {
          throw error;
        }
        return undefined;
      });
    const next = await bench.sync(FLOWS);

    expect(await bench.debts()).toEqual([]);
    expect(orders.map((order) => odooOrder(order)['state'])).toEqual(['sale', 'draft', 'cancel']);
    for (const order of orders) {
      expectSameTotal(order);
      expect(odooLines(order)).toHaveLength(3);
    }
    const [first] = orders;
    const created = new Date((first?.createdAt ?? 0) * 1000).toISOString().slice(0, 19).replace('T', ' ');
    expect(odooOrder(first!, ['date_order'])['date_order']).toBe(created);
    expect(count('res.partner', [['email_normalized', '=', email]])).toBe(1);
    expect(count('res.partner', [['parent_id.email_normalized', '=', email]])).toBe(1);
    expect(await bench.withState((state) => state.intents.list('shop'))).toEqual([]);
    expect((await bench.sync({ ...FLOWS, request: { full: true } })).writes.odoo).toBe(0);
    return { calls, orders, struck, writesAfter: next.writes.odoo };
  }

  const STRIKES = [1, 2, 3, 4, 5, 6, 7].flatMap((at) =>
    (['before', 'after'] as const).map((when) => ({ at, when })),
  );

  test.each(STRIKES)(
    'killed $when the writing call number $at, it is completed by the next one without a double',
    async ({ at, when }) => {
      const { calls, struck } = await bringOver({ at, when, error: killed });
      expect(struck).toBeUndefined();
      expect(calls).toHaveLength(at);
    },
  );

  test.each(STRIKES)(
    'cut off $when the writing call number $at, with no answer, it is looked up and completed by the same run',
    async ({ at, when }) => {
      const { orders, struck, writesAfter } = await bringOver({ at, when, error: answerLost });
      expect(struck?.summary).toMatchObject({ exitCode: 0, status: 'done' });
      const rows = orders.map((order) => rowOf(struck!, order));
      expect(rows.map((row) => [row?.action, row?.status])).toEqual(orders.map(() => ['create', 'done']));
      expect(rows.map((row) => row?.changes.map(({ field }) => field))).toEqual(
        orders.map(() => ['total', 'tax']),
      );
      expect(countsOf(struck!, 'orders')).toMatchObject({ created: 3, updated: 0, linked: 0 });
      expect(struck!.notices).toEqual([expect.stringContaining('looked up before anything is sent again')]);
      expect(writesAfter).toBe(0);
    },
  );

  test.each([4, 5, 6])(
    'cut off after the writing call number %s, an order that the money gate holds back is told as a new one',
    async (at) => {
      const order = place({ billing: { ...GUEST, email: `held${at}@exemple.fr` } });
      edit(order, { total: '999.00' });
      const calls: string[] = [];
      const struck = await bench.sync({
        ...FLOWS,
        wrapOdoo: (odoo) => strikeWrites(odoo, { at, when: 'after', error: answerLost }, calls),
      });
      expect(calls.length).toBeGreaterThan(at);
      expect(rowOf(struck, order)).toMatchObject({
        action: 'create',
        status: 'quarantined',
        reason: 'total-mismatch',
        changes: [{ field: 'total', after: bench.pair(order.id).odooTotal }, { field: 'tax' }],
      });
      expect(countsOf(struck, 'orders')).toMatchObject({ created: 0, updated: 0, conflicts: 1 });
      edit(order, { total: bench.pair(order.id).odooTotal });
      await bench.sync(FLOWS);
      expect(await bench.debts()).toEqual([]);
    },
  );

  test('the seven calls are the ones of a whole run', async () => {
    const { calls } = await bringOver({ at: 99, when: 'before', error: killed });
    expect(calls).toEqual([
      'res.partner.load',
      'res.partner.load',
      'res.partner.load',
      'sale.order.load',
      'sale.order.action_confirm',
      'sale.order.load',
      'sale.order.action_cancel',
    ]);
  });

  test.each([
    [1, 'before'],
    [1, 'after'],
  ] as const)(
    'killed at the writing call number %s, %s it, a changed order is completed by the next run',
    async (at, when) => {
      const order = place({ status: 'pending' });
      await bench.sync(FLOWS);
      edit(order, { lines: [{ sku: 'SIM-0002', quantity: 1 }] });
      const killing = bench.sync({
        ...FLOWS,
        wrapOdoo: (odoo) => strikeWrites(odoo, { at, when, error: killed }),
      });
      await expect(killing).rejects.toThrow(Killed);
      await bench.sync(FLOWS);
      expect(await bench.debts()).toEqual([]);
      expectSameTotal(order);
      edit(order, { lines: [{ sku: 'SIM-0004', quantity: 2 }] });
      await bench.sync(FLOWS);
      expect(await bench.debts()).toEqual([]);
      expectSameTotal(order);
    },
  );

  test('killed before it was rewritten, an order that changes again in the shop arrives in its last version', async () => {
    const order = place({ status: 'pending' });
    await bench.sync(FLOWS);
    edit(order, { lines: [{ sku: 'SIM-0002', quantity: 1 }] });
    const killing = bench.sync({
      ...FLOWS,
      wrapOdoo: (odoo) => strikeWrites(odoo, { at: 1, when: 'before', error: killed }),
    });
    await expect(killing).rejects.toThrow(Killed);
    edit(order, { lines: [{ sku: 'SIM-0004', quantity: 2 }] });
    await bench.sync(FLOWS);
    expect(await bench.debts()).toEqual([]);
    expectSameTotal(order);
  });

  test('killed once it was written, a new order is told with its totals by the run that takes it up again', async () => {
    const order = place({ billing: { ...GUEST, email: 'resumed@exemple.fr' } });
    const killing = bench.sync({
      ...FLOWS,
      wrapOdoo: (odoo) => strikeWrites(odoo, { at: 4, when: 'after', error: killed }),
    });
    await expect(killing).rejects.toThrow(Killed);
    expect(rowOf(await bench.sync(FLOWS), order)).toMatchObject({
      status: 'done',
      reason: 'resumed',
      changes: [
        { field: 'total', before: '', after: bench.pair(order.id).odooTotal },
        { field: 'tax', before: '', after: bench.pair(order.id).odooTax },
      ],
    });
  });

  test('a guest whose answer was lost is not rewritten by the next order, as any guest', async () => {
    const email = 'lost@exemple.fr';
    place({ billing: { ...GUEST, email, phone: '0102030405' } });
    await bench.sync({
      ...FLOWS,
      wrapOdoo: (odoo) => strikeWrites(odoo, { at: 1, when: 'after', error: answerLost }),
    });
    const guest = (): unknown =>
      bench.sandbox.odoo.records.find('res.partner', [['email', '=', email]], ['phone', 'street']);
    const before = guest();
    place({ billing: { ...GUEST, email, phone: '0605040302', address_1: '2 rue de la Paix' } });
    await bench.sync(FLOWS);
    expect(guest()).toEqual(before);
  });

  test('a partner whose soft field was refused is no conflict after its answer was lost', async () => {
    bench.sandbox.woo.shop.addCustomer({
      email: 'soft@exemple.fr',
      billing: { ...GUEST, email: 'soft@exemple.fr', state: 'ZZ-NOWHERE' },
    });
    await bench.sync({
      ...FLOWS,
      wrapOdoo: (odoo) => strikeWrites(odoo, { at: 1, when: 'after', error: answerLost }),
    });
    await bench.sync({ ...FLOWS, request: { full: true } });
    expect(await bench.debts()).toEqual([]);
    expect(count('res.partner', [['email_normalized', '=', 'soft@exemple.fr']])).toBe(1);
  });
});

describe('a run that is asked to stop', () => {
  beforeAll(async () => {
    bench = await startBench({ orders: 12, customers: 5 });
  });
  afterAll(() => bench.close());

  test('ends between two pages with exit code 130, and the next one goes on from there', async () => {
    const controller = new AbortController();
    const stopped = await bench.sync({
      signal: controller.signal,
      wrapWoo: (woo) => smallPages(woo),
      on: (event) => {
        if (event.type === 'flow-progress' && event.flow === 'orders' && event.read >= 4) {
          controller.abort();
        }
      },
    });
    expect(stopped.summary).toMatchObject({ status: 'interrupted', exitCode: 130 });
    expect(countsOf(stopped, 'orders').read).toBeLessThan(8);
    expect(countsOf(stopped, 'stock').status).toBe('skipped');
    const next = await bench.sync({ wrapWoo: (woo) => smallPages(woo) });
    expect(countsOf(next, 'orders').read).toBe(12 - countsOf(stopped, 'orders').read);
    expect(next.summary.status).toBe('done');
    expectAllEqual();
    expect((await bench.sync({ request: { full: true } })).writes).toEqual({ woo: 0, odoo: 0 });
  });
});

describe('a shop that changes while it is read, two rows a page', () => {
  const NEWEST_DATE = new Date(Date.now() + 600_000).toISOString().slice(0, 19);

  /** Runs while a row already read is edited, one is trashed, a late one is edited and a new one comes in. */
  async function sweepBusyShop(): Promise<{
    low: ShopOrder;
    trashed: ShopOrder;
    late: ShopOrder;
    added: ShopOrder;
  }> {
    const orders = Array.from({ length: 9 }, () => place({ status: 'pending' }));
    let added: ShopOrder | undefined;
    await bench.sync({
      ...FLOWS,
      request: { full: true },
      wrapWoo: (woo) =>
        smallPages(woo, (path, { rows }) => {
          if (path === 'orders' && added === undefined && rows.some(({ id }) => id === orders[1]!.id)) {
            edit(orders[0]!, { customer_note: 'changé pendant la lecture' });
            bench.sandbox.woo.shop.trashOrder(orders[1]!.id);
            // As in a sweep that takes ten minutes: a row of a later page carries a date after the edit above.
            edit(orders[8]!, { customer_note: 'plus tard', date_modified_gmt: NEWEST_DATE });
            added = place({ status: 'pending' });
          }
        }),
    });
    expect(added).toBeDefined();
    return { low: orders[0]!, trashed: orders[1]!, late: orders[8]!, added: added! };
  }

  beforeEach(async () => {
    bench = await startBench({ orders: 0, customers: 0 });
  });
  afterEach(() => bench.close());

  test('loses nothing: what was passed over comes with the next run', async () => {
    const { low, trashed, late, added } = await sweepBusyShop();
    expect(odooOrder(low)['note']).not.toContain('changé');
    await bench.sync(FLOWS);
    expect(odooOrder(low)['note']).toContain('changé pendant la lecture');
    expect(odooOrder(trashed)['state']).toBe('cancel');
    expect(odooOrder(late)['note']).toContain('plus tard');
    expectSameTotal(added);
    expectAllEqual();
  });

  test('would lose a record with the greatest date seen as watermark, even less the overlap', async () => {
    const { low } = await sweepBusyShop();
    await bench.withState(async (state) => {
      const checkpoint = await state.checkpoints.get('shop', 'orders');
      const greatest = new Date(Date.parse(`${NEWEST_DATE}Z`) - 120_000).toISOString();
      await state.commit({ checkpoint: { ...checkpoint!, watermark: greatest } });
    });
    await bench.sync(FLOWS);
    expect(odooOrder(low)['note']).not.toContain('changé');
    expect(low.customerNote).toContain('changé');
  });
});

describe('a run', () => {
  beforeEach(async () => {
    bench = await startBench({ orders: 10, customers: 5 });
  });
  afterEach(() => bench.close());

  test('is refused with exit code 75 while another one holds the lock', async () => {
    const app = await openApp(bench.config(), {
      request: { full: false },
      dryRun: false,
      emit: () => undefined,
      signal: new AbortController().signal,
    });
    try {
      const refusal = await bench.sync().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(LockHeldError);
      expect(refusal).toMatchObject({ exitCode: 75 });
      expect((await bench.sync({ dryRun: true })).summary.status).toBe('done');
    } finally {
      await app.close();
    }
    expect((await bench.sync()).summary.status).toBe('done');
  });

  test('skips what depends on a flow whose other side is gone, and ends with 1', async () => {
    const result = await bench.sync({
      wrapOdoo: (odoo) =>
        wrapWrites(odoo, (name, call) => {
          if (name === 'res.partner.load') {
            throw new RetryableError('Odoo is being updated');
          }
          return call();
        }),
    });
    expect(countsOf(result, 'customers')).toMatchObject({
      status: 'incomplete',
      message: 'Odoo is being updated',
    });
    expect(countsOf(result, 'orders')).toMatchObject({ status: 'skipped' });
    expect(countsOf(result, 'stock')).toMatchObject({ status: 'skipped' });
    expect(result.summary.exitCode).toBe(1);
    expect(result.writes.woo).toBe(0);
    await bench.sync();
    expectAllEqual();
  });

  test('with a limit writes that many and moves no checkpoint, and the rest comes with the next', async () => {
    const limited = await bench.sync({ request: { limit: 3 } });
    expect(countsOf(limited, 'customers').status).toBe('done');
    expect(countsOf(limited, 'orders').read).toBe(3);
    expect(countsOf(limited, 'stock').status).toBe('skipped');
    const moved = await bench.withState((state) =>
      Promise.all(['customers', 'orders', 'stock'].map((flow) => state.checkpoints.get('shop', flow))),
    );
    expect(moved.map((checkpoint) => checkpoint?.watermark ?? null)).toEqual([null, null, null]);
    await bench.sync();
    expectAllEqual();
  });

  test('with since reads what was modified since then only, and moves no checkpoint', async () => {
    await bench.sync();
    const watermark = async (): Promise<string | null | undefined> =>
      (await bench.withState((state) => state.checkpoints.get('shop', 'orders')))?.watermark;
    const before = await watermark();
    const order = place();
    const result = await bench.sync({ request: { since: new Date(Date.now() - 5000).toISOString() } });
    expect(rowOf(result, order)).toMatchObject({ action: 'create', status: 'done' });
    expect(countsOf(result, 'orders').read).toBe(1);
    expect(await watermark()).toBe(before);
  });
});
