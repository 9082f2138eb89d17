import type { Spool, Spooled } from '../core/ports';
import type { StateDatabase } from './database';

interface SpoolRow {
  readonly seq: number;
  readonly store: string;
  readonly entity: string;
  readonly id: string;
  readonly content: string;
}

/** A temporary table: on disk as soon as it is large, seen by this connection only, and gone with it. */
const CREATE = `CREATE TEMP TABLE IF NOT EXISTS spool (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  store   TEXT NOT NULL,
  entity  TEXT NOT NULL,
  id      TEXT NOT NULL,
  content TEXT NOT NULL
) STRICT`;

/** Prepares the spool of this connection. */
export function openSpool({ db, perform }: StateDatabase): Spool {
  db.exec(CREATE);
  const put = db.prepare('INSERT INTO spool (store, entity, id, content) VALUES (?, ?, ?, ?)');
  const first = db.prepare<[number], SpoolRow>('SELECT * FROM spool ORDER BY seq LIMIT ?');
  const remove = db.prepare('DELETE FROM spool WHERE seq <= ?');
  const clear = db.prepare('DELETE FROM spool');
  const addAll = db.transaction((items: readonly Spooled[]) => {
    for (const { key, content } of items) {
      put.run(key.store, key.entity, key.id, JSON.stringify(content));
    }
  });
  return {
    add(items) {
      return perform(() => {
        addAll(items);
      });
    },
    take(count) {
      return perform(() => {
        const rows = first.all(count);
        remove.run(rows.at(-1)?.seq ?? 0);
        return rows.map(({ store, entity, id, content }) => ({
          key: { store, entity, id },
          content: JSON.parse(content) as unknown,
        }));
      });
    },
    clear() {
      return perform(() => {
        clear.run();
      });
    },
  };
}
