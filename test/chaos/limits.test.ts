import { catalogueFlow, type Wishes } from '../support/catalogue-flow';
import { countsOf, startBench, type Bench, type SyncOptions, type SyncResult } from '../support/run-sync';
import { LimitError } from '../../src/core/errors';
import { answerLost, emptyListing, listOnly } from '../support/wrap-ports';
import type { LimitName } from '../../src/core/ports';
import { textOf } from '../../src/odoo/schema';

/** Simple products of the shop; with pages of a dozen there are three. */
const PRODUCTS = 30;
const PAGE_SIZE = 12;

let bench: Bench;
let wishes: Wishes;
/** The shop's simple products in the order they are read. */
let items: { sku: string; regularPrice: string }[];

beforeEach(async () => {
  bench = await startBench({ orders: 0, customers: 0, products: PRODUCTS });
  wishes = new Map();
  const products = [...bench.sandbox.woo.shop.shop.products.values()];
  items = products
    .filter(({ type, status }) => type === 'simple' && status !== 'trash')
    .sort((left, right) => left.id - right.id)
    .slice(0, PRODUCTS)
    .map(({ sku, regularPrice }) => ({ sku, regularPrice }));
});
afterEach(() => bench.close());

const LIMITS = {
  archived: 1,
  changedShare: '20%',
  priceJump: '50%',
  priceJumps: 1,
  stockToZero: '10%',
  listingShrink: '50%',
  fromRecords: 2,
};

function syncCatalogue(options: SyncOptions = {}): Promise<SyncResult> {
  return bench.sync({
    ...options,
    ownFlows: [catalogueFlow(() => wishes, PAGE_SIZE)],
    settings: { limits: LIMITS, ...options.settings },
  });
}

/** The products of the last page, which is the third. */
function ofLastPage(count: number): { sku: string; regularPrice: string }[] {
  expect(items.length).toBeGreaterThan(2 * PAGE_SIZE);
  return items.slice(-count);
}

function expectStopped(result: SyncResult, limit: LimitName, flow = 'catalogue'): void {
  expect(result.writes).toEqual({ woo: 0, odoo: 0 });
  expect(result.summary).toMatchObject({ exitCode: 4, status: 'stopped' });
  const { status, message } = countsOf(result, flow);
  expect(status).toBe('stopped');
  expect(message).toContain(`--allow-${limit} ${result.summary.runId}`);
}

const priceOf = (factor: number) => (item: { sku: string; regularPrice: string }) =>
  [item.sku, { price: (Number(item.regularPrice) * factor).toFixed(2) }] as const;

