import type {
  Audit,
  AuditCount,
  AuditFilter,
  AuditRow,
  Direction,
  FieldChange,
  ReasonCount,
} from '../core/ports';
import { auditQuery } from './audit-query';
import type { StateDatabase } from './database';

/** Reading the audit, and the write that a commit makes. */
export interface AuditTable {
  readonly port: Audit;
  append(row: AuditRow): void;
  /** Rows of a run in the order they were decided, read in pages: the state can be written meanwhile. */
  rowsOf(runId: string): Generator<AuditRow, void, void>;
}

/** A row as it is stored. */
export interface StoredAuditRow {
  readonly seq: number;
  readonly run_id: string;
  readonly time: string;
  readonly store: string;
  readonly flow: string;
  readonly direction: Direction;
  readonly action: string;
  readonly status: string;
  readonly entity: string;
  readonly woo_id: string;
  readonly odoo_id: string;
  readonly business_key: string;
  readonly changes: string;
  readonly reason: string;
  readonly message: string;
  readonly attempt: number;
  readonly duration_ms: number;
}

const PAGE_SIZE = 500;
const APPEND = `INSERT INTO audit
  (run_id, time, store, flow, direction, action, status, entity, woo_id, odoo_id, business_key, changes,
   reason, message, attempt, duration_ms)
  VALUES (@runId, @time, @store, @flow, @direction, @action, @status, @entity, @wooId, @odooId, @businessKey,
   @changes, @reason, @message, @attempt, @durationMs)`;
const PAGE = `SELECT * FROM audit WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ${PAGE_SIZE}`;

/** Prepares the statements on the audit. */
export function openAudit(database: StateDatabase): AuditTable {
  const { db } = database;
  const append = db.prepare(APPEND);
  const page = db.prepare<[string, number], StoredAuditRow>(PAGE);
  return {
    port: openReading(database),
    append(row) {
      append.run({ ...row, changes: JSON.stringify(row.changes) });
    },
    *rowsOf(runId) {
      let rows = page.all(runId, 0);
      while (rows.length > 0) {
        yield* rows.map(auditRowOf);
        rows = page.all(runId, rows.at(-1)?.seq ?? 0);
      }
    },
  };
}

function openReading({ db, perform }: StateDatabase): Audit {
  return {
    async *rows(filter) {
      const { page } = auditQuery(filter);
      const read = await perform(() => db.prepare<[AuditFilter & Position], StoredAuditRow>(page));
      let position: Position = { afterTime: filter.since ?? '', afterSeq: 0, pageSize: PAGE_SIZE };
      for (;;) {
        const rows = await perform(() => read.all({ ...filter, ...position }));
        const last = rows.at(-1);
        if (last === undefined) {
          return;
        }
        yield* rows.map(auditRowOf);
        position = { ...position, afterTime: last.time, afterSeq: last.seq };
      }
    },
    countDecisions(filter) {
      return perform(() => db.prepare<[AuditFilter], AuditCount>(auditQuery(filter).decisions).all(filter));
    },
    countReasons(filter) {
      return perform(() => db.prepare<[AuditFilter], ReasonCount>(auditQuery(filter).reasons).all(filter));
    },
  };
}

/** Where the next page begins: behind this row. */
interface Position {
  readonly afterTime: string;
  readonly afterSeq: number;
  readonly pageSize: number;
}

/** A row as the ports have it. */
export function auditRowOf(row: StoredAuditRow): AuditRow {
  return {
    runId: row.run_id,
    time: row.time,
    store: row.store,
    flow: row.flow,
    direction: row.direction,
    action: row.action,
    status: row.status,
    entity: row.entity,
    wooId: row.woo_id,
    odooId: row.odoo_id,
    businessKey: row.business_key,
    changes: JSON.parse(row.changes) as FieldChange[],
    reason: row.reason,
    message: row.message,
    attempt: row.attempt,
    durationMs: row.duration_ms,
  };
}
