import fc from 'fast-check';
import { drawSample } from '../../src/lib/draw-sample';

test('a sample holds different numbers of the range, ascending, and the same seed draws the same ones', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(600), fc.nat(), (total, size, seed) => {
      const drawn = drawSample(total, size, seed);
      expect(drawn).toHaveLength(Math.min(total, size));
      expect([...new Set(drawn)].sort((left, right) => left - right)).toEqual(drawn);
      expect(drawn.every((number) => number >= 0 && number < total)).toBe(true);
      expect(drawSample(total, size, seed)).toEqual(drawn);
    }),
  );
});

test('every number is drawn about equally often', () => {
  const counts = new Array<number>(20).fill(0);
  for (let seed = 0; seed < 2000; seed += 1) {
    for (const number of drawSample(20, 5, seed)) {
      counts[number] = (counts[number] ?? 0) + 1;
    }
  }
  expect(Math.min(...counts)).toBeGreaterThan(400);
  expect(Math.max(...counts)).toBeLessThan(600);
});
