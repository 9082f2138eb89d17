import type { Listing, Listings } from '../core/ports';
import type { StateDatabase } from './database';

/** The listings port, and the write that a commit makes. */
export interface ListingTable {
  readonly port: Listings;
  /** Writes the listing of a flow, replacing the one before. */
  put(listing: Listing): void;
}

/** Prepares the statements on listings. */
export function openListings({ db, perform }: StateDatabase): ListingTable {
  const get = db.prepare<[string, string], Listing>(
    'SELECT store, flow, records, at FROM listings WHERE store = ? AND flow = ?',
  );
  const put = db.prepare<Listing>(
    'INSERT OR REPLACE INTO listings (store, flow, records, at) VALUES (@store, @flow, @records, @at)',
  );
  return {
    port: {
      get(store, flow) {
        return perform(() => get.get(store, flow));
      },
    },
    put(listing) {
      put.run(listing);
    },
  };
}
