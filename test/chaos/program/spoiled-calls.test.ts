/** One call in ten goes wrong on each side, in every way that networks know: it converges all the same. */
import type { OdooProtocol } from '../../../src/core/ports';
import { openChaosRig } from '../../support/chaos-rig';
import { SPOILS } from '../../support/chaos-proxy';
import { findDifferences, findRewrites } from '../../support/find-differences';
import { startSandboxSides } from '../../support/sandbox-sides';
import { spoilDice } from '../../support/spoil-dice';
import { isLong } from '../size';

const ORDERS = 120;
const RATE = 0.1;
const MOST_RUNS = 3;

/** Small batches make many calls; a stall costs its time-out and no more. */
const SETTINGS = {
  odoo: { batchSize: 20, timeout: '3s' },
  woo: { timeout: '3s' },
};

const SERVERS: readonly (readonly [OdooProtocol, 19 | 14])[] = [
  ['json2', 19],
  ['xmlrpc', 19],
  ['jsonrpc', 14],
];
const SEEDS = isLong ? [1, 2, 3, 4, 5] : [1];

const cases = SERVERS.flatMap(([protocol, odooVersion]) =>
  SEEDS.map((seed) => ({ protocol, odooVersion, seed })),
);

test.each(cases)(
  `a first sync of ${ORDERS} orders converges in at most ${MOST_RUNS} runs over $protocol on Odoo $odooVersion (dice $seed)`,
  async ({ protocol, odooVersion, seed }) => {
    const sides = await startSandboxSides({
      protocol,
      odooVersion,
      orders: ORDERS,
      customers: 40,
      settings: SETTINGS,
    });
    const rig = await openChaosRig(sides);
    try {
      const roll = spoilDice(seed, RATE, SPOILS);
      rig.watch({ onRequest: roll });
      const ends: string[] = [];
      let isDone = false;
      while (!isDone && ends.length < MOST_RUNS) {
        const { code, stdout, stderr } = await rig.run(['sync']);
        isDone = code === 0;
        ends.push(isDone ? 'done' : `${String(code)}: ${stdout}${stderr}`);
      }
      rig.watch({});
      await rig.idle();
      expect(ends.at(-1)).toBe('done');
      expect(await findDifferences(rig)).toEqual([]);
      expect(await findRewrites(rig)).toEqual([]);
      const calls = [...rig.woo.calls, ...rig.odoo.calls];
      const spoiled = calls.flatMap(({ spoil }) => spoil ?? []);
      expect([...new Set(spoiled)].sort()).toEqual([...SPOILS].sort());
      const writes = calls.filter(({ isWriting, spoil }) => isWriting && spoil !== undefined);
      process.stdout.write(
        `    ${protocol} ${odooVersion}, dice ${seed}: ${spoiled.length} of ${calls.length} calls spoiled, ${writes.length} of them writes; ${ends.length} run(s)\n`,
      );
    } finally {
      await rig.close();
    }
  },
);
