/** A run is killed, then the shop or a person changes what it was at, and only then comes the next run. */
import { ordersOn, rowOf, GUEST } from '../support/orders-bench';
import { startBench, type Bench, type SyncOptions } from '../support/run-sync';
import { killed, Killed, wrapWrites } from '../support/wrap-ports';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

let bench: Bench;
const { place, edit, odooOrder, expectSameTotal } = ordersOn(() => bench);
const FLOWS = { flows: ['customers', 'orders'] };
const FULL = { ...FLOWS, request: { full: true } };

/** A call that writes, as `model.method`, or any of them; and which one of its name. */
interface Moment {
  readonly call?: string;
  readonly number?: number;
  readonly when: 'before' | 'after';
}

/** Runs and is killed at a call: before Odoo saw it, or after it had done it. */
async function killAt({ call, number = 1, when }: Moment, options: SyncOptions = FLOWS): Promise<void> {
  let count = 0;
  const killing = bench.sync({
    ...options,
    wrapOdoo: (odoo) =>
      wrapWrites(odoo, async (name, write) => {
        count += call === undefined || name === call ? 1 : 0;
        const isStruck = count === number && (call === undefined || name === call);
        if (isStruck && when === 'before') {
          throw killed();
        }
        const answer = await write();
        if (isStruck) {
          throw killed();
        }
        return answer;
      }),
  });
  await expect(killing).rejects.toThrow(Killed);
}

/** The calls that write of one run. */
async function callsOf(options: SyncOptions = FLOWS): Promise<string[]> {
  const calls: string[] = [];
  await bench.sync({
    ...options,
    wrapOdoo: (odoo) =>
      wrapWrites(odoo, (name, write) => {
        calls.push(name);
        return write();
      }),
  });
  return calls;
}

beforeEach(async () => {
  bench = await startBench({ orders: 0, customers: 0, products: 10 });
  await bench.sync();
});
afterEach(() => bench.close());

describe('an order', () => {
  const CONFIRM = 'sale.order.action_confirm';
  const CANCEL = 'sale.order.action_cancel';

  test.each([
    [CONFIRM, 'processing', 'sale', {}],
    [CONFIRM, 'processing', 'sale', { lines: [{ sku: 'SIM-0004', quantity: 1 }] }],
    [CANCEL, 'cancelled', 'cancel', {}],
  ])(
    'is sent %s once (%s, %s, then %o), although nobody heard that it was done',
    async (call, status, state, edits) => {
      const order = place({ status });
      await killAt({ call, when: 'after' });
      edit(order, edits);
      expect(await callsOf()).not.toContain(call);
      expect(odooOrder(order)['state']).toBe(state);
      expectSameTotal(order);
    },
  );

  test.each(['before', 'after'] as const)(
    'that was confirmed is cancelled by the next run when this one was killed %s it cancelled it',
    async (when) => {
      const order = place();
      await bench.sync(FLOWS);
      edit(order, { status: 'refunded' });
      await killAt({ call: CANCEL, when });
      await bench.sync(FLOWS);
      expect(odooOrder(order)['state']).toBe('cancel');
    },
  );

  test('that the shop cancels before its date was put back is cancelled, after another kill too', async () => {
    const order = place();
    // The first load creates it, the second puts its date back.
    await killAt({ call: 'sale.order.load', number: 2, when: 'before' });
    edit(order, { status: 'cancelled' });
    await killAt({ call: CANCEL, when: 'before' });
    await bench.sync(FLOWS);
    expect(odooOrder(order)['state']).toBe('cancel');
  });

  test.each([{}, { lines: [{ sku: 'SIM-0004', quantity: 1 }] }])(
    'that the shop cancels (with %o) after it was confirmed has its own date all the same',
    async (edits) => {
      const order = place();
      edit(order, { date_created_gmt: '2026-11-02T10:00:00' });
      await killAt({ call: CONFIRM, when: 'after' });
      edit(order, { status: 'cancelled', ...edits });
      await bench.sync(FLOWS);
      expect(odooOrder(order, ['state', 'date_order'])).toMatchObject({
        state: 'cancel',
        date_order: '2026-11-02 10:00:00',
      });
    },
  );

  test.each(['created', 'changed'])(
    'that was just %s and cancelled by wcodoo itself goes on when the shop takes it up again',
    async (what) => {
      const order = place({ status: what === 'created' ? 'failed' : 'processing' });
      if (what === 'changed') {
        await bench.sync(FLOWS);
        edit(order, { status: 'failed' });
      }
      await killAt({ call: CANCEL, when: 'after' });
      expect(odooOrder(order)['state']).toBe('cancel');
      edit(order, { status: 'processing' });
      await bench.sync(FLOWS);
      expect(await bench.debts()).toEqual([]);
      expect(odooOrder(order)['state']).toBe('sale');
      expectSameTotal(order);
    },
  );

  test('that goes back to pending before it was confirmed is done with by the next run', async () => {
    const order = place();
    await killAt({ call: CONFIRM, when: 'before' });
    edit(order, { status: 'pending' });
    await bench.sync(FLOWS);
    expect(odooOrder(order)['state']).toBe('draft');
    expect(rowOf(await bench.sync(FLOWS), order)).toBeUndefined();
  });

  describe('whose change had reached Odoo', () => {
    const LINES = [{ sku: 'SIM-0001', quantity: 2 }];
    let order: ShopOrder;

    beforeEach(async () => {
      order = place({ status: 'pending', customer_note: 'un', lines: LINES });
      await bench.sync(FLOWS);
      edit(order, { customer_note: 'deux', lines: [{ sku: 'SIM-0002', quantity: 1 }] });
      await killAt({ when: 'after' });
      expect(odooOrder(order)['note']).toContain('deux');
    });

    async function expectArrives(note: string): Promise<void> {
      await bench.sync(FLOWS);
      expect(await bench.debts()).toEqual([]);
      expect(odooOrder(order)).toMatchObject({ state: 'draft', note: expect.stringContaining(note) });
      expectSameTotal(order);
    }

    test('is no conflict: nobody else has changed it', () => expectArrives('deux'));

    test('and changes again arrives in its last version', async () => {
      edit(order, { customer_note: 'trois', lines: [{ sku: 'SIM-0004', quantity: 3 }] });
      await expectArrives('trois');
    });

    test('and changes back changes back in Odoo', async () => {
      edit(order, { customer_note: 'un', lines: LINES });
      await expectArrives('un');
    });
  });
});