describe('a limit that is exceeded on the last of three pages stops the flow before its first write', () => {
  test('records to archive', async () => {
    // One change a page, and the two that are too many on the last one.
    wishes = new Map<string, { price?: string; archived?: true }>([
      [items[0]!.sku, { price: items[0]!.regularPrice }],
      ...ofLastPage(2).map(({ sku }) => [sku, { archived: true }] as const),
    ]);
    const stopped = await syncCatalogue();
    expectStopped(stopped, 'archived');
    expect(countsOf(stopped, 'catalogue').message).toContain(
      '2 records would be archived, 1 at most (limits.archived)',
    );
  });

  test('prices that jump, up, down or to nothing', async () => {
    wishes = new Map([
      priceOf(1.2)(items[0]!),
      priceOf(1.6)(ofLastPage(3)[0]!),
      priceOf(0.4)(ofLastPage(3)[1]!),
      [ofLastPage(3)[2]!.sku, { price: '' }],
    ]);
    const stopped = await syncCatalogue();
    expectStopped(stopped, 'price-jump');
    expect(countsOf(stopped, 'catalogue').message).toContain('3 prices would move by more than 50 %');
  });

  test('the share of records that change, once the shop was listed completely', async () => {
    wishes = new Map(ofLastPage(11).map(priceOf(1.1)));
    await syncCatalogue({ settings: { limits: { ...LIMITS, changedShare: '100%' } } });
    expect(items.map(({ sku }) => bench.sandbox.woo.shop.product(sku)?.regularPrice)).not.toEqual(
      items.map(({ regularPrice }) => regularPrice),
    );
    wishes = new Map(ofLastPage(11).map(priceOf(1.2)));
    expectStopped(await syncCatalogue(), 'changed-share');
  });

  test('a listing that came back empty', async () => {
    await syncCatalogue();
    const stopped = await syncCatalogue({ wrapWoo: (woo) => emptyListing(woo, 'products') });
    expectStopped(stopped, 'empty-listing');
  });

  test('a listing that is far shorter than the last one', async () => {
    await syncCatalogue();
    wishes = new Map([priceOf(1.1)(items[0]!)]);
    const stopped = await syncCatalogue({ wrapWoo: (woo) => listOnly(woo, 'products', [15, 16, 17]) });
    expectStopped(stopped, 'empty-listing');
    expect(countsOf(stopped, 'catalogue').message).toMatch(/only 3 records were listed, .* had \d\d;/);
  });

  test.each(['woo', 'odoo'] as const)(
    'a canary record that %s does not have, before anything else',
    async (side) => {
      await bench.sync();
      bench.sandbox.odoo.records.setStock(items[0]!.sku, 77);
      const canaries = { woo: [items[0]!.sku], odoo: [items[0]!.sku] };
      const { woo, odoo } = bench.sandbox;
      const writes = { woo: woo.writes, odoo: odoo.writes };
      const error = await bench
        .sync({ settings: { limits: { canaries: { ...canaries, [side]: [items[0]!.sku, 'CANARY-1'] } } } })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LimitError);
      expect(error).toMatchObject({ exitCode: 4, message: expect.stringContaining('CANARY-1') });
      expect((error as LimitError).hint).toMatch(
        /wcodoo sync --allow-missing-canary \d{8}T\d{6}Z-[0-9a-f]{4}$/,
      );
      expect(bench.sandbox.woo.shop.product(items[0]!.sku)?.stockQuantity).not.toBe(77);
      expect({ woo: woo.writes, odoo: odoo.writes }).toEqual(writes);
      const mended = await bench.sync({ settings: { limits: { canaries } } });
      expect(mended.summary.exitCode).toBe(0);
      expect(mended.writes.woo).toBe(1);
    },
  );
});

test('a missing canary is allowed once, to a run that is not asked to stop', async () => {
  const settings = { limits: { canaries: { woo: ['CANARY-1'], odoo: [] } } };
  const sync = (runId?: string, signal?: AbortSignal): Promise<SyncResult> =>
    bench.sync({
      settings,
      ...(runId === undefined ? {} : { request: { allowed: { 'missing-canary': runId } } }),
      ...(signal === undefined ? {} : { signal }),
    });
  const stopped: unknown = await sync().catch((error: unknown) => error);
  expect(stopped).toBeInstanceOf(LimitError);
  const runId = (stopped as LimitError).hint?.split(' ').at(-1);
  expect((await sync(runId, AbortSignal.abort())).summary.status).toBe('interrupted');
  expect((await sync(runId)).summary.exitCode).toBe(0);
  await expect(sync(runId)).rejects.toThrow(LimitError);
});

test('stock that falls to zero on the last of three pages stops the flow of the program itself', async () => {
  const large = await startBench({ orders: 0, customers: 0, products: 250 });
  try {
    await large.sync();
    const pages: number[] = [];
    const { records } = large.sandbox.odoo;
    const references = records
      .read('product.product', ['default_code'])
      .map((row) => textOf(row['default_code']))
      .filter((reference) => reference.startsWith('SIM-'));
    const soldOut = references.slice(-60);
    for (const reference of soldOut) {
      records.setStock(reference, 0);
    }
    const stopped = await large.sync({
      request: { full: true },
      on: (event) => {
        if (event.type === 'flow-progress' && event.flow === 'stock') {
          pages.push(event.read);
        }
      },
      settings: { limits: { stockToZero: '10%' } },
    });
    expect(new Set(pages).size).toBeGreaterThanOrEqual(3);
    expectStopped(stopped, 'stock-to-zero', 'stock');
    const shown = stopped.rows.find(({ status }) => status === 'stopped');
    expect(shown).toMatchObject({
      // The sentence of the flow would leave no place for what a person is to judge.
      message: '',
      changes: [{ field: 'stock_quantity', after: '0' }],
    });
    const allowed = await large.sync({
      request: { full: true, allowed: { 'stock-to-zero': stopped.summary.runId } },
      settings: { limits: { stockToZero: '10%' } },
    });
    expect(allowed.summary.exitCode).toBe(0);
    expect(large.sandbox.woo.shop.product(soldOut[0]!)?.stockQuantity).toBe(0);
  } finally {
    await large.close();
  }
});

