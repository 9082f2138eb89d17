import { setImmediate } from 'node:timers/promises';
import type { OldAudit, Purge, StoreRows } from '../core/ports';
import { inChunks, keysAsJson, type StateDatabase } from './database';
import { linkOf, type LinkRow } from './links';
import type { LockTable } from './lock';
import { shrinkFile } from './shrink';
import { placeOf } from './stores';

/** Rows a transaction removes; others wait for the write lock no longer than that takes. */
const CHUNK = 5_000;
const LINK_PAGE = 500;
/** What looks back on runs (interrupted ones, `wcodoo status`) finds these, however old they are. */
const KEPT_RUNS = 20;

/** Everything that is kept of a store, in the order it is told. */
const STORE_TABLES = [
  'links',
  'debts',
  'intents',
  'holds',
  'checkpoints',
  'listings',
  'breaches',
  'alerts',
  'runs',
  'audit',
  'stores',
] as const;

// A run that has not ended has no time to compare: the comparison is null, and it stays.
const OLD_AUDIT = `SELECT audited.run_id FROM (SELECT DISTINCT run_id FROM audit) AS audited
  LEFT JOIN runs ON runs.run_id = audited.run_id
  WHERE CASE WHEN runs.run_id IS NULL
    THEN (SELECT max(time) FROM audit WHERE audit.run_id = audited.run_id)
    ELSE runs.ended_at END < ?
  ORDER BY audited.run_id`;
const COUNT_AUDIT = 'SELECT count(*) FROM audit WHERE run_id IN (SELECT value FROM json_each(?))';
const REMOVE_AUDIT = 'DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE run_id = ? LIMIT ?)';
const OLD_RUNS = `SELECT run_id FROM (
    SELECT run_id, ended_at,
      row_number() OVER (PARTITION BY store ORDER BY started_at DESC, run_id DESC) AS place,
      exit_code IS 0 AND (command = 'sync' OR command LIKE 'sync %') AS good,
      row_number() OVER (
        PARTITION BY store, exit_code IS 0 AND (command = 'sync' OR command LIKE 'sync %')
        ORDER BY started_at DESC, run_id DESC) AS place_among_good
    FROM runs
  ) AS run
  WHERE ended_at < @before AND place > ${KEPT_RUNS} AND NOT (good AND place_among_good = 1)
    AND (run_id IN (SELECT value FROM json_each(@withoutAudit))
      OR NOT EXISTS (SELECT 1 FROM audit WHERE audit.run_id = run.run_id))
  ORDER BY run_id`;
const IS_IDLE = `NOT EXISTS (SELECT 1 FROM debts WHERE debts.store = links.store
      AND debts.entity = links.entity AND debts.id = links.id)
    AND NOT EXISTS (SELECT 1 FROM intents WHERE intents.store = links.store
      AND intents.entity = links.entity AND intents.id = links.id)
    AND NOT EXISTS (SELECT 1 FROM holds WHERE holds.store = links.store
      AND holds.entity = links.entity AND holds.id = links.id)`;
const IDLE_PAGE = `SELECT * FROM links
  WHERE store = @store AND (entity, id) > (@entity, @id) AND ${IS_IDLE}
  ORDER BY entity, id LIMIT ${LINK_PAGE}`;
const REMOVE_IDLE = `DELETE FROM links WHERE (store, entity, id) IN (
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)
  ) AND ${IS_IDLE}`;