describe('a customer', () => {
  const EMAIL = 'fidele@exemple.fr';
  let id: number;

  beforeEach(() => {
    const billing = { ...GUEST, email: EMAIL, phone: '+33 1', city: 'Paris' };
    ({ id } = bench.sandbox.woo.shop.addCustomer({ email: EMAIL, billing }));
  });

  function inOdoo(): Record<string, unknown> & { readonly id: number } {
    const found = bench.sandbox.odoo.records.find(
      'res.partner',
      [
        ['name', '=', 'Ada Lovelace'],
        ['parent_id', '=', false],
      ],
      ['phone', 'email', 'city'],
    );
    expect(found).toHaveLength(1);
    return found[0] as Record<string, unknown> & { readonly id: number };
  }

  function setPhone(phone: string): void {
    bench.sandbox.woo.shop.editCustomer(id, { billing: { phone } });
  }

  function correctInOdoo(values: Readonly<Record<string, string>>): void {
    bench.sandbox.odoo.records.write('res.partner', inOdoo().id, values);
  }

  describe('that was created', () => {
    beforeEach(() => killAt({ when: 'after' }));

    test('and changes in the shop arrives in its last version', async () => {
      setPhone('+33 2');
      await bench.sync(FULL);
      expect(await bench.debts()).toEqual([]);
      expect(inOdoo()['phone']).toBe('+33 2');
    });

    test('and was corrected by a person in Odoo is not overwritten, its e-mail address not either', async () => {
      correctInOdoo({ phone: '+33 9', email: 'corrigee@exemple.fr' });
      await bench.sync(FULL);
      expect(await bench.debts()).toEqual([]);
      expect(inOdoo()).toMatchObject({ phone: '+33 9', email: 'corrigee@exemple.fr' });
    });

    test('and was changed on both sides is a conflict', async () => {
      correctInOdoo({ phone: '+33 9' });
      setPhone('+33 2');
      await bench.sync(FULL);
      expect(await bench.debts()).toEqual([expect.objectContaining({ reason: 'changed-in-odoo' })]);
      expect(inOdoo()['phone']).toBe('+33 9');
    });
  });

  describe('whose change had reached Odoo', () => {
    beforeEach(async () => {
      await bench.sync(FLOWS);
      setPhone('+33 2');
      await killAt({ when: 'after' }, FULL);
      expect(inOdoo()['phone']).toBe('+33 2');
    });

    test.each([
      ['changes again', '+33 3'],
      ['changes back', '+33 1'],
      ['changes no more', '+33 2'],
    ])('and that %s arrives in its last version', async (_what, last) => {
      setPhone(last);
      await bench.sync(FULL);
      expect(await bench.debts()).toEqual([]);
      expect(inOdoo()['phone']).toBe(last);
      expect((await bench.sync(FULL)).writes.odoo).toBe(0);
    });

    test('and was changed on both sides since is a conflict', async () => {
      correctInOdoo({ phone: '+33 9' });
      setPhone('+33 3');
      await bench.sync(FULL);
      expect(await bench.debts()).toEqual([expect.objectContaining({ reason: 'changed-in-odoo' })]);
      expect(inOdoo()['phone']).toBe('+33 9');
    });
  });
});

test('a guest who was created and buys again is not overwritten with what the second order says', async () => {
  place();
  await killAt({ when: 'after' });
  place({ billing: { ...GUEST, city: 'Lille', phone: '+33 2' } });
  await bench.sync(FLOWS);
  const [guest, ...others] = bench.sandbox.odoo.records.find(
    'res.partner',
    [
      ['email_normalized', '=', GUEST.email],
      ['parent_id', '=', false],
    ],
    ['city', 'phone'],
  );
  expect(others).toEqual([]);
  expect(guest).toMatchObject({ city: 'Paris', phone: false });
});
