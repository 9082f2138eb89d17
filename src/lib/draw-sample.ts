/** A repeatable random sample. */

/**
 * `size` different whole numbers from 0 to `total` - 1, ascending; all of them
 * where there are no more. The same seed draws the same ones (Floyd's method on
 * Mulberry32, which is good enough to look at a shop and for nothing else).
 */
export function drawSample(total: number, size: number, seed: number): number[] {
  const random = mulberry32(seed);
  const drawn = new Set<number>();
  for (let last = Math.max(total - size, 0); last < total; last += 1) {
    const candidate = Math.floor(random() * (last + 1));
    drawn.add(drawn.has(candidate) ? last : candidate);
  }
  return [...drawn].sort((left, right) => left - right);
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
