import { FatalError, RetryableError } from '../core/errors';
import type { SweepPosition, WooPage, WooRow } from '../core/ports';

/** Rows of a collection sorted by ascending id, from an offset, as one request returned them. */
export interface SourcePage {
  readonly rows: readonly WooRow[];
  readonly total: number | undefined;
  readonly serverTime: Date;
  /** Rows that were asked for, where that was fewer than wanted; at least 2. */
  readonly perPage?: number;
}

/** The requests a sweep makes. */
export interface SweepSource {
  fetchPage(offset: number, perPage: number): Promise<SourcePage>;
  /** The highest id in the collection now; undefined when the shop does not show that row. */
  fetchHighestId(): Promise<number | undefined>;
  /** For messages, for example `orders`. */
  readonly name: string;
}

/** Requests in a row that bring no new row before the sweep gives up; a burst of edits costs a few. */
const MAX_FRUITLESS = 200;
/** Where the highest id is not shown, the sweep goes on to the end of the collection. */
const NO_UPPER_ID = Number.MAX_SAFE_INTEGER;
/** Beyond the end of any collection: only a server that ignores `offset` has rows there. */
const FAR_OFFSET = 1_000_000_000;

/**
 * Hands out every row of a collection by ascending id, each once, although
 * rows enter and leave it meanwhile (observed on WooCommerce 11.0: a row that
 * leaves shifts the rest, and plain paging passes over one).
 *
 * The rule that makes it safe: a page counts only when it *joins* what was
 * handed out, that is when it starts at offset 0 or with a row that was already
 * handed out. A page is contiguous, so nothing lies between. One that does not
 * join is dropped and the sweep steps back until one does.
 *
 * Ids above the highest at the start belong to the next run: the set of what
 * must be read is then finite on a busy shop, and `startedAt`, taken before
 * anything is read, covers whatever changes later.
 *
 * One page is fetched ahead while the consumer works.
 * @param perPage at least 2, since pages overlap by one row
 * @throws FatalError when the server ignores `offset` or the order
 * @throws RetryableError when the answers cannot be joined, besides what `source` throws
 */
export async function* sweepById(
  source: SweepSource,
  perPage: number,
  from?: SweepPosition,
): AsyncGenerator<WooPage, void, void> {
  if (from !== undefined && from.lastId >= from.upperId) {
    yield { rows: [], position: from, total: undefined };
    return;
  }
  let position = from;
  let total: number | undefined;
  let handedOut = false;
  const walk = new Walk(source.name, perPage, from);
  let ahead = fetchAhead(source, walk.offset, perPage);
  for (;;) {
    const page = await ahead;
    if (position === undefined) {
      total = page.total;
      position = await begin(source, page, perPage);
    }
    const { fresh, end, suspicious } = walk.take(page, position.upperId);
    if (suspicious) {
      await requireOffset(source, perPage);
    }
    if (!end) {
      ahead = fetchAhead(source, walk.offset, perPage);
    }
    if (fresh.length > 0 || (end && !handedOut)) {
      position = { ...position, lastId: walk.lastId, offset: walk.offsetAfter };
      handedOut = true;
      yield { rows: fresh, position, total };
    }
    if (end) {
      return;
    }
  }
}

/** Starts a request whose failure is only seen when the page is wanted. */
function fetchAhead(source: SweepSource, offset: number, perPage: number): Promise<SourcePage> {
  const page = source.fetchPage(offset, perPage);
  page.catch(() => undefined);
  return page;
}

/** The position before the first row; the upper end costs a request unless the first page is all there is. */
async function begin(source: SweepSource, first: SourcePage, perPage: number): Promise<SweepPosition> {
  const highestSeen = first.rows.at(-1)?.id ?? 0;
  const upperId = isLastPage(first, 0, perPage)
    ? highestSeen
    : Math.max(highestSeen, (await source.fetchHighestId()) ?? NO_UPPER_ID);
  return { lastId: 0, offset: 0, upperId, startedAt: first.serverTime.toISOString() };
}

/**
 * A short page is the last one, except where more rows are counted than shown:
 * a server may cap `per_page`, and WooCommerce leaves out rows that the key's
 * user may not read while it counts them. Where the total is unknown (or 0,
 * as HPOS orders say beyond the end) it does not speak against the end.
 */
function isLastPage(page: SourcePage, offset: number, perPage: number): boolean {
  return page.rows.length < askedFor(page, perPage) && offset + page.rows.length >= (page.total ?? 0);
}

