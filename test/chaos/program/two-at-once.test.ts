/** Two synchronisations of one state started at the same moment, as an overlapping cron would. */
import { openChaosRig, type ChaosRig } from '../../support/chaos-rig';
import { findDifferences } from '../../support/find-differences';
import type { CliResult, RunningCli } from '../../support/run-cli';
import { startSandboxSides } from '../../support/sandbox-sides';
import { isLong } from '../size';

const PAIRS = isLong ? 50 : 6;
/** Now and then there is no state yet: both would create it. */
const FRESH_EVERY = 3;
/** The first thing a run asks for, once. */
const FIRST_CALL = 'GET /web/version';

let rig: ChaosRig;
let number = 0;

beforeAll(async () => {
  rig = await openChaosRig(
    await startSandboxSides({ protocol: 'json2', orders: 3, customers: 2, products: 8 }),
  );
});
afterAll(() => rig.close());

/** A new order of a new guest; every so often the state is lost before. */
function prepare(): number {
  number += 1;
  if (number % FRESH_EVERY === 1) {
    rig.forget();
  }
  const email = `deux${number}@exemple.net`;
  const { id } = rig.sides.shop.addOrder({
    billing: { first_name: 'Ada', last_name: `n°${number}`, country: 'FR', email },
    lines: [{ sku: 'SIM-0001', quantity: 1 }],
  });
  return id;
}

async function timesInOdoo(id: number): Promise<number> {
  const found = await rig.sides.find('sale.order', [['origin', '=', `woo:${rig.sides.store}:${id}`]], ['id']);
  return found.length;
}

/**
 * Starts two. Whichever gets through to Odoo is held there until the other has
 * done what it does then, or is there as well.
 */
async function startTwo(
  args: readonly string[],
  sawTheOther: (run: RunningCli) => Promise<unknown>,
): Promise<{ results: CliResult[]; together: boolean }> {
  let letGo: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let there = 0;
  rig.watch({
    async onRequest({ target }) {
      there += target === FIRST_CALL ? 1 : 0;
      if (there === 2) {
        letGo();
      }
      await released;
      return undefined;
    },
  });
  const runs = [rig.start(args), rig.start(args)];
  await Promise.race(runs.map((run) => sawTheOther(run)));
  const together = there > 1;
  letGo();
  return { results: await Promise.all(runs.map(({ result }) => result)), together };
}

test(`of ${PAIRS} pairs one works each time, and the other ends with 75 before it has called anybody`, async () => {
  for (let pair = 1; pair <= PAIRS; pair += 1) {
    const id = prepare();
    const { results, together } = await startTwo(['sync'], ({ result }) => result);
    expect(results.map(({ code }) => code).sort()).toEqual([0, 75]);
    expect(together).toBe(false);
    expect(await timesInOdoo(id)).toBe(1);
  }
  expect(await findDifferences(rig)).toEqual([]);
});

test(`of ${PAIRS} pairs that may wait one works first each time, then the other, and both end well`, async () => {
  for (let pair = 1; pair <= PAIRS; pair += 1) {
    const id = prepare();
    const { results, together } = await startTwo(['sync', '--wait', '60s'], (run) =>
      saysOnStderr(run, 'Waiting for it to end'),
    );
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(together).toBe(false);
    expect(await timesInOdoo(id)).toBe(1);
  }
  expect(await findDifferences(rig)).toEqual([]);
});

/** Resolves once it has said it, or has ended without. */
function saysOnStderr({ child, result }: RunningCli, text: string): Promise<unknown> {
  const said = new Promise<void>((resolve) => {
    child.stderr?.on('data', (data: Buffer) => {
      if (data.toString().includes(text)) {
        resolve();
      }
    });
  });
  return Promise.race([said, result]);
}
