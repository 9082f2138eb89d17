import Database from 'better-sqlite3';
import type { AuditFilter, AuditRow } from '../../src/core/ports';
import { auditQuery } from '../../src/state/audit-query';
import { migrate } from '../../src/state/migrations';
import { openState, type OpenState } from '../../src/state/open';
import { listQuery } from '../../src/state/runs';
import { STORE, auditRowOf, now } from './samples';

const POSITION = { afterTime: '', afterSeq: 0, pageSize: 10 };
const EVERYTHING: Required<AuditFilter> = {
  store: STORE,
  runId: 'r1',
  flow: 'orders',
  action: 'create',
  status: 'done',
  reason: 'x',
  since: '2026-01-01T00:00:00.000Z',
  until: '2026-02-01T00:00:00.000Z',
  entity: 'order',
  wooId: '329',
  businessKey: '#329',
  record: '329',
};

describe('how SQLite finds the rows', () => {
  const db = new Database(':memory:');
  migrate(db, ':memory:');
  afterAll(() => {
    db.close();
  });

  function planOf(sql: string, values: object): string[] {
    return db
      .prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all({ ...POSITION, ...values })
      .map(({ detail }) => detail);
  }

  test.each<[string, Partial<AuditFilter>, string]>([
    ['a run', { runId: 'r1' }, 'audit_by_run (run_id=? AND rowid>?)'],
    [
      'a run and more',
      { runId: 'r1', status: 'failed', since: 'x', record: '9' },
      'audit_by_run (run_id=? AND rowid>?)',
    ],
    [
      'a record',
      { entity: 'order', wooId: '9' },
      'audit_by_record (store=? AND entity=? AND woo_id=? AND rowid>?)',
    ],
    [
      'a business key',
      { businessKey: '#9' },
      'audit_by_business_key (store=? AND business_key=? AND rowid>?)',
    ],
    ['a start', { since: 'x' }, 'audit_by_time (time>?)'],
    ['an end', { until: 'x', flow: 'orders' }, 'audit_by_time (time>? AND time<?)'],
    ['a range of time', { since: 'x', until: 'y' }, 'audit_by_time (time>? AND time<?)'],
  ])('the rows of %s through an index, in order without sorting', (_, filter, index) => {
    const given = { store: STORE, ...filter };
    expect(planOf(auditQuery(given).page, given)).toEqual([`SEARCH audit USING INDEX ${index}`]);
  });

  // With two lower bounds SQLite begins at the first one, and every page reads all pages before it again.
  test('a page of a range of time has one lower bound, that of the page', () => {
    const { page, decisions } = auditQuery({ store: STORE, since: 'x', until: 'y' });
    expect([page, decisions].map((sql) => sql.match(/time >= @\w+/g))).toEqual([
      ['time >= @afterTime'],
      ['time >= @since'],
    ]);
  });

  test('a page of the whole audit begins behind the page before it', () => {
    expect(
      planOf(auditQuery({ store: STORE, flow: 'orders' }).page, { store: STORE, flow: 'orders' }),
    ).toEqual(['SEARCH audit USING INTEGER PRIMARY KEY (rowid>?)']);
  });

  test('whatever is counted of a run is found by its index', () => {
    const filter = { store: STORE, runId: 'r1' };
    const { decisions, reasons } = auditQuery(filter);
    for (const sql of [decisions, reasons]) {
      expect(planOf(sql, filter)).toContain('SEARCH audit USING INDEX audit_by_run (run_id=?)');
      expect(planOf(sql, filter).join()).not.toContain('SCAN audit');
    }
  });

  test('runs are listed by the index of their start', () => {
    const filter = { status: 'failed', hasTrouble: true, command: 'sync' };
    const plan = planOf(listQuery(filter), { store: STORE, limit: 1, status: 'failed', command: 'sync' });
    expect(plan[0]).toBe('SEARCH runs USING INDEX runs_by_start (store=?)');
    const range = { since: 'x', until: 'y' };
    expect(planOf(listQuery(range), { store: STORE, limit: 1, ...range })[0]).toBe(
      'SEARCH runs USING INDEX runs_by_start (store=? AND started_at>? AND started_at<?)',
    );
  });
});

