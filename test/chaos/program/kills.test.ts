/**
 * `kill -9`, again and again, at named steps and at random moments, while the
 * shop goes on. After one undisturbed run nothing is lost, nothing doubled, and
 * a comparison of everything finds nothing to write.
 */
import type { OdooProtocol } from '../../../src/core/ports';
import { createRandom } from '../../../src/sandbox/random';
import { openBusyShop } from '../../support/busy-shop';
import { openChaosRig } from '../../support/chaos-rig';
import { findDifferences, findRewrites } from '../../support/find-differences';
import { KillTally } from '../../support/kill-tally';
import { startSandboxSides } from '../../support/sandbox-sides';
import { shuffle } from '../../support/shuffle';
import { NAMED_STEPS, strike, type Aim } from '../../support/strike';
import { isLong } from '../size';

interface Server {
  readonly odooVersion: 19 | 14;
  readonly protocol: OdooProtocol;
}

interface Round extends Server {
  readonly name: string;
  readonly seed: number;
  /** In any order. */
  readonly aims: readonly Aim[];
  /** The last one, on a shop that is in step: nothing but the next run can make up for it. */
  readonly last: Aim;
}

type Plan = Omit<Round, 'name' | 'seed'> & { readonly what: string };

const RANDOM_KILLS = 10;
const LAST_STEP = 'committed-without-answer';
const LAST_TARGETS = ['sale.order.load', 'sale.order.action_confirm', 'res.partner.load'];

/** In full: each named step five times a protocol, and as many kills at random; 300 in all. */
function planRounds(): Round[] {
  const on19 = (protocol: OdooProtocol): Server => ({ odooVersion: 19, protocol });
  const on14 = (protocol: OdooProtocol): Server => ({ odooVersion: 14, protocol });
  const modern = [on19('json2'), on19('jsonrpc'), on19('xmlrpc')];
  const named = isLong
    ? modern.flatMap((server) => repeat(server, 5))
    : [on19('json2'), on19('xmlrpc'), on19('xmlrpc')];
  const random = isLong
    ? [...modern, on14('jsonrpc'), on14('xmlrpc')].flatMap((server) => repeat(server, 3))
    : [on14('jsonrpc')];
  const aims = NAMED_STEPS.filter((step) => step !== LAST_STEP).map((step) => ({ step }));
  return [
    ...named.map((server, index): Plan => ({
      ...server,
      aims,
      last: { step: LAST_STEP, target: LAST_TARGETS[index % LAST_TARGETS.length] },
      what: 'each named step',
    })),
    ...random.map((server): Plan => ({
      ...server,
      aims: repeat<Aim>({ step: 'random' }, RANDOM_KILLS - 1),
      last: { step: 'random' },
      what: 'random moments',
    })),
  ].map(({ what, ...round }, index) => ({
    ...round,
    seed: 1000 + index,
    name: `round ${index + 1}: Odoo ${round.odooVersion} over ${round.protocol}, ${what}`,
  }));
}

function repeat<T>(item: T, times: number): T[] {
  return Array.from({ length: times }, () => item);
}

const tally = new KillTally();
afterAll(() => {
  process.stdout.write(tally.format());
});

test.each(planRounds())('$name', async ({ protocol, odooVersion, aims, last, seed }) => {
  const random = createRandom(seed);
  const rig = await openChaosRig(await startSandboxSides({ protocol, odooVersion }));
  try {
    const shop = openBusyShop(rig.sides, random, 'exemple.net');
    const kill = async (aim: Aim): Promise<void> => {
      tally.add(`${odooVersion} ${protocol}`, await strike(rig, aim, random, () => shop.work()));
    };
    for (const aim of shuffle(aims, random)) {
      await kill(aim);
    }
    expect(await findTroubles()).toEqual([]);
    await kill(last);
    expect(await findTroubles()).toEqual([]);
    expect(await findRewrites(rig)).toEqual([]);

    /** Runs undisturbed, and says what is wrong after that. */
    async function findTroubles(): Promise<string[]> {
      const { code, stdout, stderr } = await rig.run(['sync']);
      const end = code === 0 ? [] : [`the run ended with ${String(code)}: ${stdout}${stderr}`];
      return [...end, ...(await findDifferences(rig))];
    }
  } finally {
    await rig.close();
  }
});
