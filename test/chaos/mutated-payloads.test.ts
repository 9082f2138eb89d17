/**
 * Records of the shop, spoiled in every way that we could think of, through whole
 * runs: nothing crashes, each is applied or owed with a documented reason, its
 * neighbours pass, the audit stays harmless, and once the shop is sound again
 * everything is applied.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isolate, runPage } from '../support/fuzz-page';
import { PAYLOADS, SEED, TIMEOUT_MS } from '../support/fuzz-size';
import { snapshotPrototypes } from '../support/snapshot-prototypes';

/** How much the heap may grow from the first pages to the last: what is kept of a record must not add up. */
const MOST_GROWTH_BYTES = 96 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test(
  `${PAYLOADS} spoiled records`,
  async () => {
    const prototypes = snapshotPrototypes();
    const heap: number[] = [];
    let payloads = 0;
    for (let page = 0; payloads < PAYLOADS; page += 1) {
      const result = await runPage(SEED, page);
      const guilty = result.problems.length === 0 ? [] : await isolate(SEED, page, result);
      expect({ seed: SEED, page, problems: result.problems, guilty }).toMatchObject({ problems: [] });
      payloads += result.payloads;
      collectGarbage();
      heap.push(process.memoryUsage().heapUsed);
    }
    expect(snapshotPrototypes()).toEqual(prototypes);
    // The first page loads what is loaded once.
    const [, second = 0] = heap;
    expect(Math.max(...heap.slice(-2)) - Math.max(second, heap[0] ?? 0)).toBeLessThan(MOST_GROWTH_BYTES);
  },
  TIMEOUT_MS,
);
