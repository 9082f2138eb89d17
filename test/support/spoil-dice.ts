import { createRandom } from '../../src/sandbox/random';
import type { Spoil } from './chaos-proxy';

/**
 * Decides, call by call, whether and how it is spoiled. Kinds are dealt like
 * cards, so that even a short run meets every one; the same seed always
 * decides alike.
 * @param rate share of the calls, 0 to 1
 */
export function spoilDice(seed: number, rate: number, kinds: readonly Spoil[]): () => Spoil | undefined {
  const random = createRandom(seed);
  let hand: Spoil[] = [];
  return () => {
    if (random() >= rate) {
      return undefined;
    }
    if (hand.length === 0) {
      hand = [...kinds];
    }
    const [spoil] = hand.splice(Math.floor(random() * hand.length), 1);
    return spoil;
  };
}
