import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { AuditRow } from '../../src/core/ports';
import { HISTORY_NAMED, HISTORY_OF } from '../../src/state/history';
import { openState, type OpenState } from '../../src/state/open';
import { auditRowOf, keyOf, useFolder } from './samples';

const folder = useFolder();
let path: string;
let state: OpenState;

function rowOf(id: number, values: Partial<AuditRow> = {}): AuditRow {
  return auditRowOf({ wooId: String(id), businessKey: `#${id}`, ...values });
}

beforeEach(async () => {
  path = join(folder, `${randomUUID()}.db`);
  state = await openState({ path, now: () => new Date() });
});
afterEach(() => {
  state.close();
});

test('the last decisions about a record come newest first, and no more than asked for', async () => {
  await state.commit({ audit: [rowOf(1, { message: 'a' }), rowOf(2), rowOf(1, { message: 'b' })] });
  await state.commit({
    audit: [rowOf(1, { message: 'c' }), rowOf(1, { entity: 'stock', message: 'other' })],
  });

  const messages = async (limit: number): Promise<string[]> =>
    (await state.history.of(keyOf(1), limit)).map(({ message }) => message);
  expect(await messages(10)).toEqual(['c', 'b', 'a']);
  expect(await messages(2)).toEqual(['c', 'b']);
  expect(await state.history.of(keyOf(1, 'order', 'other'), 10)).toEqual([]);
});

test('a business key leads to the records that went by it, those of the newest decisions first', async () => {
  await state.commit({
    audit: [
      rowOf(1, { businessKey: 'ABC', entity: 'product' }),
      rowOf(7),
      rowOf(1, { businessKey: 'ABC', entity: 'stock' }),
      rowOf(1, { businessKey: 'ABC', entity: 'stock' }),
    ],
  });

  expect(await state.history.named('shop', ['ABC', '#7'])).toEqual([
    keyOf(1, 'stock'),
    keyOf(1, 'product'),
    keyOf(7),
  ]);
  expect(await state.history.named('other', ['ABC'])).toEqual([]);
});

test('both are found through an index, however long the audit is', () => {
  const db = new Database(path, { readonly: true });
  const planOf = (sql: string, ...values: unknown[]): string =>
    (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[])
      .map(({ detail }) => detail)
      .join('\n');
  expect(planOf(HISTORY_OF, 'shop', 'order', '1', 5)).toBe(
    'SEARCH audit USING INDEX audit_by_record (store=? AND entity=? AND woo_id=?)',
  );
  expect(planOf(HISTORY_NAMED, 'shop', 'ABC')).toContain(
    'SEARCH audit USING INDEX audit_by_business_key (store=? AND business_key=?)',
  );
  expect(planOf(HISTORY_NAMED, 'shop', 'ABC')).not.toContain('SCAN audit');
  db.close();
});
