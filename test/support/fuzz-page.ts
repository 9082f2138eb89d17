/** One page of spoiled records, from the first sync to the last, when the shop is sound again. */
import fc from 'fast-check';
import { formatKey, recordKey } from '../../src/core/keys';
import { startFuzzBench, type FuzzBench } from './fuzz-bench';
import { judgeRecords } from './judge-records';
import { judgeRun } from './judge-run';
import { describeSpoiling, serveSpoiled, spoilings, type Spoiling } from './shop-mutations';

/** `changed`: every order was modified since the last run; `full`: everything is compared. */
export const ROUNDS = ['first', 'changed', 'full'] as const;

export interface PageResult {
  /** Records that were shown spoiled, each counted once a round. */
  readonly payloads: number;
  readonly problems: readonly string[];
  /** What was done up to the round that had problems. */
  readonly script: Script;
}

const SIZE = { orders: 60, customers: 24, products: 20 };
/** Settings that decide what becomes of a record, one set a page. */
const SETTINGS = [
  {},
  { orders: { missingProduct: 'create' }, audit: { maskPersonalData: true } },
  { orders: { missingProduct: 'quarantine' }, audit: { delimiter: ';', bom: false } },
  { orders: { before: 'history', prices: 'tax-included' } },
];
/** Every fourth page is against Odoo 14. */
const ODOO = [19, 19, 19, 14] as const;

/** What is done to the shop in each round of a page. */
export type Script = readonly (readonly Spoiling[])[];

/**
 * Runs page `page` of a seed; the same seed does the same again.
 * @param script takes the place of what the seed would draw
 */
export async function runPage(seed: number, page: number, script?: Script): Promise<PageResult> {
  const bench = await startFuzzBench(
    { ...SIZE, odooVersion: ODOO[page % ODOO.length] },
    SETTINGS[page % SETTINGS.length],
  );
  const drawn = script ?? fc.sample(spoilings(bench.sandbox), { numRuns: ROUNDS.length, seed: seed + page });
  const ever = new Set<string>();
  let payloads = 0;
  try {
    for (const [index, round] of ROUNDS.entries()) {
      const spoiled = drawn[index] ?? [];
      for (const { kind, id } of spoiled.filter(({ edits }) => edits.length > 0)) {
        ever.add(`${kind}/${id}`);
      }
      if (round === 'changed') {
        touchOrders(bench, page);
      }
      const shown = serveSpoiled(bench.shop, spoiled);
      const run = await bench.sync({ full: round === 'full' });
      payloads += shown.size;
      const problems = [
        ...(await judgeRun(bench, run)),
        ...(run.summary === undefined ? [] : await judgeRecords(bench, run, spoiled, ever)),
      ];
      if (problems.length > 0) {
        return {
          payloads,
          script: drawn.slice(0, index + 1),
          problems: problems.map((problem) => `${round} run: ${problem}`),
        };
      }
    }
    return { payloads, script: drawn, problems: await heal(bench, ever) };
  } finally {
    await bench.close();
  }
}

function touchOrders({ sandbox }: FuzzBench, page: number): void {
  for (const { id } of sandbox.woo.shop.orders) {
    sandbox.woo.shop.editOrder(id, { customer_note: `changed on page ${page}` });
  }
}

/** With a sound shop everything that was never applied is applied: nothing was lost on the way. */
async function heal(bench: FuzzBench, ever: ReadonlySet<string>): Promise<string[]> {
  const orders = bench.sandbox.woo.shop.orders.map(({ id }) => recordKey('shop', 'order', id));
  const before = await bench.withState((state) => state.links.find(orders));
  bench.shop.tamper = undefined;
  await bench.retryAll();
  const run = await bench.sync({ full: true });
  const debts = await bench.withState((state) => state.debts.list('shop'));
  // Products that Odoo lacks it lacks still, and the user may not create them.
  const missing = debts.filter(({ key }) => key.entity === 'product').map(({ key }) => formatKey(key));
  const left = debts.filter(
    ({ key, waitingFor }) =>
      // What was applied while it was spoiled may differ from then on.
      !(key.entity === 'order' && before.has(formatKey(key))) &&
      !missing.includes(formatKey(key)) &&
      !missing.includes(waitingFor ?? ''),
  );
  return [
    ...(await judgeRun(bench, run)),
    ...(await judgeRecords(bench, run, [], ever)),
    ...left.map(({ key, reason, message }) => `${formatKey(key)} is still owed: ${reason} ${message}`),
  ].map((problem) => `run on a sound shop: ${problem}`);
}

/** Leaves out of the last round what the first problem does not need; each try is a page of its own. */
export async function isolate(
  seed: number,
  page: number,
  { script, problems }: PageResult,
): Promise<string[]> {
  const [first = ''] = problems;
  const earlier = script.slice(0, -1);
  const fails = async (last: readonly Spoiling[]): Promise<boolean> => {
    const again = await runPage(seed, page, [...earlier, last]);
    return again.problems[0]?.slice(0, 60) === first.slice(0, 60);
  };
  let guilty: readonly Spoiling[] = (script.at(-1) ?? []).filter(({ edits }) => edits.length > 0);
  while (guilty.length > 1) {
    const middle = Math.ceil(guilty.length / 2);
    const halves = [guilty.slice(0, middle), guilty.slice(middle)];
    const [firstHalf = [], secondHalf = []] = halves;
    if (await fails(firstHalf)) {
      guilty = firstHalf;
    } else if (await fails(secondHalf)) {
      guilty = secondHalf;
    } else {
      break;
    }
  }
  return guilty.map(describeSpoiling);
}
