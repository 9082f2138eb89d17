/** Rows of a collection, read so that one the shop cannot show does not keep the others back. */
import { RetryableError } from '../core/errors';
import type { WooListing, WooQuery, WooRow } from '../core/ports';
import type { BatchSize } from '../lib/batch-size';
import { halve, halveUntilDone } from '../lib/halve';
import { mayLieInTheRequest, type FirewallError, type WooTrouble } from './errors';
import type { Evidence } from '../lib/evidence';

export interface ListingSource {
  /** For messages, for example `orders`. */
  readonly name: string;
  /**
   * One request. With `records` its failure may be that of a record and is
   * soon reported, without it is tried until the shop counts as unavailable.
   */
  ask(query: WooQuery, records?: number): Promise<WooListing>;
  /** The shop has shown a row of this collection in full. */
  readonly shown: Evidence;
}

type Failure = WooTrouble | FirewallError;

/** Nothing but the id: WooCommerce computes no other field then (observed on 11.0: half the time of a full page). */
const LIGHT = { _fields: 'id' };
/** Rows given up before the shop must have shown one that it can show rows at all. */
const MAX_UNREADABLE = 3;
const WITHOUT_PAGING = { offset: undefined, page: undefined, orderby: undefined, order: undefined };

/**
 * Reads one page of a collection. Where the shop fails on it, the same page is
 * asked for with nothing but ids. If that fails too, the shop is down, and the
 * error says so. If it works, the failure lies in the rows, or in their number:
 * they are read by id in ever smaller groups, and one that fails by itself,
 * while its id alone can still be had, comes back as `unreadable`.
 *
 * Each group that fails is followed by such a light request, so that a shop
 * that goes down meanwhile ends this at once. One bad row among a hundred
 * costs some thirty requests.
 *
 * The rows are those of the one light request, in its order, less what has
 * left the collection since: the page is as contiguous as if it had come whole.
 * @param size what the page's failure and success are told, where the caller can do with smaller pages
 * @throws RetryableError, FatalError as the client does
 */
export async function listRows(
  source: ListingSource,
  query: WooQuery,
  size?: BatchSize,
): Promise<WooListing> {
  const wanted = Number(query['per_page'] ?? 10);
  try {
    const listing = await source.ask(query, wanted);
    source.shown.isSeen ||= listing.rows.length > 0;
    size?.succeed(wanted);
    return listing;
  } catch (error) {
    if (!mayLieInTheRequest(error)) {
      throw error;
    }
    const light = await source.ask({ ...query, ...LIGHT });
    size?.shrink(wanted);
    const rows = await readById(source, query, light.rows, error);
    return { ...light, rows };
  }
}

/** @param known the rows by their ids, as the shop lists them */
async function readById(
  source: ListingSource,
  query: WooQuery,
  known: readonly WooRow[],
  reason: Failure,
): Promise<WooRow[]> {
  const ids = known.map(({ id }) => id);
  const found = new Map<number, WooRow>();
  let unreadable = 0;

  function ask(part: readonly number[], fields: WooQuery, records?: number): Promise<WooListing> {
    const paging = { ...WITHOUT_PAGING, include: part, per_page: part.length };
    return source.ask({ ...query, ...paging, ...fields }, records);
  }

  async function giveUp(id: number, failure: Failure): Promise<void> {
    found.set(id, { id, unreadable: `the shop answers, but cannot show this record (${failure.detail})` });
    unreadable += 1;
    if (unreadable >= MAX_UNREADABLE && !source.shown.isSeen) {
      await requireShownRow(source, query);
    }
  }

  async function attempt(part: readonly number[]): Promise<'done' | 'halve'> {
    try {
      const { rows } = await ask(part, {}, part.length);
      requireIncluded(rows, part, reason);
      for (const row of rows) {
        found.set(row.id, row);
      }
      source.shown.isSeen ||= rows.length > 0;
      return 'done';
    } catch (failure) {
      if (!mayLieInTheRequest(failure)) {
        throw failure;
      }
      const still = await ask(part, LIGHT);
      requireIncluded(still.rows, part, reason);
      if (part.length > 1) {
        return 'halve';
      }
      // Gone by now, unless the shop still lists it.
      for (const { id } of still.rows) {
        await giveUp(id, failure);
      }
      return 'done';
    }
  }

  // All of them together have just failed; a single one is asked for by its id once more.
  for (const part of ids.length > 1 ? halve(ids) : [ids]) {
    await halveUntilDone(part, attempt);
  }
  const missing = ids.filter((id) => !found.has(id));
  const overlooked = missing.length === 0 ? [] : (await ask(missing, LIGHT)).rows;
  if (overlooked.length > 0) {
    throw new RetryableError(
      `WooCommerce lists ${source.name} ${overlooked.map(({ id }) => id).join(', ')} and does not show them when asked by id`,
    );
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** A collection that knows no `include` would answer with other rows: nothing can be isolated there. */
function requireIncluded(rows: readonly WooRow[], part: readonly number[], reason: Failure): void {
  const asked = new Set(part);
  if (rows.some(({ id }) => !asked.has(id))) {
    throw reason;
  }
}

/** @throws RetryableError when neither the newest nor the oldest row can be shown: then it is not about single rows */
async function requireShownRow(source: ListingSource, { _fields }: WooQuery): Promise<void> {
  let reason = '';
  for (const order of ['desc', 'asc']) {
    try {
      await source.ask({ _fields, orderby: 'id', order, per_page: 1 }, 1);
      source.shown.isSeen = true;
      return;
    } catch (failure) {
      if (!mayLieInTheRequest(failure)) {
        throw failure;
      }
      reason = failure.detail;
    }
  }
  throw new RetryableError(
    `WooCommerce shows none of the ${source.name} that were tried, although it lists them (${reason})`,
    { hint: 'Look into the PHP error log of the shop: a plugin may fail on all of them.' },
  );
}
