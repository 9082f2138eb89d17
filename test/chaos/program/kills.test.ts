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
import { NAMED_STEPS, strike, type KillStep } from '../../support/strike';
import { isLong } from '../size';

interface Round {
  readonly name: string;
  readonly protocol: OdooProtocol;
  readonly odooVersion: 19 | 14;
  readonly steps: readonly KillStep[];
  readonly seed: number;
}

const PROTOCOLS: readonly OdooProtocol[] = ['json2', 'jsonrpc', 'xmlrpc'];
const RANDOM_KILLS = 10;

/** In full: each named step five times a protocol, and as many kills at random; 300 in all. */
function planRounds(): Round[] {
  const named = isLong
    ? PROTOCOLS.flatMap((protocol) => Array.from({ length: 5 }, () => protocol))
    : (['json2', 'xmlrpc', 'xmlrpc'] as const);
  const random = isLong
    ? (['19 json2', '19 jsonrpc', '19 xmlrpc', '14 jsonrpc', '14 xmlrpc'] as const).flatMap((server) =>
        Array.from({ length: 3 }, () => server),
      )
    : (['14 jsonrpc'] as const);
  return [
    ...named.map((protocol) => ({
      odooVersion: 19 as const,
      protocol,
      steps: NAMED_STEPS,
      what: 'each named step',
    })),
    ...random.map((server) => {
      const [version, protocol] = server.split(' ') as ['19' | '14', OdooProtocol];
      const steps = Array.from({ length: RANDOM_KILLS }, () => 'random' as const);
      return {
        odooVersion: version === '14' ? (14 as const) : (19 as const),
        protocol,
        steps,
        what: 'random moments',
      };
    }),
  ].map(({ what, ...round }, index) => ({
    ...round,
    seed: 1000 + index,
    name: `round ${index + 1}: Odoo ${round.odooVersion} over ${round.protocol}, ${what}`,
  }));
}

const tally = new KillTally();
afterAll(() => {
  process.stdout.write(tally.format());
});

test.each(planRounds())('$name', async ({ protocol, odooVersion, steps, seed }) => {
  const random = createRandom(seed);
  const rig = await openChaosRig(await startSandboxSides({ protocol, odooVersion }));
  try {
    const shop = openBusyShop(rig.sides, random, 'exemple.net');
    for (const step of shuffle(steps, random)) {
      tally.add(`${odooVersion} ${protocol}`, await strike(rig, step, random, () => shop.work()));
    }
    const { code, stdout, stderr } = await rig.run(['sync']);
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
    expect(await findDifferences(rig)).toEqual([]);
    expect(await findRewrites(rig)).toEqual([]);
  } finally {
    await rig.close();
  }
});
