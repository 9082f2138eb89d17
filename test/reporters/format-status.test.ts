import { buildStatus } from '../../src/core/status';
import { NO_OVERVIEW, type StatusInput } from '../../src/core/status-shape';
import { formatAge } from '../../src/reporters/format-age';
import { formatStatus } from '../../src/reporters/format-status';

const INPUT: StatusInput = {
  now: new Date('2026-03-01T12:00:00.000Z'),
  store: 'shop',
  woo: { host: 'shop.example.com' },
  odoo: { host: 'odoo.example.com', database: 'prod' },
  state: { path: '/s/state.db', bytes: 1_400_000 },
  audit: { folder: '/s/audit', files: 1, bytes: 500 },
  newestBackup: null,
  flows: [{ name: 'stock', direction: 'odooToWoo' }],
  overview: {
    ...NO_OVERVIEW,
    links: 7,
    runs: [
      {
        runId: 'r1',
        store: 'shop',
        startedAt: '2026-03-01T11:00:00.000Z',
        endedAt: '2026-03-01T11:00:40.000Z',
        status: 'stopped',
        exitCode: 4,
        command: 'sync',
        summary: null,
      },
    ],
    flowEnds: [
      {
        flow: 'stock',
        runId: 'r1',
        status: 'stopped',
        message: 'too\u001b[31m much',
        at: '2026-03-01T11:00:40.000Z',
      },
    ],
    breaches: [
      {
        store: 'shop',
        runId: 'r1',
        flow: 'stock',
        limit: 'changed-share',
        measured: 62,
        message: '62 of 278 records would change',
        at: '2026-03-01T11:00:40.000Z',
        usedBy: null,
      },
    ],
    debts: [{ flow: 'stock', state: 'quarantine', count: 3, oldestAt: '2026-02-20T12:00:00.000Z' }],
    quarantine: [{ reason: 'missing-product', count: 3 }],
  },
};

test('one screen says where, what ran, what is owed, what was stopped, and what to do', () => {
  const text = formatStatus(buildStatus(INPUT));
  for (const part of [
    'store:         shop: shop.example.com → odoo.example.com, database prod',
    '/s/state.db (1.4 MB, 7 links)',
    'last success:  never',
    'r1   sync     stopped  4     40 s',
    'stock  quarantine  3        9 days',
    'in quarantine: 3 missing-product',
    'stock (changed-share): 62 of 278 records would change',
    '`wcodoo sync --allow-changed-share r1`',
    '`wcodoo debts list --quarantine`',
  ]) {
    expect(text).toContain(part);
  }
  expect(text.split('\n').length).toBeLessThan(40);
});

test('words of a server reach the terminal without control characters', () => {
  expect(formatStatus(buildStatus(INPUT))).not.toContain('\u001b');
});

test.each([
  [0, '0 s'],
  [-5_000, '0 s'],
  [119_000, '119 s'],
  [120_000, '2 min'],
  [7_199_000, '120 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 days'],
])('%d milliseconds are %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});