describe('a plan that was stopped', () => {
  async function stop(): Promise<SyncResult> {
    wishes = new Map(ofLastPage(4).map(({ sku }) => [sku, { archived: true }]));
    const stopped = await syncCatalogue();
    expectStopped(stopped, 'archived');
    return stopped;
  }
  const archivedInShop = (): number =>
    items.filter(({ sku }) => bench.sandbox.woo.shop.product(sku)?.status === 'draft').length;
  const allowing = (runId: string): SyncOptions => ({ request: { allowed: { archived: runId } } });

  test('is shown in the audit, change by change', async () => {
    const { rows } = await stop();
    expect(
      rows.map(({ businessKey, action, status, reason }) => [businessKey, action, status, reason]),
    ).toEqual(ofLastPage(4).map(({ sku }) => [sku, 'archive', 'stopped', 'over-limit']));
    expect(await bench.debts()).toEqual([]);
    const checkpoint = await bench.withState((state) => state.checkpoints.get('shop', 'catalogue'));
    expect(checkpoint).toBeUndefined();
  });

  test('is carried out by a run that a person allows it, once', async () => {
    const drafts = archivedInShop();
    const { summary } = await stop();
    const allowed = await syncCatalogue(allowing(summary.runId));
    expect(allowed.summary.exitCode).toBe(0);
    expect(archivedInShop()).toBe(drafts + 4);
    const again = await syncCatalogue(allowing(summary.runId));
    expectStopped(again, 'archived');
  });

  test('is allowed to the run with the flag only, even if that one needs no allowance', async () => {
    const { summary } = await stop();
    const planned = wishes;
    wishes = new Map();
    expect((await syncCatalogue(allowing(summary.runId))).summary.exitCode).toBe(0);
    wishes = planned;
    expectStopped(await syncCatalogue(allowing(summary.runId)), 'archived');
  });

  test('does not let more pass than was looked at', async () => {
    const { summary } = await stop();
    wishes = new Map(ofLastPage(8).map(({ sku }) => [sku, { archived: true }]));
    expectStopped(await syncCatalogue(allowing(summary.runId)), 'archived');
  });

  test('is still allowed when the run that was going on with it was killed', async () => {
    const { summary } = await stop();
    const killed = syncCatalogue({
      ...allowing(summary.runId),
      wrapWoo: (woo) => ({
        ...woo,
        get requests() {
          return woo.requests;
        },
        sweep: (...args) => woo.sweep(...args),
        batch: () => Promise.reject(new Error('kill -9')),
      }),
    });
    await expect(killed).rejects.toThrow('kill -9');
    expect((await syncCatalogue(allowing(summary.runId))).summary.exitCode).toBe(0);
  });

  test('stops a dry run likewise, with exit code 4, and leaves the state to the byte', async () => {
    await syncCatalogue();
    wishes = new Map(ofLastPage(4).map(({ sku }) => [sku, { archived: true }]));
    const before = bench.stateBytes();
    const stopped = await syncCatalogue({ dryRun: true });
    expect(stopped.summary).toMatchObject({ exitCode: 4, status: 'stopped' });
    expect(stopped.rows).toHaveLength(4);
    expect(bench.stateBytes()).toEqual(before);
  });
});

