import fc from 'fast-check';
import { FatalError, RetryableError } from '../../src/core/errors';
import type { WooListing, WooQuery, WooRow } from '../../src/core/ports';
import { BatchSize } from '../../src/lib/batch-size';
import type { Trouble } from '../../src/lib/trouble';
import { FirewallError, WooTrouble } from '../../src/woo/errors';
import { listRows, type ListingSource } from '../../src/woo/listing';

const START = new Date('2026-11-22T23:00:00Z');

function trouble(kind: Trouble = 'failing'): WooTrouble {
  return new WooTrouble('WooCommerce is not available', { trouble: kind, detail: '500: critical error' });
}

/** A collection of which some rows cannot be shown, or no more than so many together. */
class FragileCollection implements ListingSource {
  readonly name = 'orders';
  readonly shown = { isSeen: false };
  /** What was asked: `full 3` or `light 100`. */
  readonly requests: string[] = [];
  present: Set<number>;

  constructor(
    ids: readonly number[],
    private readonly behaviour: {
      readonly poisoned?: ReadonlySet<number>;
      readonly most?: number;
      readonly failure?: () => Error;
      readonly isDown?: () => boolean;
      readonly knowsInclude?: boolean;
    } = {},
  ) {
    this.present = new Set(ids);
  }

  ask(query: WooQuery): Promise<WooListing> {
    const light = query['_fields'] === 'id';
    const include = query['include'] as readonly number[] | undefined;
    const isAsked = (id: number): boolean =>
      include === undefined || this.behaviour.knowsInclude === false || include.includes(id);
    const matching = [...this.present].filter(isAsked).sort((a, b) => a - b);
    const sorted = query['order'] === 'desc' ? matching.reverse() : matching;
    const offset = Number(query['offset'] ?? 0);
    const ids = sorted.slice(offset, offset + Number(query['per_page']));
    this.requests.push(`${light ? 'light' : 'full'} ${ids.length}`);
    const { poisoned, most = Infinity, failure = trouble, isDown } = this.behaviour;
    const fails = !light && (ids.length > most || ids.some((id) => poisoned?.has(id) === true));
    return fails || isDown?.() === true
      ? Promise.reject(failure())
      : Promise.resolve({
          rows: ids.map((id) => rowOf(id, light)),
          total: matching.length,
          serverTime: START,
        });
  }
}

function rowOf(id: number, light: boolean): WooRow {
  return light ? { id } : { id, name: `row ${id}` };
}

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
const PAGE = { _fields: ['id', 'name'], offset: 0, per_page: 100, orderby: 'id', order: 'asc' };