/** Rows that were asked for: a source may ask for fewer than wanted while the shop fails on large pages. */
function askedFor(page: SourcePage, wanted: number): number {
  return page.perPage ?? wanted;
}

interface Step {
  /** Rows to hand out. */
  readonly fresh: readonly WooRow[];
  readonly end: boolean;
  /** The page looks as if `offset` had been ignored; true at most once. */
  readonly suspicious: boolean;
}

/** Decides from each page which rows are new and which offset comes next; does no requests. */
class Walk {
  /** Where the next page begins. */
  offset: number;
  /** Rows up to this id have been handed out. */
  lastId: number;
  /** Offset behind the last row handed out. */
  offsetAfter: number;
  private stepBack = 1;
  /** An offset past the row `lastId` since the last new row, to find that row by bisection. */
  private past: number | undefined;
  private fruitless = 0;
  private suspected = false;

  constructor(
    private readonly name: string,
    private readonly perPage: number,
    from: SweepPosition | undefined,
  ) {
    this.lastId = from?.lastId ?? 0;
    this.offsetAfter = from?.offset ?? 0;
    this.offset = Math.max(0, this.offsetAfter - 1);
  }

  take(page: SourcePage, upperId: number): Step {
    this.requireOrder(page.rows);
    const joins = this.offset === 0 || (page.rows[0] !== undefined && page.rows[0].id <= this.lastId);
    if (!joins) {
      this.goBack();
      return { fresh: [], end: false, suspicious: false };
    }
    const fresh = page.rows.filter((row) => row.id > this.lastId && row.id <= upperId);
    const reached = page.rows.at(-1)?.id ?? 0;
    const readOffset = this.offset;
    const lastFresh = fresh.at(-1);
    if (lastFresh !== undefined) {
      this.lastId = lastFresh.id;
      this.offsetAfter = readOffset + page.rows.indexOf(lastFresh) + 1;
    }
    const end =
      reached >= upperId || isLastPage(page, readOffset, this.perPage) || this.isHiddenEnd(page, fresh);
    if (end) {
      return { fresh, end, suspicious: false };
    }
    const suspicious = !this.suspected && fresh.length === 0 && readOffset > 0;
    this.suspected ||= suspicious;
    this.goForward(page, fresh.length > 0);
    return { fresh, end, suspicious };
  }

  /** All rows counted up to the end lie in this page, though some are not shown. */
  private isHiddenEnd(page: SourcePage, fresh: readonly WooRow[]): boolean {
    const asked = askedFor(page, this.perPage);
    return fresh.length === 0 && page.rows.length < asked && this.offset + asked >= (page.total ?? 0);
  }

  private goBack(): void {
    this.countFruitless();
    this.past = this.offset;
    this.offset = Math.max(0, this.offset - this.stepBack);
    this.stepBack *= 2;
  }

  private goForward(page: SourcePage, isFruitful: boolean): void {
    this.stepBack = 1;
    if (isFruitful) {
      this.fruitless = 0;
      this.past = undefined;
      this.offset += Math.max(1, page.rows.length - 1);
      return;
    }
    this.countFruitless();
    const asked = askedFor(page, this.perPage);
    if (page.rows.length >= asked) {
      this.past = undefined;
      this.offset += page.rows.length - 1;
      return;
    }
    if (this.past === undefined) {
      this.offset += asked - 1;
      return;
    }
    if (this.past - this.offset <= 1) {
      throw this.cannotJoin();
    }
    this.offset = Math.floor((this.offset + this.past) / 2);
  }

  private countFruitless(): void {
    this.fruitless += 1;
    if (this.fruitless > MAX_FRUITLESS) {
      throw this.cannotJoin();
    }
  }

  private cannotJoin(): RetryableError {
    return new RetryableError(
      `The pages of ${this.name} do not join after id ${this.lastId}: rows change faster than they are read, or the shop counts many that it does not show`,
    );
  }

  private requireOrder(rows: readonly WooRow[]): void {
    if (rows.some((row, index) => index > 0 && row.id <= (rows[index - 1]?.id ?? 0))) {
      throw new FatalError(`The shop does not sort ${this.name} by id`, {
        hint: 'A plugin changes the order of REST collections: exempt the REST API in its settings.',
      });
    }
  }
}

async function requireOffset(source: SweepSource, perPage: number): Promise<void> {
  const beyond = await source.fetchPage(FAR_OFFSET, perPage);
  if (beyond.rows.length > 0) {
    throw new FatalError(`The shop ignores the offset when it lists ${source.name}`, {
      hint: 'A cache or a plugin drops query parameters of the REST API: exempt /wp-json/ from it.',
    });
  }
}
