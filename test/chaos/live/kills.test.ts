/**
 * `kill -9` against a real Odoo 19, the shop being the sandbox's. A kill leaves
 * Odoo at work here, and the next run comes at once: both may write at the same
 * moment.
 */
import type { OdooApi } from '../../../src/core/ports';
import { createRandom } from '../../../src/sandbox/random';
import { cleanSlate } from '../../live/clean-slate';
import { connectAdmin, liveServers } from '../../live/live-servers';
import { provision, type Provisioned } from '../../live/provision';
import { openBusyShop } from '../../support/busy-shop';
import { openChaosRig } from '../../support/chaos-rig';
import { findDifferences, findRewrites } from '../../support/find-differences';
import { KillTally } from '../../support/kill-tally';
import { shuffle } from '../../support/shuffle';
import { NAMED_STEPS, strike, type KillStep } from '../../support/strike';
import { CHAOS_CATALOGUE, CHAOS_NAMES, CHAOS_STORE_PREFIX, startLiveSides } from './live-sides';

const STEPS: readonly KillStep[] = [...NAMED_STEPS, 'random', 'random'];

function say(line: string): void {
  process.stdout.write(`    ${line}\n`);
}

const server = liveServers().find(({ protocols }) => protocols.includes('json2'));
if (server === undefined) {
  it('needs a real Odoo 19', () => {
    throw new Error('set WCODOO_LIVE_ODOO_ENV_FILES to the env file of an Odoo server from 19 on');
  });
} else {
  describe(`on ${server.name}`, () => {
    const tally = new KillTally();
    let admin: OdooApi;
    let provisioned: Provisioned;

    beforeAll(async () => {
      admin = await connectAdmin(server);
      provisioned = await provision(admin, server, CHAOS_CATALOGUE, say, CHAOS_NAMES);
      await cleanSlate(admin, CHAOS_CATALOGUE, say, CHAOS_STORE_PREFIX);
    });
    afterAll(() => {
      process.stdout.write(tally.format());
    });

    it.each(server.protocols.map((protocol, index) => ({ protocol, seed: 2000 + index })))(
      `loses nothing and doubles nothing in ${STEPS.length} kills over $protocol`,
      async ({ protocol, seed }) => {
        const random = createRandom(seed);
        const rig = await openChaosRig(await startLiveSides({ admin, server, protocol, provisioned }));
        try {
          const shop = openBusyShop(rig.sides, random, `${rig.sides.store}.example`);
          for (const step of shuffle(STEPS, random)) {
            tally.add(protocol, await strike(rig, step, random, () => shop.work()));
          }
          const { code, stdout, stderr } = await rig.run(['sync']);
          expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
          await rig.idle();
          expect(await findDifferences(rig)).toEqual([]);
          expect(await findRewrites(rig)).toEqual([]);
        } finally {
          await rig.close();
        }
      },
    );
  });
}
