/** A repeatable random sample. */
import { createRandom } from './seeded-random';

/**
 * `size` different whole numbers from 0 to `total` - 1, ascending; all of them
 * where there are no more. The same seed draws the same ones (Floyd's method).
 */
export function drawSample(total: number, size: number, seed: number): number[] {
  const random = createRandom(seed);
  const drawn = new Set<number>();
  for (let last = Math.max(total - size, 0); last < total; last += 1) {
    const candidate = Math.floor(random() * (last + 1));
    drawn.add(drawn.has(candidate) ? last : candidate);
  }
  return [...drawn].sort((left, right) => left - right);
}
