/** Which shop and which Odoo a store id stands for: keys and links hold for these two only. */
import { ConfigError } from '../core/errors';
import type { OdooPlace, State } from '../core/ports';
import type { StateDatabase } from './database';

interface StoreRow {
  readonly store: string;
  readonly url: string;
  readonly odoo_url: string | null;
  readonly odoo_database: string | null;
}

/** An intent counts: its record may be in Odoo, under a name that begins with the store. */
const STORES_WITH_RECORDS = 'SELECT store FROM links UNION SELECT store FROM intents ORDER BY store';
const TIE_SHOP = `INSERT INTO stores (store, url) VALUES (?, ?)
  ON CONFLICT (store) DO UPDATE SET url = excluded.url`;

/** Prepares `State.bindStore` and `State.bindOdoo`. */
export function openStores({
  db,
  path,
  perform,
}: StateDatabase): Readonly<Pick<State, 'bindStore' | 'bindOdoo'>> {
  const get = db.prepare<[string], StoreRow>('SELECT * FROM stores WHERE store = ?');
  const tieShop = db.prepare(TIE_SHOP);
  const tieOdoo = db.prepare('UPDATE stores SET odoo_url = ?, odoo_database = ? WHERE store = ?');
  const storesWithRecords = db.prepare<[], string>(STORES_WITH_RECORDS).pluck();

  const bindShop = db.transaction((store: string, url: string) => {
    const inUse = storesWithRecords.all();
    const known = get.get(store);
    if (known === undefined || !inUse.includes(store)) {
      refuseUnknownStore(store, inUse, path);
      // Nothing is named after the address yet: one that was mistyped at the first try can be corrected.
      tieShop.run(store, publicAddressOf(url));
      return;
    }
    if (placeOf(known.url) !== placeOf(url)) {
      throw otherShop(known, url, path);
    }
  });

  const bindOdoo = db.transaction((store: string, odoo: OdooPlace) => {
    const known = get.get(store);
    const tied = known === undefined ? undefined : odooOf(known);
    if (tied === undefined || !storesWithRecords.all().includes(store)) {
      tieOdoo.run(publicAddressOf(odoo.url), odoo.database, store);
      return;
    }
    if (placeOf(tied.url) !== placeOf(odoo.url) || tied.database !== odoo.database) {
      throw otherOdoo(store, tied, odoo, path);
    }
  });

  return {
    bindStore: (store, url) =>
      perform(() => {
        bindShop.immediate(store, url);
      }),
    bindOdoo: (store, odoo) =>
      perform(() => {
        bindOdoo.immediate(store, odoo);
      }),
  };
}

/** Undefined where the state is older than the tie. */
function odooOf(row: StoreRow): OdooPlace | undefined {
  return row.odoo_url === null || row.odoo_database === null
    ? undefined
    : { url: row.odoo_url, database: row.odoo_database };
}

function otherShop({ store, url: known }: StoreRow, url: string, path: string): ConfigError {
  return new ConfigError(
    [
      `The store "${store}" is ${known} in the state ${path}, but the configuration says ${publicAddressOf(url)}: ` +
        'put the first address back, or give the other shop a store id and a state file of its own.',
    ],
    { hint: 'A store id stands for one shop for good: the records in Odoo are named after it.' },
  );
}

function otherOdoo(store: string, known: OdooPlace, odoo: OdooPlace, path: string): ConfigError {
  return new ConfigError(
    [
      `The store "${store}" is kept in the Odoo database "${known.database}" at ${known.url} in the state ${path}, ` +
        `but the configuration says "${odoo.database}" at ${publicAddressOf(odoo.url)}: put ODOO_URL and ODOO_DB back. ` +
        'For another database, a staging copy too, set another WCODOO_HOME. ' +
        'If this database itself has moved, move the state file away, then run wcodoo state rebuild and wcodoo sync --dry-run.',
    ],
    { hint: 'The state holds ids of records of that database; in another one they are other records.' },
  );
}

function refuseUnknownStore(store: string, inUse: readonly string[], path: string): void {
  if (inUse.length === 0 || inUse.includes(store)) {
    return;
  }
  const names = inUse.map((other) => `"${other}"`).join(', ');
  throw new ConfigError(
    [
      `The store "${store}" is unknown to the state ${path}, whose records belong to ${names}: ` +
        `set the store id back to ${names}, or give the new shop a state file of its own.`,
    ],
    { hint: 'Under another store id every record would be created a second time.' },
  );
}

/** The address without what may be secret in it: user, password and query. */
function publicAddressOf(url: string): string {
  if (!URL.canParse(url)) {
    return url;
  }
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** The address of a shop or an Odoo as it is compared: without scheme (what moves to HTTPS stays itself), default port and last slash. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) {
    return url;
  }
  const { host, pathname } = new URL(url);
  return host + pathname.replace(/\/+$/, '');
}
