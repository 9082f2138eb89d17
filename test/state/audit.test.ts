import { openState } from '../../src/state/open';
import type { OpenState } from '../../src/state/open';
import { auditRowOf, now } from './samples';

let state: OpenState;
beforeEach(async () => {
  state = await openState({ path: ':memory:', now });
});
afterEach(() => {
  state.close();
});

test('the rows of a run come back exactly, in the order they were committed', async () => {
  const rows = [
    auditRowOf({ wooId: '9' }),
    auditRowOf({ wooId: '1', time: '2020-01-01T00:00:00Z', changes: [] }),
    auditRowOf({ wooId: '5', direction: 'odooToWoo', message: 'l1\nl2' }),
  ];
  await state.commit({ audit: rows.slice(0, 2) });
  await state.commit({ audit: [auditRowOf({ runId: 'r2' })] });
  await state.commit({ audit: rows.slice(2) });
  expect([...state.auditOf('r1')]).toEqual(rows);
  expect([...state.auditOf('none')]).toEqual([]);
});

test('rows are streamed: a reader may stop early, and the state can be written while it reads', async () => {
  const audit = Array.from({ length: 1200 }, (_, index) => auditRowOf({ wooId: String(index) }));
  await state.commit({ audit });
  let read = 0;
  for (const row of state.auditOf('r1')) {
    expect(row.wooId).toBe(String(read));
    read += 1;
    if (read === 700) {
      await state.commit({ audit: [auditRowOf({ runId: 'r2' })] });
    }
    if (read === 1100) {
      break;
    }
  }
  expect(read).toBe(1100);
  expect([...state.auditOf('r1')]).toHaveLength(1200);
  expect([...state.auditOf('r2')]).toHaveLength(1);
});
