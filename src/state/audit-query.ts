/** The statements that read the audit: put together from fixed parts, their values always bound. */
import type { AuditFilter } from '../core/ports';

export interface AuditQuery {
  /** One page of rows; besides the filter it takes `afterTime`, `afterSeq` and `pageSize`. */
  readonly page: string;
  readonly decisions: string;
  readonly reasons: string;
}

/** What each part of a filter asks of a row. */
const CONDITIONS: Readonly<Record<keyof AuditFilter, string>> = {
  store: 'store = @store',
  runId: 'run_id = @runId',
  flow: 'flow = @flow',
  action: 'action = @action',
  status: 'status = @status',
  reason: 'reason = @reason',
  since: 'time >= @since',
  until: 'time < @until',
  entity: 'entity = @entity',
  wooId: 'woo_id = @wooId',
  businessKey: 'business_key = @businessKey',
  record: "(@record IN (woo_id, odoo_id, business_key) OR business_key = '#' || @record)",
};
const NAMES = Object.keys(CONDITIONS) as (keyof AuditFilter)[];

/** A way to the rows, the narrowest first. */
interface Access {
  /** Taken when the filter has one of each of these. */
  readonly needs: readonly (readonly (keyof AuditFilter)[])[];
  /** Said to SQLite, which knows nothing of how many rows there are; it refuses a name that does not serve. */
  readonly source: string;
  readonly order: string;
  readonly after: string;
  /** What `after` says already, page by page. */
  readonly implied?: keyof AuditFilter;
}

const BY_SEQ = { order: 'seq', after: 'seq > @afterSeq' };
const WHOLE: Access = { needs: [], source: 'audit NOT INDEXED', ...BY_SEQ };
const ACCESSES: readonly Access[] = [
  { needs: [['entity'], ['wooId']], source: 'audit INDEXED BY audit_by_record', ...BY_SEQ },
  { needs: [['businessKey']], source: 'audit INDEXED BY audit_by_business_key', ...BY_SEQ },
  { needs: [['runId']], source: 'audit INDEXED BY audit_by_run', ...BY_SEQ },
  {
    needs: [['since', 'until']],
    source: 'audit INDEXED BY audit_by_time',
    order: 'time, seq',
    // The first half alone leads to the place in the index. With `since` beside it SQLite would
    // begin there instead, and read everything before a page again.
    after: 'time >= @afterTime AND (time > @afterTime OR seq > @afterSeq)',
    implied: 'since',
  },
];

/** The statements for a filter; the first page begins with `afterTime` at its `since`, or empty. */
export function auditQuery(filter: AuditFilter): AuditQuery {
  const asked = NAMES.filter((name) => filter[name] !== undefined);
  const access =
    ACCESSES.find(({ needs }) => needs.every((names) => names.some((name) => asked.includes(name)))) ?? WHOLE;
  const { source, order, after, implied } = access;
  const where = conditionsOf(asked);
  return {
    page: `SELECT * FROM ${source} WHERE ${conditionsOf(asked.filter((name) => name !== implied))} AND ${after}
      ORDER BY ${order} LIMIT @pageSize`,
    decisions: `SELECT flow, action, status, count(*) AS count FROM ${source} WHERE ${where}
      GROUP BY flow, action, status ORDER BY min(min(seq)) OVER (PARTITION BY flow), min(seq)`,
    reasons: `SELECT flow, reason, count(*) AS count FROM ${source} WHERE ${where} AND reason <> ''
      GROUP BY flow, reason ORDER BY count(*) DESC, flow, reason`,
  };
}

function conditionsOf(names: readonly (keyof AuditFilter)[]): string {
  return names.map((name) => CONDITIONS[name]).join(' AND ');
}
