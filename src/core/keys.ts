/**
 * The key grammar, fixed from the first release: changing it would re-key
 * every user's database.
 *
 * A record is named by (store, entity, id). Its Odoo external id is
 * `__wcodoo__.<store>_<entity>_<id>[_<part>]` in the characters `[a-z0-9_]`.
 */

/** Module under which wcodoo's external ids live in Odoo. */
export const EXTERNAL_ID_MODULE = '__wcodoo__';

export interface RecordKey {
  readonly store: string;
  /** Kind of record: `customer`, `guest`, `address`, `order`, `product`, … */
  readonly entity: string;
  /** Id on the WooCommerce side, or a hash where WooCommerce has none. */
  readonly id: string;
}

/** One word out of `[a-z0-9]`, which keeps the parts of a key apart. */
const WORD = /^[a-z0-9]+$/;
const PART = /^[a-z0-9]+(_[a-z0-9]+)*$/;

/** Builds a key; throws a RangeError when a component leaves the grammar (a bug, never data). */
export function recordKey(store: string, entity: string, id: string | number): RecordKey {
  for (const word of [store, entity, String(id)]) {
    if (!WORD.test(word)) {
      throw new RangeError(`not a key component: ${JSON.stringify(word)}`);
    }
  }
  return { store, entity, id: String(id) };
}

/** The key as people and tables see it: `shop/order/329`. */
export function formatKey(key: RecordKey): string {
  return `${key.store}/${key.entity}/${key.id}`;
}

/** Reads `shop/order/329`; undefined when the text is no key. */
export function parseKey(text: string): RecordKey | undefined {
  const [store, entity, id, ...rest] = text.split('/');
  if (store === undefined || entity === undefined || id === undefined || rest.length > 0) {
    return undefined;
  }
  return [store, entity, id].every((word) => WORD.test(word)) ? { store, entity, id } : undefined;
}

/** The Odoo external id of a record, or of one part of it (a line of an order). */
export function externalId(key: RecordKey, part?: string): string {
  if (part !== undefined && !PART.test(part)) {
    throw new RangeError(`not a key part: ${JSON.stringify(part)}`);
  }
  const name = [key.store, key.entity, key.id, ...(part === undefined ? [] : [part])].join('_');
  return `${EXTERNAL_ID_MODULE}.${name}`;
}

/** What every external id of a store's records begins with. */
export function externalIdPrefix(store: string): string {
  return `${EXTERNAL_ID_MODULE}.${store}_`;
}

/** The key of a record by its external id; undefined for a part of a record, and for an id that is not ours. */
export function parseExternalId(text: string): RecordKey | undefined {
  const [, name] = text.split(`${EXTERNAL_ID_MODULE}.`);
  const [store = '', entity = '', id = '', ...parts] = name?.split('_') ?? [];
  const isRecord = parts.length === 0 && [store, entity, id].every((word) => WORD.test(word));
  return isRecord && text.startsWith(EXTERNAL_ID_MODULE) ? { store, entity, id } : undefined;
}

/** The part of an external id that follows its record's own (`line_12`); undefined when it belongs elsewhere. */
export function partOf(key: RecordKey, id: string): string | undefined {
  const prefix = `${externalId(key)}_`;
  return id.startsWith(prefix) ? id.slice(prefix.length) : undefined;
}
