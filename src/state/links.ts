import { formatKey } from '../core/keys';
import type { RecordKey } from '../core/keys';
import type { Link, Links } from '../core/ports';
import { inChunks, keysAsJson } from './database';
import type { StateDatabase } from './database';

/** The links port, and the writes that a commit makes. */
export interface LinkTable {
  readonly port: Links;
  /** Writes a link, replacing the one of the same key. */
  put(link: Link): void;
  remove(key: RecordKey): void;
}

/** A link as its table has it. */
export interface LinkRow {
  readonly store: string;
  readonly entity: string;
  readonly id: string;
  readonly odoo_model: string;
  readonly odoo_id: number;
  readonly hash: string;
  readonly fields: string;
  readonly odoo_hash: string | null;
  readonly step: string | null;
  readonly adopted: number;
  readonly match_key: string | null;
}

// CROSS JOIN keeps the order of the loops: one look-up in the index for each thing asked for.
const BY_KEY = `SELECT links.* FROM json_each(?) AS wanted CROSS JOIN links
  ON links.store = wanted.value ->> 0 AND links.entity = wanted.value ->> 1 AND links.id = wanted.value ->> 2`;
const BY_MATCH_KEY = `SELECT links.* FROM json_each(?) AS wanted CROSS JOIN links
  ON links.store = ? AND links.match_key = wanted.value
  WHERE links.entity IN (SELECT value FROM json_each(?))
  ORDER BY length(links.id), links.id`;
const BY_ODOO_ID = `SELECT links.* FROM json_each(?) AS wanted CROSS JOIN links
  ON links.store = ? AND links.entity = ? AND links.odoo_id = wanted.value
  ORDER BY links.odoo_id, length(links.id), links.id`;
const UNFINISHED = `SELECT * FROM links
  WHERE store = ? AND entity = ? AND (step IS NULL OR step NOT IN (SELECT value FROM json_each(?)))
  ORDER BY length(id), id`;
const PAGE = 'SELECT * FROM links WHERE store = ? AND entity = ? AND id > ? ORDER BY id LIMIT ?';
const PUT = `INSERT OR REPLACE INTO links
  (store, entity, id, odoo_model, odoo_id, hash, fields, odoo_hash, step, adopted, match_key)
  VALUES (@store, @entity, @id, @odooModel, @odooId, @hash, @fields, @odooHash, @step, @adopted, @matchKey)`;

/** Prepares the statements on links. */
export function openLinks({ db, perform }: StateDatabase): LinkTable {
  const byKey = db.prepare<[string], LinkRow>(BY_KEY);
  const byMatchKey = db.prepare<[string, string, string], LinkRow>(BY_MATCH_KEY);
  const byOdooId = db.prepare<[string, string, string], LinkRow>(BY_ODOO_ID);
  const unfinished = db.prepare<[string, string, string], LinkRow>(UNFINISHED);
  const count = db.prepare<[string], number>('SELECT count(*) FROM links WHERE store = ?').pluck();
  const page = db.prepare<[string, string, string, number], LinkRow>(PAGE);
  const put = db.prepare(PUT);
  const remove = db.prepare('DELETE FROM links WHERE store = ? AND entity = ? AND id = ?');

  const port: Links = {
    find(keys) {
      return perform(() => {
        const found = new Map<string, Link>();
        for (const chunk of inChunks(keys)) {
          for (const row of byKey.all(keysAsJson(chunk))) {
            const link = linkOf(row);
            found.set(formatKey(link.key), link);
          }
        }
        return found;
      });
    },

    // Where several links share a match key, the entity named first wins, then the oldest id.
    findByMatchKey(store, entities, matchKeys) {
      return perform(() => {
        const found = new Map<string, Link>();
        for (const chunk of inChunks(matchKeys)) {
          const links = byMatchKey.all(JSON.stringify(chunk), store, JSON.stringify(entities)).map(linkOf);
          for (const link of links) {
            const rival = link.matchKey === null ? undefined : found.get(link.matchKey);
            const wins =
              rival === undefined || entities.indexOf(link.key.entity) < entities.indexOf(rival.key.entity);
            if (link.matchKey !== null && wins) {
              found.set(link.matchKey, link);
            }
          }
        }
        return found;
      });
    },

    findByOdooIds(store, entity, odooIds) {
      return perform(() => {
        const found: Link[] = [];
        for (const chunk of inChunks([...new Set(odooIds)])) {
          found.push(...byOdooId.all(JSON.stringify(chunk), store, entity).map(linkOf));
        }
        return found;
      });
    },

    findUnfinished(store, entity, finalSteps) {
      return perform(() => unfinished.all(store, entity, JSON.stringify(finalSteps)).map(linkOf));
    },

    count(store) {
      return perform(() => count.get(store) ?? 0);
    },

    page(store, entity, afterId, limit) {
      return perform(() => page.all(store, entity, afterId, limit).map(linkOf));
    },
  };

  return {
    port,
    put({ key, ...link }) {
      put.run({
        ...key,
        ...link,
        fields: JSON.stringify(link.fields),
        adopted: link.adopted ? 1 : 0,
      });
    },
    remove(key) {
      remove.run(key.store, key.entity, key.id);
    },
  };
}

/** Reads a row of the table. */
export function linkOf(row: LinkRow): Link {
  return {
    key: { store: row.store, entity: row.entity, id: row.id },
    odooModel: row.odoo_model,
    odooId: row.odoo_id,
    hash: row.hash,
    fields: JSON.parse(row.fields) as Record<string, string>,
    odooHash: row.odoo_hash,
    step: row.step,
    adopted: row.adopted === 1,
    matchKey: row.match_key,
  };
}
