import { openState } from '../../src/state/open';
import type { OpenState } from '../../src/state/open';
import { STORE, checkpointOf, now } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

test('a flow that never ran has no checkpoint', async () => {
  expect(await state.checkpoints.get(STORE, 'order-woo-to-odoo')).toBeUndefined();
});

test('a checkpoint comes back exactly as it was committed, its position as the JSON it is', async () => {
  const position = {
    lastId: 7,
    offset: 3,
    upperId: 900,
    startedAt: '2026-03-01T12:00:00Z',
    deep: [null, 'é'],
  };
  const checkpoint = checkpointOf({ position, fullAt: '2026-02-01T00:00:00Z' });
  await state.commit({ checkpoint });
  expect(await state.checkpoints.get(STORE, checkpoint.flow)).toEqual(checkpoint);
});

test('the position is null again once a sweep is over', async () => {
  await state.commit({ checkpoint: checkpointOf({ position: { lastId: 7 }, watermark: null }) });
  await state.commit({ checkpoint: checkpointOf({ position: null }) });
  expect(await state.checkpoints.get(STORE, 'order-woo-to-odoo')).toEqual(checkpointOf());
});

test('checkpoints are kept apart by store and by flow', async () => {
  await state.commit({ checkpoint: checkpointOf({ watermark: 'a' }) });
  await state.commit({ checkpoint: checkpointOf({ watermark: 'b', store: 'other' }) });
  await state.commit({ checkpoint: checkpointOf({ watermark: 'c', flow: 'stock-odoo-to-woo' }) });
  expect((await state.checkpoints.get(STORE, 'order-woo-to-odoo'))?.watermark).toBe('a');
  expect((await state.checkpoints.get('other', 'order-woo-to-odoo'))?.watermark).toBe('b');
  expect((await state.checkpoints.get(STORE, 'stock-odoo-to-woo'))?.watermark).toBe('c');
});
