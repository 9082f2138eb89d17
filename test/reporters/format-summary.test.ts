import { EXIT } from '../../src/core/errors';
import { formatDuration, formatFlowLine, formatSummary } from '../../src/reporters/format-summary';
import { flowOf, summaryOf } from './samples';

test('a run of two flows is told in a table, what is owed, where the audit is and what the exit means', () => {
  const summary = summaryOf({
    status: 'incomplete',
    exitCode: 1,
    flows: [
      flowOf({ flow: 'customers', read: 1200, created: 12, linked: 3, unchanged: 1185, durationMs: 12_345 }),
      flowOf({
        read: 40,
        created: 38,
        conflicts: 1,
        failed: 1,
        status: 'incomplete',
        message: 'Odoo did\nnot answer\u001b[31m',
        durationMs: 65_000,
      }),
    ],
    debts: { total: 2, quarantine: 1 },
    requests: { woo: 14, odoo: 90 },
    durationMs: 77_400,
  });
  expect(formatSummary(summary, '/data/audit-r1.csv')).toBe(`Run r1: incomplete in 1 min 17 s

flow       read  created  updated  linked  unchanged  skipped  conflicts  failed        time
customers  1200       12        0       3       1185        0          0       0      12.3 s
orders       40       38        0       0          0        0          1       1  1 min 05 s

orders: Odoo did not answer[31m
Debts: 2 records are owed, 1 of them in quarantine until a person looks; see \`wcodoo debts list\`
Requests: 14 to WooCommerce, 90 to Odoo
Audit: /data/audit-r1.csv
Exit 1: some records or flows failed; the next run tries them again
`);
});

test('a dry run without flows says that nothing was written', () => {
  expect(formatSummary(summaryOf({ dryRun: true, debts: { total: 1, quarantine: 0 } })))
    .toBe(`Dry run r1: done in 0 ms

No flow was run.

Debts: 1 record is owed; see \`wcodoo debts list\`
Requests: 0 to WooCommerce, 0 to Odoo
Exit 0: nothing failed; nothing was written
`);
});

test('the store is named where several run the same flow', () => {
  const text = formatSummary(summaryOf({ flows: [flowOf(), flowOf({ store: 'outlet', message: 'late' })] }));
  expect(text).toContain('\nshop orders  ');
  expect(text).toContain('\noutlet orders: late\n');
});

test.each(Object.entries(EXIT))('the exit code of %s is explained', (_, exitCode) => {
  expect(formatSummary(summaryOf({ exitCode }))).not.toContain('unknown');
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1000, '1.0 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 00 s'],
  [61_000, '1 min 01 s'],
  [3_599_600, '1 h 00 min'],
  [7_380_000, '2 h 03 min'],
])('%d milliseconds are %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test('one flow in one line tells what happened and leaves out what did not', () => {
  expect(formatFlowLine(flowOf({ read: 120, created: 3, failed: 1, durationMs: 12_300 }))).toBe(
    'orders: done, 120 read, 3 created, 1 failed (12.3 s)',
  );
  expect(formatFlowLine(flowOf({ status: 'skipped', message: 'customers did not finish' }))).toBe(
    'orders: skipped, 0 read (0 ms): customers did not finish',
  );
});
