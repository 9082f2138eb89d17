import type { RememberedAlert } from '../../../src/core/ports';
import { decideAlerts } from '../../../src/reporters/alerts/decide-alerts';
import { HOUR_MS, problemOf, tellRuns } from './samples';

const quarantine = problemOf({ kind: 'quarantine', reason: 'total-mismatch' });

test('the same trouble is told once in the quiet time, and once more after it with what was held back', () => {
  const runs = tellRuns([
    { problems: [quarantine] },
    { atMs: HOUR_MS, problems: [quarantine] },
    { atMs: 5 * HOUR_MS, problems: [quarantine] },
    { atMs: 6 * HOUR_MS, problems: [quarantine] },
  ]);
  expect(runs.map(({ told }) => told.map(({ occurrences }) => occurrences))).toEqual([[1], [], [], [3]]);
});

test('what was held back is told after the quiet time although nothing new happens', () => {
  const standing = { ...quarantine, occurrences: 0 };
  const runs = tellRuns([
    { problems: [quarantine] },
    { atMs: HOUR_MS, problems: [{ ...quarantine, occurrences: 2 }] },
    { atMs: 2 * HOUR_MS, problems: [standing] },
    { atMs: 7 * HOUR_MS, problems: [standing] },
    { atMs: 14 * HOUR_MS, problems: [standing] },
  ]);
  expect(runs.map(({ told }) => told.map(({ occurrences }) => occurrences))).toEqual([[1], [], [], [2], []]);
});

test('another flow or another reason is another trouble', () => {
  const runs = tellRuns([
    { problems: [quarantine] },
    { atMs: 1, problems: [quarantine, { ...quarantine, flow: 'customers' }] },
    { atMs: 2, problems: [quarantine, { ...quarantine, reason: 'no-product' }] },
  ]);
  expect(runs.map(({ told }) => told.map(({ problem }) => [problem.flow, problem.reason]))).toEqual([
    [['orders', 'total-mismatch']],
    [['customers', 'total-mismatch']],
    [['orders', 'no-product']],
  ]);
});

test('the end of a trouble that was told is told once; that of one nobody knows is not', () => {
  const runs = tellRuns([
    { problems: [quarantine] },
    { atMs: HOUR_MS, problems: [], isOver: false },
    { atMs: 2 * HOUR_MS, problems: [] },
    { atMs: 3 * HOUR_MS, problems: [] },
  ]);
  expect(runs.map(({ recovered }) => recovered.length)).toEqual([0, 0, 1, 0]);
  expect(tellRuns([{ problems: [] }])[0]?.recovered).toEqual([]);
});

test('a trouble that comes and goes makes three messages in the quiet time, and the last word is never too good', () => {
  const runs = tellRuns(
    Array.from({ length: 24 }, (_, index) => ({
      atMs: index * 15 * 60_000,
      problems: index % 2 === 0 ? [quarantine] : [],
    })),
  );
  const words = runs.map(({ told, recovered }) =>
    told.length > 0 ? 'bad' : recovered.length > 0 ? 'good' : '',
  );
  expect(words.filter((word) => word !== '')).toEqual(['bad', 'good', 'bad']);
});

test('a message that did not arrive is tried again by the next run', () => {
  const runs = tellRuns([
    { problems: [quarantine], arrives: false },
    { atMs: 1, problems: [{ ...quarantine, occurrences: 0 }] },
    { atMs: 2, problems: [], arrives: false },
    { atMs: 3, problems: [] },
  ]);
  expect(runs.map(({ told, recovered }) => [told.length, recovered.length])).toEqual([
    [1, 0],
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
});

test('a flow that does not finish is told in the third run in a row, and its end only when it was told', () => {
  const incomplete = problemOf({ kind: 'incomplete' });
  const runs = tellRuns([
    { problems: [incomplete] },
    { atMs: 1, problems: [incomplete] },
    { atMs: 2, problems: [] },
    { atMs: 3, problems: [incomplete] },
    { atMs: 4, problems: [incomplete] },
    { atMs: 5, problems: [incomplete] },
    { atMs: 6, problems: [] },
  ]);
  expect(runs.map(({ told, recovered }) => told.length - recovered.length)).toEqual([0, 0, 0, 0, 0, 1, -1]);
  const never = tellRuns(
    [1, 2, 3, 4].map((atMs) => ({ atMs, problems: [incomplete] })),
    { incompleteRuns: 0 },
  );
  expect(never.flatMap(({ told }) => told)).toEqual([]);
});

test('a trouble that is over and quiet is forgotten', () => {
  let memory: readonly RememberedAlert[] = [];
  tellRuns(
    [{ problems: [quarantine] }, { atMs: 1, problems: [] }, { atMs: 7 * HOUR_MS, problems: [] }],
    {},
    (alerts) => (memory = alerts),
  );
  expect(memory).toEqual([]);
  const decision = decideAlerts([], memory, () => true, {
    store: 'shop',
    channel: 'mail',
    now: new Date(0),
    quietMs: 1,
    incompleteRuns: 1,
  });
  expect(decision.afterSending).toEqual([]);
});
