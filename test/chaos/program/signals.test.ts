/** SIGTERM and SIGINT in the middle of a first sync: what is in flight is finished, and the next run goes on. */
import type { ProxiedCall } from '../../support/chaos-proxy';
import { openChaosRig, type ChaosRig } from '../../support/chaos-rig';
import { findDifferences, findRewrites } from '../../support/find-differences';
import { startSandboxSides } from '../../support/sandbox-sides';
import { isLong } from '../size';

/** Three pages of a hundred. */
const ORDERS = 250;
/** Writes that a page of orders takes at most, with what comes before and after it. */
const WRITES_OF_A_PAGE = 12;

let rig: ChaosRig;

beforeEach(async () => {
  rig = await openChaosRig(
    await startSandboxSides({ protocol: 'json2', orders: ORDERS, customers: 60, products: 30 }),
  );
});
afterEach(() => rig.close());

async function expectNextRunCompletes(): Promise<void> {
  rig.watch({});
  await rig.idle();
  const { code, stdout, stderr } = await rig.run(['sync']);
  expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
  expect(await findDifferences(rig)).toEqual([]);
  expect(await findRewrites(rig)).toEqual([]);
}

const MOMENTS = isLong ? [1, 2, 4, 6, 8, 11, 15, 25, 35] : [4, 15];

test.each(
  MOMENTS.flatMap((at) => [
    { signal: 'SIGTERM' as const, exitCode: 143, at },
    { signal: 'SIGINT' as const, exitCode: 130, at },
  ]),
)(
  '$signal at write number $at ends with $exitCode after the batch in flight',
  async ({ signal, exitCode, at }) => {
    let writes = 0;
    let writesAfter = 0;
    rig.watch({
      onForwarded(call) {
        if (!call.isWriting) {
          return;
        }
        writes += 1;
        writesAfter += writes > at ? 1 : 0;
        if (writes === at) {
          child.kill(signal);
        }
      },
    });
    const { child, result } = rig.start(['sync']);
    const end = await result;
    expect(end).toMatchObject({ code: exitCode, signal: null });
    expect(end.stderr).toContain('stopping after the batch in flight');
    expect(writesAfter).toBeLessThanOrEqual(WRITES_OF_A_PAGE);
    await expectNextRunCompletes();
  },
);

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('a second %s stops at once with %s, and safely', async (signal, exitCode) => {
  const writes: ProxiedCall[] = [];
  rig.watch({
    async onForwarded(call) {
      if (!call.isWriting) {
        return;
      }
      writes.push(call);
      if (writes.length === 6) {
        child.kill(signal);
      }
      if (writes.length === 7) {
        child.kill(signal);
        await result;
      }
    },
  });
  const { child, result } = rig.start(['sync']);
  expect(await result).toMatchObject({ code: exitCode, signal: null });
  expect(writes).toHaveLength(7);
  expect(writes[6]).toMatchObject({ isWriting: true });
  await expectNextRunCompletes();
});

test.each(['woo', 'odoo'] as const)(
  'SIGTERM while it waits to call %s again ends without another call',
  async (side) => {
    let isStopped = false;
    let callsAfter = 0;
    rig[side].setWatch({
      onRequest() {
        callsAfter += isStopped ? 1 : 0;
        if (rig[side].calls.length < 5) {
          return undefined;
        }
        if (!isStopped) {
          isStopped = true;
          // By then the refusal has come and it waits for the second that it was asked to.
          setTimeout(() => child.kill('SIGTERM'), 300);
        }
        return '429-retry-after';
      },
    });
    const { child, result } = rig.start(['sync']);
    expect(await result).toMatchObject({ code: 143, signal: null });
    expect(callsAfter).toBe(0);
    await expectNextRunCompletes();
  },
);
