import { ConfigError } from '../core/errors';
import type { WooApi, WooListing, WooQuery, WooResponse, WooRow, WooShop } from '../core/ports';
import { batchSizes } from '../lib/batch-size';
import { MAX_BATCH_ITEMS, writeBatch } from './batch';
import { mayLieInTheRequest, WooRefusal } from './errors';
import type { Evidence } from '../lib/evidence';
import { listRows, type ListingSource } from './listing';
import type { WooOptions } from './options';
import { createRequests, NAMESPACE, type Answered } from './requests';
import { isRow, readRows } from './rows';
import { readShop, SHOP_FIELDS } from './shop';
import { sweepById, type SweepSource } from './sweep';

const MAX_PAGE_SIZE = 100;
/**
 * Pages of a sweep are never made smaller than this: rows that a shop counts
 * and does not show are passed over only where fewer of them lie together than
 * a page is long. What fails on so few is read by id.
 */
const MIN_PAGE_SIZE = 10;

/**
 * A client of one shop's REST API v3.
 *
 * Authentication follows the address: Basic over https, an OAuth 1.0a
 * signature over http (observed on WooCommerce 11.0: each is refused on the
 * other's ground). A read is tried again after anything temporary; a write
 * only when it certainly did nothing, or when the caller says that it may be
 * done twice. A shop that is out is left alone for a while.
 * @throws ConfigError when the address is no http or https address
 */
export function createWoo(options: WooOptions): WooApi {
  const requests = createRequests(readBase(options.url), options);
  const pageSizes = batchSizes(MAX_PAGE_SIZE, MIN_PAGE_SIZE);
  const writeSizes = batchSizes(MAX_BATCH_ITEMS);
  const shown = new Map<string, Evidence>();
  const written: Evidence = { isSeen: false };
  let shop: Promise<WooShop> | undefined;

  function read(
    path: string,
    query: WooQuery,
    part: { records?: number | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<Answered> {
    return requests.send({ method: 'GET', path: NAMESPACE + requirePath(path), query, ...part });
  }

  function listingSource(path: string, signal?: AbortSignal): ListingSource {
    const evidence = shown.get(path) ?? { isSeen: false };
    shown.set(path, evidence);
    return {
      name: path,
      async ask(query, records): Promise<WooListing> {
        const { body, total, serverTime } = await read(path, query, { records, signal });
        return { rows: readRows(body, path), total, serverTime };
      },
      shown: evidence,
    };
  }

  function sweepSource(path: string, query: WooQuery, signal: AbortSignal): SweepSource {
    const listing = listingSource(path, signal);
    const size = pageSizes(kindOf(path));
    return {
      name: path,
      async fetchPage(offset, wanted) {
        const perPage = Math.min(wanted, size.current);
        const paging = { orderby: 'id', order: 'asc', offset, per_page: perPage, page: undefined };
        return { ...(await listRows(listing, { ...query, ...paging }, size)), perPage };
      },
      async fetchHighestId() {
        const paging = { orderby: 'id', order: 'desc', per_page: 1, offset: undefined, page: undefined };
        const { rows } = await listing.ask({ ...query, ...paging, _fields: 'id' });
        return rows[0]?.id;
      },
    };
  }

  return {
    get requests() {
      return requests.count;
    },

    async get(path, query = {}): Promise<WooResponse> {
      const { body, total, serverTime } = await read(path, query);
      return { body, total, serverTime };
    },

    list: (path, query = {}) => listRows(listingSource(path), query),

    async find(path, id, query = {}): Promise<WooRow | undefined> {
      const address = `${path}/${id}`;
      try {
        const { body } = await read(address, query, { records: 1 });
        return isRow(body) ? body : { id, unreadable: 'the shop shows something else in its place' };
      } catch (error) {
        if (error instanceof WooRefusal && error.reason === 'not-found') {
          return undefined;
        }
        if (error instanceof WooRefusal) {
          return { id, unreadable: error.message };
        }
        if (!mayLieInTheRequest(error)) {
          throw error;
        }
        await read(address, { ...query, _fields: 'id' });
        return { id, unreadable: `the shop answers, but cannot show this record (${error.detail})` };
      }
    },

    async *sweep(path, query = {}, sweepOptions = {}) {
      const stop = new AbortController();
      const perPage = Math.min(MAX_PAGE_SIZE, Math.max(2, sweepOptions.pageSize ?? MAX_PAGE_SIZE));
      try {
        yield* sweepById(sweepSource(path, query, stop.signal), perPage, sweepOptions.from);
      } finally {
        stop.abort();
      }
    },

    batch(path, batch, batchOptions = {}) {
      const call = {
        method: 'POST',
        path: `${NAMESPACE}${requirePath(path)}/batch`,
        query: {},
        isIdempotent: batchOptions.idempotent ?? false,
      } as const;
      const target = {
        send: async (body: unknown, records: number): Promise<unknown> =>
          (await requests.send({ ...call, body, ...(call.isIdempotent && { records }) })).body,
        check: async (): Promise<void> => {
          await read(path, { per_page: 1, _fields: 'id' });
        },
        size: writeSizes(kindOf(path)),
        written,
      };
      return writeBatch(target, batch, batchOptions);
    },

    shop() {
      shop ??= requests
        .send({ method: 'GET', path: '', query: { _fields: SHOP_FIELDS }, isSigned: false })
        .then(readShop)
        .catch((error: unknown) => {
          shop = undefined;
          throw error;
        });
      return shop;
    },
  };
}

function readBase(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isUsable =
    url !== undefined &&
    ['http:', 'https:'].includes(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '');
  if (!isUsable) {
    throw new ConfigError([
      'WOO_URL must be an http or https address such as https://shop.example, nothing more',
    ]);
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** A path is signed as it stands: a query in it would not be. */
function requirePath(path: string): string {
  if (!/^[\w./-]+$/.test(path) || path.startsWith('/')) {
    throw new RangeError(`not a path of the REST API: ${JSON.stringify(path)}`);
  }
  return path;
}

/** Collections that are alike: the variations of whichever product. */
function kindOf(path: string): string {
  return path.replace(/\d+/g, '*');
}
