import { contextForTests } from '../support/context-for-tests';
import { defineFlow, type Change } from '../../src/core/entity';
import { noCounts } from '../../src/core/run-summary';
import { recordKey } from '../../src/core/keys';
import { MAX_ATTEMPTS } from '../../src/core/debts';
import { PageResult } from '../../src/core/page-result';

const KEY = recordKey('shop', 'thing', 1);
const LONG = '😀'.repeat(50_000);

const FLOW = defineFlow({
  name: 'things',
  direction: 'wooToOdoo',
  dependsOn: [],
  entities: ['thing'],
  odooModel: () => 'x.thing',
  // eslint-disable-next-line @typescript-eslint/require-await -- nothing to read here
  async *read() {
    yield { records: [] };
  },
  plan: () => Promise.resolve({ changes: [], failures: [], unchanged: [] }),
  write: () => Promise.resolve([]),
});

test('what a record makes us keep is bounded: message, business key, values and their number', () => {
  const result = new PageResult(contextForTests(), FLOW, new Map(), 1);
  const change: Change = {
    key: KEY,
    action: 'update',
    businessKey: LONG,
    changes: Array.from({ length: 10_000 }, (_, line) => ({
      field: `line_${line}`,
      before: '',
      after: LONG,
    })),
    reason: '',
    message: LONG,
    requires: [],
    payload: {},
  };
  result.keepOutcome(change, { key: KEY, status: 'done' }, noCounts());
  result.keepFailure({ ...change, reason: 'invalid-record', quarantine: false }, noCounts());

  const [done, failed] = result.rows;
  expect(done?.changes).toHaveLength(201);
  expect(done?.changes.at(-1)).toEqual({ field: '…', before: '', after: '9800 more' });
  for (const row of [done, failed]) {
    expect([row?.businessKey.length, row?.message.length]).toEqual([199, 999]);
  }
  expect(result.debts[0]?.businessKey).toHaveLength(199);
  expect(result.debts[0]?.message).toHaveLength(999);
  expect(JSON.stringify(result.rows).length).toBeLessThan(250_000);
});

test('the failure that puts a record in quarantine is told as that', () => {
  const failure = { key: KEY, businessKey: '1', reason: 'odoo-refused', message: '', quarantine: false };
  const known = new Map();
  const told = Array.from({ length: MAX_ATTEMPTS }, () => {
    const result = new PageResult(contextForTests(), FLOW, known, 1);
    const counts = noCounts();
    result.keepFailure(failure, counts);
    known.set('shop/thing/1', result.debts[0]);
    return [result.rows[0]?.status, counts.failed, counts.conflicts];
  });
  expect(told.slice(0, -1)).toEqual(Array(MAX_ATTEMPTS - 1).fill(['failed', 1, 0]));
  expect(told.at(-1)).toEqual(['quarantined', 0, 1]);
});
