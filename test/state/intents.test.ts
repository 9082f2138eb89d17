import { openState } from '../../src/state/open';
import type { OpenState } from '../../src/state/open';
import { STORE, intentOf, keyOf, linkOf, now } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

test('open intents are listed by store, the oldest first', async () => {
  const young = intentOf(keyOf(1), { createdAt: '2026-03-02T00:00:00Z' });
  const old = intentOf(keyOf(2), { createdAt: '2026-03-01T00:00:00Z' });
  await state.intents.open([young, old, intentOf(keyOf(3, 'order', 'other'))]);
  expect(await state.intents.list(STORE)).toEqual([old, young]);
});

test('an intent opened again is that of the later run', async () => {
  await state.intents.open([intentOf(keyOf(1))]);
  await state.intents.open([intentOf(keyOf(1), { runId: 'r2' })]);
  expect(await state.intents.list(STORE)).toEqual([intentOf(keyOf(1), { runId: 'r2' })]);
});

test('an intent keeps the link that its record was to have', async () => {
  const intent = intentOf(keyOf(1), {
    link: linkOf(keyOf(1), { odooId: 0, adopted: true, step: 'created' }),
  });
  await state.intents.open([intent, intentOf(keyOf(2))]);
  expect(await state.intents.list(STORE)).toEqual([intent, intentOf(keyOf(2))]);
});

test('a commit closes the intents it names and no other', async () => {
  await state.intents.open([intentOf(keyOf(1)), intentOf(keyOf(1, 'product')), intentOf(keyOf(2))]);
  await state.commit({ closedIntents: [keyOf(1)] });
  expect((await state.intents.list(STORE)).map((intent) => intent.key)).toEqual([
    keyOf(2),
    keyOf(1, 'product'),
  ]);
});
