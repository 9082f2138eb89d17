import fc from 'fast-check';
import { formatKey } from '../../src/core/keys';
import type { Debt } from '../../src/core/ports';
import { openState } from '../../src/state/open';
import type { OpenState } from '../../src/state/open';
import { EARLIER, LATER, NOW, STORE, debtOf, keyOf, linkOf, now } from './samples';

const FLOW = 'order-woo-to-odoo';
let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

async function dueIds(at = NOW, configHash = 'c1'): Promise<string[]> {
  return (await state.debts.due(STORE, FLOW, at, configHash)).map((debt) => debt.key.id);
}

describe('find, list and count', () => {
  test('a debt comes back exactly as it was committed', async () => {
    const debt = debtOf(keyOf(1, 'guest'), {
      state: 'waiting',
      waitingFor: 'shop/customer/5',
      origin: keyOf(329),
      message: 'línea 1\nline 2',
      attempts: 3,
    });
    await state.commit({ debts: [debt, debtOf(keyOf(2))] });
    expect(await state.debts.find([debt.key, keyOf(9)])).toEqual(new Map([[formatKey(debt.key), debt]]));
  });

  test('debts are listed by flow and state, the oldest first', async () => {
    const old = debtOf(keyOf(3), { firstAt: '2026-01-01T00:00:00.000Z' });
    const stuck = debtOf(keyOf(1), { state: 'quarantine' });
    const foreign = debtOf(keyOf(2), { flow: 'product-odoo-to-woo' });
    await state.commit({ debts: [stuck, foreign, old, debtOf(keyOf(1, 'order', 'other'))] });
    const listed = async (filter?: Parameters<typeof state.debts.list>[1]): Promise<string[]> =>
      (await state.debts.list(STORE, filter)).map((debt) => debt.key.id);
    expect(await listed()).toEqual(['3', '1', '2']);
    expect(await listed({ flow: FLOW })).toEqual(['3', '1']);
    expect(await listed({ state: 'quarantine' })).toEqual(['1']);
    expect(await listed({ flow: FLOW, state: 'waiting' })).toEqual([]);
    expect(await state.debts.count(STORE)).toEqual({ total: 3, quarantine: 1 });
    expect(await state.debts.count('none')).toEqual({ total: 0, quarantine: 0 });
  });
});