describe('what a filter finds', () => {
  let state: OpenState;
  const rows = [
    auditRowOf({ wooId: '1', flow: 'orders', reason: 'a', time: '2026-01-03T00:00:00.000Z' }),
    auditRowOf({
      wooId: '2',
      flow: 'orders',
      status: 'failed',
      reason: 'b',
      time: '2026-01-02T00:00:00.000Z',
    }),
    auditRowOf({
      wooId: '3',
      flow: 'stock',
      action: 'update',
      entity: 'stock',
      time: '2026-01-02T00:00:00.000Z',
      odooId: '77',
      businessKey: 'SKU-3',
    }),
    auditRowOf({
      wooId: '4',
      runId: 'r2',
      flow: 'orders',
      status: 'failed',
      reason: 'b',
      time: '2026-01-04T00:00:00.000Z',
    }),
    auditRowOf({ wooId: '5', runId: 'r2', store: 'other' }),
  ];
  beforeAll(async () => {
    state = await openState({ path: ':memory:', now });
    await state.commit({ audit: rows });
  });
  afterAll(() => {
    state.close();
  });

  async function idsOf(filter: Partial<AuditFilter>): Promise<string> {
    const found: AuditRow[] = [];
    for await (const row of state.audit.rows({ store: STORE, ...filter })) {
      found.push(row);
    }
    return found.map(({ wooId }) => wooId).join('');
  }

  test.each<[Partial<AuditFilter>, string]>([
    [{}, '1234'],
    [{ store: 'other' }, '5'],
    [{ runId: 'r1' }, '123'],
    [{ runId: 'r1', flow: 'orders', status: 'failed' }, '2'],
    [{ action: 'update' }, '3'],
    [{ reason: 'b' }, '24'],
    [{ entity: 'stock', wooId: '3' }, '3'],
    [{ entity: 'order', wooId: '3' }, ''],
    [{ businessKey: 'SKU-3' }, '3'],
    [{ record: '77' }, '3'],
    [{ record: '3' }, '3'],
    [{ record: '329', runId: 'r2' }, '4'],
    [{ record: "' OR 1=1 --" }, ''],
    [{ since: '2026-01-02T00:00:00.000Z' }, '2314'],
    [{ since: '2026-01-02T00:00:00.001Z' }, '14'],
    [{ until: '2026-01-03T00:00:00.000Z' }, '23'],
    [{ since: '2026-01-02T00:00:00.000Z', until: '2026-01-04T00:00:00.000Z', flow: 'orders' }, '21'],
  ])('%j finds %j', async (filter, ids) => {
    expect(await idsOf(filter)).toBe(ids);
  });

  test('every part of a filter narrows by itself', async () => {
    for (const [name, value] of Object.entries(EVERYTHING)) {
      await expect(idsOf({ [name]: `not ${value}` })).resolves.not.toBe('1234');
    }
    expect(await idsOf(EVERYTHING)).toBe('');
  });

  test('decisions and reasons are counted as they stand in the rows', async () => {
    expect(await state.audit.countDecisions({ store: STORE })).toEqual([
      { flow: 'orders', action: 'create', status: 'done', count: 1 },
      { flow: 'orders', action: 'create', status: 'failed', count: 2 },
      { flow: 'stock', action: 'update', status: 'done', count: 1 },
    ]);
    expect(await state.audit.countReasons({ store: STORE })).toEqual([
      { flow: 'orders', reason: 'b', count: 2 },
      { flow: 'orders', reason: 'a', count: 1 },
    ]);
  });
});

test('decisions are counted flow by flow, whatever came in between', async () => {
  const state = await openState({ path: ':memory:', now });
  try {
    const flows = ['stock', 'orders', 'stock', 'orders'];
    await state.commit({
      audit: flows.map((flow, index) => auditRowOf({ flow, action: index < 2 ? 'update' : 'create' })),
    });
    const counts = await state.audit.countDecisions({ store: STORE, runId: 'r1' });
    expect(counts.map(({ flow, action }) => `${flow} ${action}`)).toEqual([
      'stock update',
      'stock create',
      'orders update',
      'orders create',
    ]);
  } finally {
    state.close();
  }
});

test('many rows of one time are read in pages, each once, while others are written', async () => {
  const state = await openState({ path: ':memory:', now });
  try {
    const audit = Array.from({ length: 1203 }, (_, index) =>
      auditRowOf({
        wooId: String(index),
        time: index < 1100 ? '2026-01-01T00:00:00.000Z' : '2026-01-02T00:00:00.000Z',
      }),
    );
    await state.commit({ audit });
    const read: number[] = [];
    for await (const { wooId } of state.audit.rows({ store: STORE, since: '2026-01-01T00:00:00.000Z' })) {
      read.push(Number(wooId));
      if (read.length === 700) {
        await state.commit({ audit: [auditRowOf({ wooId: '9999', time: '2025-01-01T00:00:00.000Z' })] });
      }
    }
    expect(read).toEqual(audit.map((_, index) => index));
  } finally {
    state.close();
  }
});
