import type { AuditRow, Direction } from '../core/ports';
import type { AuditColumn } from './audit-cells';

/** Directions as they are written outside the code. */
const DIRECTIONS: Readonly<Record<Direction, string>> = {
  wooToOdoo: 'woo-to-odoo',
  odooToWoo: 'odoo-to-woo',
};

/** A row of the audit as programs read it: the columns of the CSV, numbers as numbers and changes one by one; stable. */
export function auditObject(row: AuditRow) {
  return {
    run_id: row.runId,
    time_utc: row.time,
    store: row.store,
    flow: row.flow,
    direction: DIRECTIONS[row.direction],
    action: row.action,
    status: row.status,
    entity: row.entity,
    woo_id: row.wooId,
    odoo_id: row.odooId,
    business_key: row.businessKey,
    changes: row.changes.map(({ field, before, after }) => ({ field, before, after })),
    reason: row.reason,
    message: row.message,
    attempt: row.attempt,
    duration_ms: Math.round(row.durationMs),
  } satisfies Readonly<Record<AuditColumn, unknown>>;
}