describe('due', () => {
  test('a retry is due from its time on, however the time is written', async () => {
    await state.commit({
      debts: [
        debtOf(keyOf(1), { nextAt: EARLIER }),
        debtOf(keyOf(2), { nextAt: NOW }),
        debtOf(keyOf(3), { nextAt: LATER }),
        debtOf(keyOf(4), { nextAt: '2026-03-01T12:00:00Z' }),
        debtOf(keyOf(5), { nextAt: '2026-03-01T13:00:00+01:00' }),
        debtOf(keyOf(6), { nextAt: '2026-03-01T11:59:59-01:00' }),
      ],
    });
    expect(await dueIds()).toEqual(['1', '2', '4', '5']);
  });

  test('a retry of another configuration waits for its time, a quarantine does not', async () => {
    await state.commit({
      debts: [
        debtOf(keyOf(1), { configHash: 'c0' }),
        debtOf(keyOf(2), { state: 'quarantine', configHash: 'c0' }),
      ],
    });
    expect(await dueIds(NOW, 'c1')).toEqual(['2']);
    expect(await dueIds(NOW, 'c0')).toEqual([]);
  });

  test('a wait ends when the record waited for is settled', async () => {
    const customer = keyOf(5, 'customer');
    await state.commit({
      debts: [
        debtOf(customer, { flow: 'customer-woo-to-odoo' }),
        debtOf(keyOf(1), { state: 'waiting', waitingFor: formatKey(customer) }),
      ],
    });
    expect(await dueIds()).toEqual([]);
    await state.commit({ settledDebts: [customer] });
    expect(await dueIds()).toEqual(['1']);
  });

  test('a wait ends when the record waited for gets a link, even while it is still owed for something else', async () => {
    const customer = keyOf(5, 'customer');
    const wait = debtOf(keyOf(1), { state: 'waiting', waitingFor: formatKey(customer) });
    await state.commit({
      debts: [debtOf(customer), wait, debtOf(keyOf(2), { waitingFor: formatKey(customer) })],
    });
    await state.commit({ links: [linkOf(customer)] });
    expect(await dueIds()).toEqual(['1']);
    expect((await state.debts.find([keyOf(1)])).get('shop/order/1')).toEqual({ ...wait, nextAt: NOW });
  });

  test('a wait for a record that nobody owes is over at once', async () => {
    await state.commit({ debts: [debtOf(keyOf(1), { state: 'waiting', waitingFor: 'shop/customer/5' })] });
    expect(await dueIds()).toEqual(['1']);
  });

  test('a wait is over at its time although the record waited for is still owed', async () => {
    const wait = { state: 'waiting', waitingFor: 'shop/order/2', nextAt: NOW } as const;
    await state.commit({ debts: [debtOf(keyOf(1), wait), debtOf(keyOf(2))] });
    expect(await dueIds()).toEqual(['1']);
  });

  test('what is due is what the rules say, for any set of debts', async () => {
    const debt = fc.record({
      id: fc.nat(7),
      flow: fc.constantFrom(FLOW, 'customer-woo-to-odoo'),
      state: fc.constantFrom('retry' as const, 'waiting' as const, 'quarantine' as const),
      store: fc.constantFrom(STORE, 'other'),
      waitingFor: fc.option(fc.nat(9).map((id) => `shop/order/${id}`)),
      offsetMs: fc.integer({ min: -2, max: 2 }),
      configHash: fc.constantFrom('c1', 'c2'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(debt, { maxLength: 12 }),
        fc.constantFrom('c1', 'c2'),
        async (drawn, hash) => {
          const byKey = new Map<string, Debt>();
          for (const { id, store, offsetMs, ...values } of drawn) {
            const nextAt = new Date(Date.parse(NOW) + offsetMs).toISOString();
            const key = keyOf(id, 'order', store);
            byKey.set(formatKey(key), debtOf(key, { ...values, nextAt }));
          }
          const debts = [...byKey.values()];
          const expected = debts.filter(
            (one) =>
              one.key.store === STORE &&
              one.flow === FLOW &&
              (one.nextAt <= NOW ||
                (one.state === 'quarantine' && one.configHash !== hash) ||
                (one.state === 'waiting' && !byKey.has(one.waitingFor ?? ''))),
          );
          const fresh = await openState({ path: ':memory:', now });
          await fresh.commit({ debts });
          const found = await fresh.debts.due(STORE, FLOW, NOW, hash);
          fresh.close();
          expect(found.map((one) => one.key.id)).toEqual(expected.map((one) => one.key.id).sort());
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('release', () => {
  test('released debts of every kind are due at once', async () => {
    await state.commit({
      debts: [
        debtOf(keyOf(1)),
        debtOf(keyOf(2), { state: 'quarantine' }),
        debtOf(keyOf(3), { state: 'waiting', waitingFor: 'shop/order/1' }),
        debtOf(keyOf(4)),
      ],
    });
    expect(await state.debts.release([keyOf(1), keyOf(2), keyOf(3), keyOf(9)], NOW)).toBe(3);
    expect(await dueIds()).toEqual(['1', '2', '3']);
  });

  test('a release never puts a debt off', async () => {
    await state.commit({ debts: [debtOf(keyOf(1), { nextAt: EARLIER })] });
    await state.debts.release([keyOf(1)], LATER);
    expect(await dueIds(EARLIER)).toEqual(['1']);
  });
});

test('a debt without a readable time is refused as a bug', async () => {
  await expect(state.commit({ debts: [debtOf(keyOf(1), { nextAt: 'soon' })] })).rejects.toThrow(RangeError);
});
