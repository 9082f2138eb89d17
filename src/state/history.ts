import type { RecordKey } from '../core/keys';
import type { History } from '../core/ports';
import { auditRowOf, type StoredAuditRow } from './audit';
import type { StateDatabase } from './database';

/** A product whose stock is set every few minutes has a hundred thousand decisions a year, all of one record. */
const LOOKED_AT = 1_000;

/** Exported for the test of its query plan. */
export const HISTORY_OF = `SELECT * FROM audit WHERE store = ? AND entity = ? AND woo_id = ? ORDER BY seq DESC LIMIT ?`;
/** Exported for the test of its query plan. */
export const HISTORY_NAMED = `SELECT entity, woo_id AS id, max(seq) AS last FROM (
    SELECT entity, woo_id, seq FROM audit WHERE store = ? AND business_key = ? ORDER BY seq DESC LIMIT ${LOOKED_AT}
  ) GROUP BY entity, woo_id ORDER BY last DESC`;

/** Prepares the statements that read the audit by record; each uses an index of its own. */
export function openHistory({ db, perform }: StateDatabase): History {
  const of = db.prepare<[string, string, string, number], StoredAuditRow>(HISTORY_OF);
  const named = db.prepare<[string, string], { entity: string; id: string }>(HISTORY_NAMED);
  return {
    of: (key, limit) =>
      perform(() =>
        of.all(key.store, key.entity, key.id, Math.min(limit, Number.MAX_SAFE_INTEGER)).map(auditRowOf),
      ),
    named: (store, businessKeys) =>
      perform(() => {
        const rows = businessKeys.flatMap((businessKey) => named.all(store, businessKey));
        return rows.map(({ entity, id }): RecordKey => ({ store, entity, id }));
      }),
  };
}
