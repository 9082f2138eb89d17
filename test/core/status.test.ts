import { buildStatus, isLate } from '../../src/core/status';
import { NO_OVERVIEW, type Status, type StatusInput } from '../../src/core/status-shape';
import type { Breach, FlowEnd, RunRecord, StateOverview } from '../../src/core/ports';

const NOW = new Date('2026-03-01T12:00:00.000Z');

function statusOf(overview: Partial<StateOverview>): Status {
  const input: StatusInput = {
    now: NOW,
    store: 'shop',
    woo: { host: 'shop.example.com' },
    odoo: { host: 'odoo.example.com', database: 'prod' },
    state: { path: '/s/state.db', bytes: 1_000 },
    audit: { folder: '/s/audit', files: 2, bytes: 500 },
    newestBackup: null,
    flows: [
      { name: 'orders', direction: 'wooToOdoo' },
      { name: 'stock', direction: 'odooToWoo' },
    ],
    overview: { ...NO_OVERVIEW, ...overview },
  };
  return buildStatus(input);
}

function run(runId: string, values: Partial<RunRecord> = {}): RunRecord {
  return {
    runId,
    store: 'shop',
    startedAt: '2026-03-01T11:00:00.000Z',
    endedAt: '2026-03-01T11:01:00.000Z',
    status: 'done',
    exitCode: 0,
    command: 'sync',
    summary: null,
    ...values,
  };
}

function breach(runId: string, values: Partial<Breach> = {}): Breach {
  return {
    store: 'shop',
    runId,
    flow: 'stock',
    limit: 'changed-share',
    measured: 62,
    message: '62 of 278 would change',
    at: '2026-03-01T11:00:30.000Z',
    usedBy: null,
    ...values,
  };
}

function end(flow: string, runId: string, status: string): FlowEnd {
  return { flow, runId, status, message: '', at: '2026-03-01T11:01:00.000Z' };
}

test('a flow tells how far it lies back, what it is reading, and how it ended last', () => {
  const sweep = { lastId: 120, upperId: 345, startedAt: '2026-03-01T11:59:00.000Z', offset: 3 };
  const { flows } = statusOf({
    checkpoints: [
      {
        store: 'shop',
        flow: 'orders',
        watermark: '2026-03-01T11:30:00.000Z',
        position: { modifiedAfter: null, sweep },
        fullAt: null,
      },
      { store: 'shop', flow: 'stock', watermark: null, position: { odoo: 'x', woo: 'y' }, fullAt: null },
    ],
    flowEnds: [end('stock', 'r1', 'stopped')],
  });
  expect(flows[0]).toMatchObject({ lagMs: 1_800_000, sweep: { lastId: 120, upperId: 345 }, last: null });
  expect(flows[1]).toMatchObject({ lagMs: null, sweep: null, last: { runId: 'r1', status: 'stopped' } });
});

test('a sweep that is the position itself is told too', () => {
  const position = { lastId: 1, offset: 1, upperId: 9, startedAt: '2026-03-01T11:59:00.000Z' };
  const checkpoint = { store: 'shop', flow: 'orders', watermark: null, position, fullAt: null };
  expect(statusOf({ checkpoints: [checkpoint] }).flows[0]?.sweep).toMatchObject({ lastId: 1, upperId: 9 });
});

test('a limit that stopped the last run of its flow waits, with the one command that lets all of it pass', () => {
  const { limits, hints } = statusOf({
    runs: [run('r2', { exitCode: 4 }), run('r1', { exitCode: 4 })],
    flowEnds: [end('stock', 'r2', 'stopped')],
    breaches: [breach('r2'), breach('r2', { limit: 'stock-to-zero' }), breach('r1')],
  });
  expect(limits.map(({ runId }) => runId)).toEqual(['r2', 'r2']);
  expect(limits[0]?.command).toBe('wcodoo sync --allow-changed-share r2 --allow-stock-to-zero r2');
  expect(hints.filter((hint) => hint.includes('--allow-'))).toHaveLength(1);
});

test('a limit waits no more once a later run had the turn of its flow', () => {
  const { limits } = statusOf({
    runs: [run('r2'), run('r1', { exitCode: 4 })],
    flowEnds: [end('stock', 'r2', 'done')],
    breaches: [breach('r1')],
  });
  expect(limits).toEqual([]);
});

test('a limit that stopped a whole run waits until the next sync', () => {
  const whole = breach('r1', { flow: '', limit: 'missing-canary' });
  const drop = run('r2', { command: 'debts drop' });
  expect(statusOf({ runs: [drop, run('r1')], breaches: [whole] }).limits).toHaveLength(1);
  expect(statusOf({ runs: [run('r3'), run('r1')], breaches: [whole] }).limits).toEqual([]);
});

test('a run without an end has no duration, and one without a summary no counts', () => {
  const { runs } = statusOf({
    runs: [run('r2', { endedAt: null, status: 'running', exitCode: null }), run('r1')],
  });
  expect(runs[0]).toMatchObject({ durationMs: null, counts: null });
  expect(runs[1]?.durationMs).toBe(60_000);
});

test('late is whoever has no success, or one that is older than that', () => {
  const success = statusOf({ lastSuccess: run('r1') });
  expect(success.lastSuccess?.ageMs).toBe(3_540_000);
  expect([isLate(success, 3_540_000), isLate(success, 3_539_999), isLate(statusOf({}), 1e12)]).toEqual([
    false,
    true,
    true,
  ]);
});

describe('the hints', () => {
  test('of a new installation lead to the first sync', () => {
    expect(statusOf({}).hints[0]).toContain('`wcodoo doctor`');
  });

  test('of one where all is well are none', () => {
    const flowsDone = ['orders', 'stock'].map((flow) => end(flow, 'r1', 'done'));
    expect(statusOf({ runs: [run('r1')], lastSuccess: run('r1'), flowsDone }).hints).toEqual([]);
  });

  test('name a dead run, open creates and what needs a person', () => {
    const hints = statusOf({
      runs: [run('r1')],
      lock: { owner: 'r9', pid: 7, host: 'h', startedAt: 'x', heartbeatAt: 'x', isAlive: false },
      intents: { count: 2, oldestAt: '2026-03-01T11:00:00.000Z' },
      debts: [{ flow: 'orders', state: 'quarantine', count: 3, oldestAt: '2026-03-01T11:00:00.000Z' }],
    }).hints.join('\n');
    expect(hints).toContain('The run r9 died');
    expect(hints).toContain('2 records were being written');
    expect(hints).toContain('3 records need a person');
  });
});
