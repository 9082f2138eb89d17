import type { RunRecord } from '../../src/core/ports';
import { formatRun, formatCounts, formatDecisions } from '../../src/reporters/format-audit';
import { formatRuns, runObject } from '../../src/reporters/format-runs';
import { flowOf, rowOf, summaryOf } from './samples';

const RUN: RunRecord = {
  runId: '20260301T120000Z-aaaa',
  store: 'shop',
  startedAt: '2026-03-01T12:00:00.000Z',
  endedAt: '2026-03-01T12:01:05.000Z',
  status: 'incomplete',
  exitCode: 1,
  command: 'sync',
  summary: summaryOf({
    flows: [
      flowOf({ read: 5, created: 2, failed: 1 }),
      flowOf({ flow: 'stock', read: 7, updated: 3, conflicts: 1 }),
    ],
    debts: { total: 4, quarantine: 1 },
  }),
};
const OPEN: RunRecord = {
  ...RUN,
  runId: 'b',
  endedAt: null,
  status: 'running',
  exitCode: null,
  summary: null,
};

test('a run in the list has the totals of its flows; one that goes on has none', () => {
  const lines = formatRuns([RUN, OPEN]).map((line) => line.split(/ {2,}/));
  expect(lines).toEqual([
    [
      'run',
      'started (UTC)',
      'time',
      'command',
      'status',
      'exit',
      'read',
      'created',
      'updated',
      'failed',
      'conflicts',
      'debts',
    ],
    [
      '20260301T120000Z-aaaa',
      '2026-03-01 12:00:00',
      '1 min 05 s',
      'sync',
      'incomplete',
      '1',
      '12',
      '2',
      '3',
      '1',
      '1',
      '4',
    ],
    ['b', '2026-03-01 12:00:00', 'sync', 'running'],
  ]);
  expect(runObject(RUN)).toMatchObject({
    durationMs: 65_000,
    totals: { read: 12, created: 2 },
    debts: { total: 4, quarantine: 1 },
  });
  expect(runObject(RUN)).not.toHaveProperty('summary');
  expect(runObject(OPEN)).toMatchObject({ durationMs: null, totals: null, debts: null });
});

test('what a run is comes before its summary, and in its place where it has none', () => {
  expect(formatRun(RUN, '/x.csv')).toEqual(
    expect.arrayContaining([
      'wcodoo sync on shop, started 2026-03-01T12:00:00.000Z, ended 2026-03-01T12:01:05.000Z, 1 min 05 s later',
      'Audit: /x.csv',
    ]),
  );
  expect(formatRun(OPEN, undefined)).toEqual([
    'wcodoo sync on shop, started 2026-03-01T12:00:00.000Z, has no end yet',
    'Run b: running, without a summary',
  ]);
});

test('decisions are counted in a table, reasons in another where there are any', () => {
  const counts = [{ flow: 'orders', action: 'create', status: 'done', count: 2 }];
  expect(formatCounts(counts, [])).toEqual([
    'flow    action  status  decisions',
    'orders  create  done    2',
  ]);
  expect(formatCounts(counts, [{ flow: 'orders', reason: 'x', count: 1 }]).slice(2)).toEqual([
    '',
    'flow    reason  decisions',
    'orders  x       1',
  ]);
  expect(formatCounts([], [])).toEqual(['No decisions.']);
});

test('a decision is one line of bounded length, free of terminal sequences', () => {
  const changes = [{ field: 'note', before: '', after: `\u001b[2Jx\n${'y'.repeat(500)}` }];
  const [, line = ''] = formatDecisions([rowOf({ changes, reason: 'why', message: 'm' })]);
  expect(line).toMatch(
    /^2026-03-01 12:00:00 {2}orders {2}create {2}done {4}order 329 {2}#329 {4}17 {4}note: → \[2Jx y+…$/,
  );
  expect(line.length).toBeLessThan(250);
});
