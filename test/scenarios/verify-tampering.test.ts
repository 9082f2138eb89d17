/** Whatever is done to how many records: the comparison finds just these. */
import fc from 'fast-check';
import { startBench } from '../support/run-sync';
import { differences, letTimePass, runVerify } from '../support/run-verify';
import { tamper, TAMPERINGS } from '../support/tamper';

test('of a shop with any records tampered with, just those are found', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ kind: fc.constantFrom(...TAMPERINGS), at: fc.nat(1000) }), {
        minLength: 1,
        maxLength: 12,
      }),
      async (acts) => {
        const bench = await startBench({ orders: 20, customers: 6, products: 15 });
        try {
          await bench.sync();
          await letTimePass(bench);
          const touched = new Set<string>();
          const expected = acts.flatMap(({ kind, at }) => tamper(bench, kind, at, touched) ?? []);
          const result = await runVerify(bench);
          expect(differences(result)).toEqual(expected.sort());
          expect(result.writes).toBe(0);
        } finally {
          await bench.close();
        }
      },
    ),
    { numRuns: 6 },
  );
}, 180_000);