describe('a page of a collection', () => {
  it('is one request when nothing is wrong', async () => {
    const source = new FragileCollection(hundred);
    const { rows, total } = await listRows(source, PAGE);
    expect([rows.length, total]).toEqual([100, 100]);
    expect(source.requests).toEqual(['full 100']);
  });

  it('hands out the one bad row as unreadable, says why, and shows the other 99', async () => {
    const source = new FragileCollection(hundred, { poisoned: new Set([37]) });
    const { rows, total, serverTime } = await listRows(source, PAGE);
    expect(rows.map(({ id }) => id)).toEqual(hundred);
    expect(rows[36]).toEqual({
      id: 37,
      unreadable: 'the shop answers, but cannot show this record (500: critical error)',
    });
    expect(rows.filter(({ unreadable }) => unreadable === undefined)).toHaveLength(99);
    expect(rows[37]).toEqual({ id: 38, name: 'row 38' });
    expect([total, serverTime]).toEqual([100, START]);
    expect(source.requests.length).toBeLessThanOrEqual(25);
  });

  it('finds every bad row, wherever and however many they are, and no other one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        async (bad, most) => {
          fc.pre(!bad.includes(100) || !bad.includes(1));
          const source = new FragileCollection(hundred, { poisoned: new Set(bad), most });
          const { rows } = await listRows(source, PAGE);
          expect(rows.map(({ id }) => id)).toEqual(hundred);
          expect(rows.flatMap(({ id, unreadable }) => (unreadable === undefined ? [] : [id]))).toEqual(
            [...bad].sort((a, b) => a - b),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('that is too much at a time comes in smaller parts, and the next page is asked for as a smaller one', async () => {
    const source = new FragileCollection(hundred, { most: 30, failure: () => trouble('timeout') });
    const size = new BatchSize(100, 10);
    const { rows } = await listRows(source, PAGE, size);
    expect(rows).toHaveLength(100);
    expect(rows.some(({ unreadable }) => unreadable !== undefined)).toBe(false);
    expect(size.current).toBe(50);
  });

  it('of a shop that is down is an error after one light request, and no row is given up', async () => {
    const source = new FragileCollection(hundred, { isDown: () => true });
    await expect(listRows(source, PAGE)).rejects.toBeInstanceOf(WooTrouble);
    expect(source.requests).toEqual(['full 100', 'light 100']);
  });

  it('of a shop that goes down while rows are isolated is an error, and no row is given up', async () => {
    const source: FragileCollection = new FragileCollection(hundred, {
      poisoned: new Set([37]),
      isDown: () => source.requests.length > 5,
    });
    await expect(listRows(source, PAGE)).rejects.toBeInstanceOf(WooTrouble);
    expect(source.requests.length).toBeLessThanOrEqual(8);
  });

  it.each<[string, () => Error]>([
    ['that cannot be reached', () => trouble('unreachable')],
    ['that asks to wait', () => trouble('busy')],
    ['that refuses the key', () => new FatalError('no')],
  ])('of a shop %s is not looked into', async (_name, failure) => {
    const source = new FragileCollection(hundred, { poisoned: new Set([37]), failure });
    await expect(listRows(source, PAGE)).rejects.toThrow();
    expect(source.requests).toEqual(['full 100']);
  });

  it('gives up the row whose content a firewall dislikes, with what the firewall said', async () => {
    const failure = (): Error => new FirewallError('blocked', { detail: '403: a firewall', hint: '' });
    const source = new FragileCollection(hundred, { poisoned: new Set([2]), failure });
    const { rows } = await listRows(source, PAGE);
    expect(rows[1]?.unreadable).toContain('403: a firewall');
  });

  it('is an error where a firewall answers everything', async () => {
    const failure = (): Error => new FirewallError('blocked', { detail: '403: a firewall', hint: '' });
    const source = new FragileCollection(hundred, { isDown: () => true, failure });
    await expect(listRows(source, PAGE)).rejects.toBeInstanceOf(FirewallError);
  });

  it('of a plugin that crashes on every row is an error soon, not a hundred debts', async () => {
    const source = new FragileCollection(hundred, { most: 0 });
    await expect(listRows(source, PAGE)).rejects.toThrow(
      'WooCommerce shows none of the orders that were tried, although it lists them (500: critical error)',
    );
    expect(source.requests.length).toBeLessThanOrEqual(26);
  });

  it('gives up many rows in a row where the shop has shown any other one', async () => {
    const poisoned = new Set(hundred.slice(0, 20));
    const { rows } = await listRows(new FragileCollection(hundred, { poisoned }), PAGE);
    expect(rows.filter(({ unreadable }) => unreadable !== undefined)).toHaveLength(20);
    const oldest = new FragileCollection(hundred, { poisoned: new Set(hundred.slice(80)) });
    const newest = await listRows(oldest, { ...PAGE, include: hundred.slice(80) });
    expect(newest.rows.every(({ unreadable }) => unreadable !== undefined)).toBe(true);
  });

  it('gives up one row by itself without asking for others', async () => {
    const source = new FragileCollection([7], { poisoned: new Set([7]) });
    const { rows } = await listRows(source, PAGE);
    expect(rows).toEqual([{ id: 7, unreadable: expect.any(String) as string }]);
    expect(source.requests).toEqual(['full 1', 'light 1', 'full 1', 'light 1']);
  });

  it('leaves out what leaves the collection meanwhile, and neither invents nor loses another row', async () => {
    const source = new FragileCollection(hundred, { poisoned: new Set([37, 80]) });
    const ask = source.ask.bind(source);
    let asked = 0;
    jest.spyOn(source, 'ask').mockImplementation((query) => {
      asked += 1;
      if (asked === 3) {
        source.present = new Set([...source.present].filter((id) => id !== 37 && id !== 60));
      }
      return ask(query);
    });
    const { rows } = await listRows(source, PAGE);
    expect(rows.map(({ id }) => id)).toEqual(hundred.filter((id) => id !== 37 && id !== 60));
    expect(rows.filter(({ unreadable }) => unreadable !== undefined).map(({ id }) => id)).toEqual([80]);
  });

  it('is the first error where the collection knows no include: nothing can be isolated there', async () => {
    const failure = trouble();
    const source = new FragileCollection(hundred, {
      most: 60,
      failure: () => failure,
      knowsInclude: false,
    });
    await expect(listRows(source, PAGE)).rejects.toBe(failure);
  });

  it('is an error where rows are listed and not shown when asked by id: none is passed over', async () => {
    const source = new FragileCollection(hundred, { poisoned: new Set([37]) });
    const ask = source.ask.bind(source);
    jest.spyOn(source, 'ask').mockImplementation(async (query) => {
      const listing = await ask(query);
      const swallows = query['include'] !== undefined && query['_fields'] !== 'id';
      return swallows ? { ...listing, rows: listing.rows.filter(({ id }) => id !== 90) } : listing;
    });
    await expect(listRows(source, PAGE)).rejects.toThrow(RetryableError);
    await expect(listRows(source, PAGE)).rejects.toThrow(/lists orders 90 and does not show them/);
  });
});
