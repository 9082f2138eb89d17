/** Faults on purpose: what networks, proxies and hosts do to API calls. */
import { createRandom, pickFrom } from '../random';
import type { Random } from '../random';

/**
 * - `reset-before`: the connection breaks before the shop has seen the request
 * - `lost-answer`: the shop did what was asked, the answer never arrives
 * - `429`, `429-retry-after`: refused by a rate limit, without and with a delay
 * - `502-html`: a proxy's page
 * - `truncated`: the connection breaks in the middle of the answer
 * - `stall`: no answer at all, the connection stays open
 */
export type FaultKind =
  'reset-before' | 'lost-answer' | '429' | '429-retry-after' | '502-html' | 'truncated' | 'stall';

export interface FaultPlan {
  /** Share of the API calls that fail, 0 to 1. */
  readonly rate: number;
  readonly kinds: readonly FaultKind[];
  readonly seed: number;
}

/** Decides, call by call, whether and how it fails; the same plan always decides alike. */
export class FaultDice {
  readonly #plan: FaultPlan;
  readonly #random: Random;

  constructor(plan: FaultPlan) {
    this.#plan = plan;
    this.#random = createRandom(plan.seed);
  }

  roll(): FaultKind | null {
    const hit = this.#random() < this.#plan.rate && this.#plan.kinds.length > 0;
    return hit ? pickFrom(this.#random, this.#plan.kinds) : null;
  }
}
