import { openState } from '../../src/state/open';
import type { OpenState } from '../../src/state/open';
import { STORE, keyOf, now } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

const [one, two] = [keyOf(1), keyOf(2)];

test('the holds of an order are replaced, those of others stay', async () => {
  await state.commit({
    heldOrders: [one, two],
    holds: [
      { order: one, productId: 10, quantity: 2 },
      { order: one, productId: 11, quantity: 1.5 },
      { order: two, productId: 10, quantity: 1 },
    ],
  });
  await state.commit({ heldOrders: [one], holds: [{ order: one, productId: 12, quantity: 3 }] });
  expect(await state.holds.list(STORE)).toEqual([
    { order: one, productId: 12, quantity: 3 },
    { order: two, productId: 10, quantity: 1 },
  ]);
});

test('an order that holds nothing any more has no holds', async () => {
  await state.commit({ heldOrders: [one], holds: [{ order: one, productId: 10, quantity: 2 }] });
  await state.commit({ heldOrders: [one], holds: [] });
  expect(await state.holds.list(STORE)).toEqual([]);
});

test('two lines of one product in an order add up, and a unit committed twice counts once', async () => {
  const unit = {
    heldOrders: [one],
    holds: [
      { order: one, productId: 10, quantity: 2 },
      { order: one, productId: 10, quantity: 3 },
    ],
  };
  await state.commit(unit);
  await state.commit(unit);
  expect(await state.holds.list(STORE)).toEqual([{ order: one, productId: 10, quantity: 5 }]);
});

test('holds are listed by store', async () => {
  const foreign = keyOf(1, 'order', 'other');
  await state.commit({ heldOrders: [foreign], holds: [{ order: foreign, productId: 10, quantity: 2 }] });
  expect(await state.holds.list(STORE)).toEqual([]);
});
