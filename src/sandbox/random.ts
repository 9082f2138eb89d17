/**
 * A small seeded random generator: the sandbox must be the same shop on every
 * run, on every machine.
 */

/** Returns a number in [0, 1), like `Math.random`, but repeatable. */
export type Random = () => number;

/** Mulberry32: 32 bits of state, good enough for test data and nothing else. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An integer from `low` to `high`, both included. */
export function pickInteger(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/**
 * One element of a list.
 * @throws RangeError when the list is empty
 */
export function pickFrom<T>(random: Random, list: readonly T[]): T {
  const index = Math.floor(random() * list.length);
  if (index >= list.length) {
    throw new RangeError('nothing to pick from');
  }
  return list[index] as T;
}
