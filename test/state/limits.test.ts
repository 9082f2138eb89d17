import { openState } from '../../src/state/open';
import type { OpenState } from '../../src/state/open';
import type { Breach } from '../../src/core/ports';
import { STORE, keyOf, now } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

const BREACH: Breach = {
  store: STORE,
  runId: 'r1',
  flow: 'stock',
  limit: 'stock-to-zero',
  measured: 12,
  message: 'the stock of 12 of 50 records would fall to zero',
  at: '2026-01-01T00:00:00.000Z',
  usedBy: null,
};

test('the listing of a flow is that of its last complete one', async () => {
  await state.commit({
    listing: { store: STORE, flow: 'stock', records: 50, at: '2026-01-01T00:00:00.000Z' },
  });
  await state.commit({
    listing: { store: STORE, flow: 'stock', records: 48, at: '2026-01-02T00:00:00.000Z' },
  });
  expect((await state.listings.get(STORE, 'stock'))?.records).toBe(48);
  expect(await state.listings.get(STORE, 'orders')).toBeUndefined();
  expect(await state.listings.get('other', 'stock')).toBeUndefined();
});

test('what stopped a run is found by its id, and says once it was used', async () => {
  await state.commit({ breaches: [BREACH, { ...BREACH, runId: 'r2' }] });
  expect(await state.breaches.find(STORE, 'r1')).toEqual([BREACH]);
  await state.commit({ breaches: [{ ...BREACH, usedBy: 'r3' }] });
  expect(await state.breaches.find(STORE, 'r1')).toEqual([{ ...BREACH, usedBy: 'r3' }]);
  expect(await state.breaches.find(STORE, 'nowhere')).toEqual([]);
});

describe('the spool', () => {
  test('hands out what was put in, in that order, each once', async () => {
    await state.spool.add([
      { key: keyOf(1), content: { price: '12.30' } },
      { key: keyOf(2), content: null },
    ]);
    await state.spool.add([{ key: keyOf(3), content: ['é'] }]);
    expect(await state.spool.take(2)).toEqual([
      { key: keyOf(1), content: { price: '12.30' } },
      { key: keyOf(2), content: null },
    ]);
    expect(await state.spool.take(2)).toEqual([{ key: keyOf(3), content: ['é'] }]);
    expect(await state.spool.take(2)).toEqual([]);
  });

  test('is empty once it was cleared', async () => {
    await state.spool.add([{ key: keyOf(1), content: {} }]);
    await state.spool.clear();
    expect(await state.spool.take(1)).toEqual([]);
  });
});
