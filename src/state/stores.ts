/** Which shop a store id stands for: keys in Odoo are built from it, so it never changes. */
import { ConfigError } from '../core/errors';
import type { StateDatabase } from './database';

interface StoreRow {
  readonly store: string;
  readonly url: string;
}

const LINKED_STORES = 'SELECT DISTINCT store FROM links ORDER BY store';

/** Prepares `State.bindStore`. */
export function openStores({
  db,
  path,
  perform,
}: StateDatabase): (store: string, url: string) => Promise<void> {
  const get = db.prepare<[string], StoreRow>('SELECT store, url FROM stores WHERE store = ?');
  const put = db.prepare('INSERT INTO stores (store, url) VALUES (?, ?)');
  const linkedStores = db.prepare<[], string>(LINKED_STORES).pluck();

  const bind = db.transaction((store: string, url: string) => {
    const known = get.get(store);
    if (known === undefined) {
      refuseUnknownStore(store, linkedStores.all(), path);
      put.run(store, publicAddressOf(url));
      return;
    }
    if (placeOf(known.url) !== placeOf(url)) {
      throw new ConfigError(
        [
          `The store "${store}" is ${known.url} in the state ${path}, but the configuration says ${publicAddressOf(url)}: ` +
            'put the first address back, or give the other shop a store id and a state file of its own.',
        ],
        { hint: 'A store id stands for one shop for good: the records in Odoo are named after it.' },
      );
    }
  });
  return (store, url) =>
    perform(() => {
      bind.immediate(store, url);
    });
}

function refuseUnknownStore(store: string, others: readonly string[], path: string): void {
  if (others.length === 0 || others.includes(store)) {
    return;
  }
  const names = others.map((other) => `"${other}"`).join(', ');
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

/** The address as it is compared: without scheme (a shop that moves to HTTPS stays itself), default port and last slash. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) {
    return url;
  }
  const { host, pathname } = new URL(url);
  return host + pathname.replace(/\/+$/, '');
}
