import fc from 'fast-check';
import { FatalError, RetryableError } from '../../src/core/errors';
import type { SweepPosition, WooPage, WooRow } from '../../src/core/ports';
import { sweepById, type SourcePage, type SweepSource } from '../../src/woo/sweep';

/** What happens to the collection just before a request is answered. */
type Mutation =
  | { readonly kind: 'enter'; readonly id: number }
  | { readonly kind: 'leave'; readonly id: number }
  | { readonly kind: 'create' };

const START = new Date('2026-11-22T23:00:00Z');

/** A collection that changes while it is read, and remembers which rows never left. */
class BusyCollection implements SweepSource {
  readonly name = 'orders';
  readonly requests: string[] = [];
  readonly present: Set<number>;
  /** Rows in the set at every request so far. */
  always: Set<number> | undefined;
  highestAtStart = 0;
  private nextId: number;

  constructor(
    ids: readonly number[],
    private readonly mutations: readonly (readonly Mutation[])[] = [],
    private readonly behaviour: {
      readonly hidden?: ReadonlySet<number>;
      readonly cap?: number;
      readonly hasTotal?: boolean;
      /** Sizes at which pages are asked for in turn, whatever was wanted. */
      readonly sizes?: readonly number[];
    } = {},
  ) {
    this.present = new Set(ids);
    this.nextId = Math.max(0, ...ids, 60) + 1;
  }

  fetchPage(offset: number, perPage: number): Promise<SourcePage> {
    this.mutate();
    this.requests.push(`offset ${offset}`);
    const ids = [...this.present].sort((a, b) => a - b);
    const { sizes } = this.behaviour;
    const asked = Math.min(perPage, sizes?.[this.requests.length % sizes.length] ?? perPage);
    const size = Math.min(asked, this.behaviour.cap ?? asked);
    const rows = ids
      .slice(offset, offset + size)
      .filter((id) => this.behaviour.hidden?.has(id) !== true)
      .map((id): WooRow => ({ id }));
    const isBeyond = offset >= ids.length;
    const total = this.behaviour.hasTotal === false ? undefined : isBeyond ? 0 : ids.length;
    return Promise.resolve({ rows, total, serverTime: START, perPage: asked });
  }

  fetchHighestId(): Promise<number | undefined> {
    this.mutate();
    this.requests.push('highest');
    const highest = Math.max(0, ...this.present);
    const isShown = highest > 0 && this.behaviour.hidden?.has(highest) !== true;
    return Promise.resolve(isShown ? highest : undefined);
  }

  private mutate(): void {
    for (const mutation of this.mutations[this.requests.length] ?? []) {
      if (mutation.kind === 'create') {
        this.present.add(this.nextId);
        this.nextId += 1;
      } else if (mutation.kind === 'enter') {
        this.present.add(mutation.id);
      } else {
        this.present.delete(mutation.id);
      }
    }
    if (this.always === undefined) {
      this.always = new Set(this.present);
      this.highestAtStart = Math.max(0, ...this.present);
    }
    this.always = new Set([...this.always].filter((id) => this.present.has(id)));
  }
}

async function collect(
  source: SweepSource,
  perPage: number,
  from?: SweepPosition,
  maxPages = Number.POSITIVE_INFINITY,
): Promise<{ ids: number[]; pages: WooPage[] }> {
  const pages: WooPage[] = [];
  for await (const page of sweepById(source, perPage, from)) {
    pages.push(page);
    if (pages.length >= maxPages) {
      break;
    }
  }
  return { ids: pages.flatMap((page) => page.rows.map(({ id }) => id)), pages };
}

const anyIds = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
const anyMutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('enter' as const), id: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('leave' as const), id: fc.integer({ min: 1, max: 60 }) }),
  fc.constant({ kind: 'create' as const }),
);
const anyMutations = fc.array(fc.array(anyMutation, { maxLength: 6 }), { maxLength: 40 });
const anyPageSize = fc.integer({ min: 2, max: 5 });

function expectComplete(source: BusyCollection, ids: readonly number[]): void {
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort((a, b) => a - b)).toEqual(ids);
  const owed = [...(source.always ?? [])].filter((id) => id <= source.highestAtStart);
  expect(owed.filter((id) => !ids.includes(id))).toEqual([]);
}

