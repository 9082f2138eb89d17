import type { RecordKey } from '../core/keys';
import type { Intent, Intents, Link } from '../core/ports';
import type { StateDatabase } from './database';
import type { LockTable } from './lock';

/** The intents port, and the write that a commit makes. */
export interface IntentTable {
  readonly port: Intents;
  readonly close: (key: RecordKey) => void;
}

interface IntentRow {
  readonly store: string;
  readonly entity: string;
  readonly id: string;
  readonly flow: string;
  readonly run_id: string;
  readonly odoo_model: string;
  readonly link: string | null;
  readonly created_at: string;
}

const PUT = `INSERT OR REPLACE INTO intents (store, entity, id, flow, run_id, odoo_model, link, created_at)
  VALUES (@store, @entity, @id, @flow, @runId, @odooModel, @link, @createdAt)`;
const LIST = 'SELECT * FROM intents WHERE store = ? ORDER BY created_at, entity, length(id), id';

/** Prepares the statements on intents; a run that lost the lock cannot open any. */
export function openIntents({ db, perform }: StateDatabase, lock: LockTable): IntentTable {
  const put = db.prepare(PUT);
  const list = db.prepare<[string], IntentRow>(LIST);
  const close = db.prepare('DELETE FROM intents WHERE store = ? AND entity = ? AND id = ?');
  const putAll = db.transaction((intents: readonly Intent[]) => {
    lock.assertNotLost();
    for (const { key, link, ...intent } of intents) {
      put.run({ ...key, ...intent, link: link === null ? null : JSON.stringify(link) });
    }
  });
  return {
    port: {
      open(intents) {
        return perform(() => {
          putAll.immediate(intents);
        });
      },
      list(store) {
        return perform(() => list.all(store).map(intentOf));
      },
    },
    close(key) {
      close.run(key.store, key.entity, key.id);
    },
  };
}

function intentOf(row: IntentRow): Intent {
  return {
    key: { store: row.store, entity: row.entity, id: row.id },
    flow: row.flow,
    runId: row.run_id,
    odooModel: row.odoo_model,
    link: row.link === null ? null : (JSON.parse(row.link) as Link),
    createdAt: row.created_at,
  };
}