describe('while a plan is weighed the world moves on', () => {
  test('as many changes as the limits leave room for become worse, and one more is held back and owed', async () => {
    wishes = new Map(items.slice(0, 3).map(priceOf(1.1)));
    const harmless = wishes;
    const jumping = items.slice(1, 3).map(priceOf(3));
    const result = await syncCatalogue({
      on: (event) => {
        // The last page of the plan was made; what follows is the second look.
        if (event.type === 'flow-progress' && event.read >= items.length) {
          wishes = new Map([...harmless, ...jumping]);
        }
      },
    });
    expect(result.rows.map(({ businessKey, status, reason }) => [businessKey, status, reason])).toEqual([
      [items[0]!.sku, 'done', ''],
      [items[1]!.sku, 'done', ''],
      [items[2]!.sku, 'failed', 'not-in-plan'],
    ]);
    expect(bench.sandbox.woo.shop.product(items[2]!.sku)?.regularPrice).toBe(items[2]!.regularPrice);
  });

  test('a change that weighs more by now weighs once, though the answer to its write is lost', async () => {
    wishes = new Map([priceOf(1.1)(items[0]!)]);
    let lost = 0;
    const { rows } = await syncCatalogue({
      on: (event) => {
        if (event.type === 'flow-progress' && event.read >= items.length) {
          wishes = new Map([priceOf(3)(items[0]!)]);
        }
      },
      wrapWoo: (woo) => ({
        ...woo,
        get requests() {
          return woo.requests;
        },
        batch: async (...args) => {
          const result = await woo.batch(...args);
          lost += 1;
          if (lost === 1) {
            throw answerLost();
          }
          return result;
        },
      }),
    });
    expect(lost).toBe(2);
    expect(rows.map(({ status, reason }) => [status, reason])).toEqual([['done', 'answer-lost']]);
  });

  test.each([
    ['is written while the limits leave room for it', '5%', 0],
    ['is held back and owed where they do not', '0%', 3],
  ])('a product that is sold out only now %s', async (_, stockToZero, shown) => {
    const { records } = bench.sandbox.odoo;
    records.setStock(items[0]!.sku, 3);
    await bench.sync();
    records.setStock(items[0]!.sku, 2);
    let seen = false;
    const result = await bench.sync({
      settings: { limits: { stockToZero, fromRecords: 0 } },
      on: (event) => {
        if (event.type === 'flow-progress' && event.flow === 'stock' && !seen) {
          seen = true;
          records.setStock(items[0]!.sku, 0);
        }
      },
    });
    expect(bench.sandbox.woo.shop.product(items[0]!.sku)?.stockQuantity).toBe(shown);
    expect((await bench.debts()).map(({ reason }) => reason)).toEqual(shown === 0 ? [] : ['not-in-plan']);
    expect(result.summary.exitCode).toBe(shown === 0 ? 0 : 1);
  });

  test('stock goes out as it is when it is written, not as it was planned', async () => {
    await bench.sync();
    const { records } = bench.sandbox.odoo;
    records.setStock(items[0]!.sku, 40);
    let seen = false;
    await bench.sync({
      on: (event) => {
        if (event.type === 'flow-progress' && event.flow === 'stock' && !seen) {
          seen = true;
          records.setStock(items[0]!.sku, 39);
        }
      },
    });
    expect(seen).toBe(true);
    expect(bench.sandbox.woo.shop.product(items[0]!.sku)?.stockQuantity).toBe(39);
  });

  test('units that the shop sells meanwhile are not offered a second time', async () => {
    const { records } = bench.sandbox.odoo;
    const sku = items[0]!.sku;
    records.setStock(sku, 5);
    await bench.sync();
    records.setStock(sku, 3);
    let sold = false;
    await bench.sync({
      on: (event) => {
        if (event.type === 'flow-progress' && event.flow === 'stock' && !sold) {
          sold = true;
          // Now the shop shows what Odoo has, and has sold two of them.
          bench.sandbox.woo.shop.addOrder({
            status: 'processing',
            billing: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@exemple.fr', country: 'FR' },
            lines: [{ sku, quantity: 2 }],
          });
        }
      },
    });
    expect(sold).toBe(true);
    expect(bench.sandbox.woo.shop.product(sku)?.stockQuantity).toBe(1);
  });
});
