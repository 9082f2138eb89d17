/**
 * A small seeded random generator: the sandbox must be the same shop on every
 * run, on every machine.
 */

import { createRandom, type Random } from '../lib/seeded-random';

export { createRandom, type Random };

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