describe('a sweep of a collection that changes while it is read', () => {
  it('hands out every row that stays in the set once, and no row twice', async () => {
    await fc.assert(
      fc.asyncProperty(anyIds, anyMutations, anyPageSize, async (start, mutations, perPage) => {
        const source = new BusyCollection(start, mutations);
        const { ids } = await collect(source, perPage);
        expectComplete(source, ids);
      }),
      { numRuns: 500 },
    );
  });

  it('does so where the server gives no total', async () => {
    await fc.assert(
      fc.asyncProperty(anyIds, anyMutations, anyPageSize, async (start, mutations, perPage) => {
        const source = new BusyCollection(start, mutations, { hasTotal: false });
        const { ids } = await collect(source, perPage);
        expectComplete(source, ids);
      }),
      { numRuns: 500 },
    );
  });

  it('does so where pages become shorter and longer on the way, with or without a total', async () => {
    const property = fc.asyncProperty(
      anyIds,
      anyMutations,
      fc.array(fc.integer({ min: 2, max: 8 }), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (start, mutations, sizes, hasTotal) => {
        const source = new BusyCollection(start, mutations, { sizes, hasTotal });
        const { ids } = await collect(source, 8);
        expectComplete(source, ids);
      },
    );
    await fc.assert(property, { numRuns: 800 });
  });

  it('does so across an interruption after any page', async () => {
    const property = fc.asyncProperty(
      anyIds,
      anyMutations,
      anyPageSize,
      fc.integer({ min: 1, max: 8 }),
      async (start, mutations, perPage, stopAfter) => {
        const source = new BusyCollection(start, mutations);
        const before = await collect(source, perPage, undefined, stopAfter);
        const stored = JSON.parse(JSON.stringify(before.pages.at(-1)?.position)) as SweepPosition;
        const after = await collect(source, perPage, stored);
        expectComplete(source, before.pages.length < stopAfter ? before.ids : [...before.ids, ...after.ids]);
        expect(after.pages.at(-1)?.position.startedAt).toBe(START.toISOString());
      },
    );
    await fc.assert(property, { numRuns: 500 });
  });

  it('hands out nothing above the highest id at the start plus what came before it was asked', async () => {
    await fc.assert(
      fc.asyncProperty(anyIds, anyMutations, anyPageSize, async (start, mutations, perPage) => {
        const source = new BusyCollection(start, mutations);
        const { ids, pages } = await collect(source, perPage);
        const upperId = pages[0]?.position.upperId ?? 0;
        expect(ids.filter((id) => id > upperId)).toEqual([]);
        expect(pages.every(({ position }) => position.upperId === upperId)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a sweep of a shop that shows fewer rows than it counts', () => {
  it('passes over gaps shorter than a page without losing what lies behind', async () => {
    const property = fc.asyncProperty(
      anyIds,
      fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }),
      anyPageSize,
      async (start, hiddenIds, perPage) => {
        const hidden = new Set(hiddenIds);
        const source = new BusyCollection(start, [], { hidden });
        const shown = start.filter((id) => !hidden.has(id)).sort((a, b) => a - b);
        const outcome = await collect(source, perPage).catch((error: unknown) => error);
        if (outcome instanceof RetryableError) {
          expect(longestGap(start, hidden)).toBeGreaterThanOrEqual(perPage - 1);
          return;
        }
        expect((outcome as { ids: number[] }).ids).toEqual(shown);
      },
    );
    await fc.assert(property, { numRuns: 500 });
  });

  it('says so soon when a gap is as long as a page', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => index + 1);
    const source = new BusyCollection(ids, [], { hidden: new Set(ids.slice(20, 40)) });
    const sweep = collect(source, 10);
    await expect(sweep).rejects.toThrow(/The pages of orders do not join after id 20: .* does not show/);
    expect(source.requests.length).toBeLessThan(20);
  });

  it('never ends early when rows are hidden and others come and go', async () => {
    const property = fc.asyncProperty(
      anyIds,
      anyMutations,
      fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }),
      anyPageSize,
      async (start, mutations, hiddenIds, perPage) => {
        const hidden = new Set(hiddenIds);
        const source = new BusyCollection(start, mutations, { hidden });
        const outcome = await collect(source, perPage).catch((error: unknown) => error);
        if (outcome instanceof RetryableError) {
          return;
        }
        const { ids } = outcome as { ids: number[] };
        const upperId = Math.max(
          0,
          ...[...(source.always ?? [])].filter((id) => id <= source.highestAtStart),
        );
        const owed = [...(source.always ?? [])].filter((id) => id <= upperId && !hidden.has(id));
        expect(new Set(ids).size).toBe(ids.length);
        expect(owed.filter((id) => !ids.includes(id))).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: 600 });
  });

  it('reads everything from a server that gives fewer rows a page than asked', async () => {
    await fc.assert(
      fc.asyncProperty(anyIds, fc.integer({ min: 2, max: 7 }), async (start, cap) => {
        const source = new BusyCollection(start, [], { cap });
        const { ids } = await collect(source, 8);
        expect(ids).toEqual([...start].sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a sweep of a quiet collection', () => {
  it('takes one request when the first page is short, and none for the upper end', async () => {
    const source = new BusyCollection([3, 5, 9]);
    const { ids, pages } = await collect(source, 5);
    expect(ids).toEqual([3, 5, 9]);
    expect(source.requests).toEqual(['offset 0']);
    expect(pages[0]?.position).toEqual({ lastId: 9, offset: 3, upperId: 9, startedAt: START.toISOString() });
    expect(pages[0]?.total).toBe(3);
  });

  it('overlaps its pages by one row', async () => {
    const source = new BusyCollection([1, 2, 3, 4, 5, 6, 7]);
    const { ids } = await collect(source, 3);
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(source.requests).toEqual(['offset 0', 'highest', 'offset 2', 'offset 4']);
  });

  it('hands out one empty page when the collection is empty', async () => {
    const { pages } = await collect(new BusyCollection([]), 5);
    expect(pages).toEqual([
      {
        rows: [],
        total: 0,
        position: { lastId: 0, offset: 0, upperId: 0, startedAt: START.toISOString() },
      },
    ]);
  });

  it('resumes with the last row handed out in front', async () => {
    const source = new BusyCollection([1, 2, 3, 4, 5, 6, 7]);
    const { pages } = await collect(source, 3, undefined, 1);
    source.requests.length = 0;
    expect((await collect(source, 3, pages[0]?.position)).ids).toEqual([4, 5, 6, 7]);
    expect(source.requests).toEqual(['offset 2', 'offset 4']);
  });

  it('hands out one empty page without a request when it resumes a complete sweep', async () => {
    const source = new BusyCollection([1, 2, 3]);
    const position = { lastId: 3, offset: 3, upperId: 3, startedAt: START.toISOString() };
    expect((await collect(source, 2, position)).pages).toEqual([{ rows: [], position, total: undefined }]);
    expect(source.requests).toEqual([]);
  });

  it('steps back by growing steps after many rows have left', async () => {
    const ids = Array.from({ length: 400 }, (_, index) => index + 1);
    const leaving = ids.slice(0, 150).map((id): Mutation => ({ kind: 'leave', id }));
    const source = new BusyCollection(ids, [[], [], [], [], [], leaving]);
    const swept = await collect(source, 50);
    expect(swept.ids).toEqual(ids);
    expect(source.requests.length).toBeLessThan(24);
  });

  it('fetches the next page while the consumer works, and only one', async () => {
    const source = new BusyCollection([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const sweep = sweepById(source, 3);
    await sweep.next();
    expect(source.requests).toEqual(['offset 0', 'highest', 'offset 2']);
    await sweep.return();
  });
});

describe('a sweep of a server that does not play by the rules', () => {
  const rows = (...ids: number[]): SourcePage => ({
    rows: ids.map((id) => ({ id })),
    total: 9,
    serverTime: START,
  });
  const serving = (pages: (offset: number) => SourcePage): SweepSource => ({
    name: 'orders',
    fetchPage: (offset) => Promise.resolve(pages(offset)),
    fetchHighestId: () => Promise.resolve(9),
  });

  it('stops when the offset is ignored', async () => {
    const sweep = collect(
      serving(() => rows(1, 2, 3)),
      3,
    );
    await expect(sweep).rejects.toThrow(FatalError);
    await expect(sweep).rejects.toThrow('The shop ignores the offset when it lists orders');
  });

  it('stops when rows are not sorted by id', async () => {
    const sweep = collect(
      serving(() => rows(3, 2, 1)),
      3,
    );
    await expect(sweep).rejects.toThrow('The shop does not sort orders by id');
  });

  it('gives up when new rows keep entering in front of it faster than it reads', async () => {
    const source = serving((offset) => (offset > 1000 ? rows() : rows(1, 2, 3)));
    await expect(collect(source, 3)).rejects.toThrow(RetryableError);
  });

  it('leaves no unhandled rejection when the consumer stops before a page that fails', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const source: SweepSource = {
      ...serving(() => rows(1, 2, 3)),
      fetchPage: (offset) =>
        offset === 0 ? Promise.resolve(rows(1, 2, 3)) : Promise.reject(new RetryableError('down')),
    };
    const { ids } = await collect(source, 3, undefined, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', listen);
    expect(ids).toEqual([1, 2, 3]);
    expect(unhandled).toEqual([]);
  });
});

/** Longest run of hidden rows between (or before, or after) shown ones. */
function longestGap(ids: readonly number[], hidden: ReadonlySet<number>): number {
  let longest = 0;
  let run = 0;
  for (const id of [...ids].sort((a, b) => a - b)) {
    run = hidden.has(id) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
