import type { RememberedAlert } from '../../src/core/ports';
import { openState, type OpenState } from '../../src/state/open';
import { STORE, now } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

const alert: RememberedAlert = {
  store: STORE,
  channel: 'mail',
  kind: 'quarantine',
  flow: 'orders',
  reason: 'total-mismatch',
  isOpen: true,
  toldAt: '2026-03-01T03:00:00.000Z',
  recoveredAt: null,
  heldBack: 2,
  runs: 3,
};

test('what a channel was told is remembered as it was, and replaced as a whole', async () => {
  const other = { ...alert, reason: 'no-product', isOpen: false };
  await state.alerts.replace(STORE, 'mail', [alert, other]);
  expect(await state.alerts.list(STORE, 'mail')).toEqual([other, alert]);
  await state.alerts.replace(STORE, 'mail', [{ ...alert, heldBack: 0 }]);
  expect(await state.alerts.list(STORE, 'mail')).toEqual([{ ...alert, heldBack: 0 }]);
});

test('channels and stores are kept apart', async () => {
  await state.alerts.replace(STORE, 'mail', [alert]);
  await state.alerts.replace(STORE, 'webhook', []);
  await state.alerts.replace('other', 'mail', []);
  expect(await state.alerts.list(STORE, 'mail')).toEqual([alert]);
  expect(await state.alerts.list(STORE, 'webhook')).toEqual([]);
});