/** Prepares what forgets; see `Purge`. */
export function openPurge(database: StateDatabase, lock: LockTable): Purge {
  const { db, perform } = database;
  const runEnds = db.prepare<[], { run_id: string; ended_at: string | null }>(
    'SELECT run_id, ended_at FROM runs',
  );
  const oldAudit = db.prepare<[string], string>(OLD_AUDIT).pluck();
  const countAudit = db.prepare<[string], number>(COUNT_AUDIT).pluck();
  const removeAudit = db.prepare<[string, number]>(REMOVE_AUDIT);
  const oldRuns = db.prepare<{ before: string; withoutAudit: string }, string>(OLD_RUNS).pluck();
  const idlePage = db.prepare<{ store: string; entity: string; id: string }, LinkRow>(IDLE_PAGE);
  const removeIdle = db.prepare<[string]>(REMOVE_IDLE);
  const auditOfStore = db.prepare<[string, number]>(
    'DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE store = ? LIMIT ?)',
  );
  const runsOfStore = db
    .prepare<{ store: string }, string>(
      'SELECT run_id FROM runs WHERE store = @store UNION SELECT run_id FROM audit WHERE store = @store',
    )
    .pluck();

  /** Does one transaction, and lets whoever waits have a turn before the next. */
  async function inTurn(work: () => number): Promise<number> {
    const removed = await perform(() =>
      db
        .transaction(() => {
          lock.assertNotLost();
          return work();
        })
        .immediate(),
    );
    await setImmediate();
    return removed;
  }

  return {
    runEnds: () => perform(() => new Map(runEnds.all().map((row) => [row.run_id, row.ended_at]))),
    findAudit(before) {
      return perform((): OldAudit => {
        const runIds = oldAudit.all(before);
        return { runIds, rows: countAudit.get(JSON.stringify(runIds)) ?? 0 };
      });
    },
    async *removeAudit(runIds) {
      for (let next = 0; next < runIds.length;) {
        yield await inTurn(() => {
          let removed = 0;
          while (removed < CHUNK && next < runIds.length) {
            const wanted = CHUNK - removed;
            const { changes } = removeAudit.run(runIds[next] ?? '', wanted);
            removed += changes;
            next += changes < wanted ? 1 : 0;
          }
          return removed;
        });
      }
    },
    findRuns(before, withoutAudit) {
      return perform(() => oldRuns.all({ before, withoutAudit: JSON.stringify(withoutAudit) }));
    },
    async *removeRuns(runIds) {
      const removals = ['breaches', 'runs'].map((table) =>
        db.prepare<[string]>(`DELETE FROM ${table} WHERE run_id IN (SELECT value FROM json_each(?))`),
      );
      for (const chunk of inChunks(runIds)) {
        yield await inTurn(
          () => removals.map((removal) => removal.run(JSON.stringify(chunk))).at(-1)?.changes ?? 0,
        );
      }
    },
    async *idleLinks(store) {
      let after = { entity: '', id: '' };
      for (;;) {
        const from = after;
        const links = await perform(() => idlePage.all({ store, ...from }).map(linkOf));
        const last = links.at(-1);
        if (last === undefined) {
          return;
        }
        yield links;
        after = last.key;
      }
    },
    async removeIdleLinks(keys) {
      let removed = 0;
      for (const chunk of inChunks(keys)) {
        removed += await inTurn(() => removeIdle.run(keysAsJson(chunk)).changes);
      }
      return removed;
    },
    stores: () => perform(() => storesOf(database)),
    storesAt: (url) =>
      perform(() =>
        tiesOf(database).flatMap((tie) => (placeOf(tie.url) === placeOf(url) ? [tie.store] : [])),
      ),
    runsOf: (store) => perform(() => runsOfStore.all({ store })),
    async *removeStore(store) {
      for (let removed = CHUNK; removed === CHUNK;) {
        removed = await inTurn(() => auditOfStore.run(store, CHUNK).changes);
        yield removed;
      }
      // Together: a part of what is known of a store is worse than nothing.
      yield await inTurn(() =>
        STORE_TABLES.reduce(
          (sum, table) => sum + db.prepare(`DELETE FROM ${table} WHERE store = ?`).run(store).changes,
          0,
        ),
      );
    },
    removeAll(exceptRunId) {
      return inTurn(() => {
        const rows = STORE_TABLES.filter((table) => table !== 'runs').map(
          (table) => db.prepare(`DELETE FROM ${table}`).run().changes,
        );
        const runs = db.prepare('DELETE FROM runs WHERE run_id <> ?').run(exceptRunId).changes;
        return rows.reduce((sum, count) => sum + count, runs);
      });
    },
    shrink: () =>
      perform(() => {
        lock.assertNotLost();
        return shrinkFile(database);
      }),
  };
}

function storesOf(database: StateDatabase): StoreRows[] {
  const { db } = database;
  const rows = new Map<string, Record<string, number>>();
  for (const table of STORE_TABLES) {
    const counts = db
      .prepare<[], { store: string; count: number }>(
        `SELECT store, count(*) AS count FROM ${table} GROUP BY store`,
      )
      .all();
    for (const { store, count } of counts) {
      rows.set(store, { ...rows.get(store), [table]: count });
    }
  }
  const urls = new Map(tiesOf(database).map(({ store, url }) => [store, url]));
  return [...rows].map(([store, counts]) => ({ store, url: urls.get(store) ?? null, rows: counts }));
}

function tiesOf({ db }: StateDatabase): { readonly store: string; readonly url: string }[] {
  return db.prepare<[], { store: string; url: string }>('SELECT store, url FROM stores').all();
}
