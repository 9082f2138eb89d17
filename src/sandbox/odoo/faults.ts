/** Faults on purpose: what networks, proxies and a busy Odoo do to calls. */
import { createRandom, pickFrom } from '../random';
import type { Random } from '../random';

/**
 * - `reset-before`: the connection breaks before the server has seen the call
 * - `lost-answer`: the call was done and committed, the answer never arrives
 * - `429`, `429-retry-after`: refused by a rate limit, without and with a delay; the call was not done
 * - `502-html`: a proxy's page; the call was not done
 * - `truncated`: the call was done, the connection breaks in the middle of the answer
 * - `stall`: no answer at all, the connection stays open; the call was not done
 * - `serialization`: Odoo gives up after its own tries; the call was rolled back
 */
export type OdooFaultKind =
  | 'reset-before'
  | 'lost-answer'
  | '429'
  | '429-retry-after'
  | '502-html'
  | 'truncated'
  | 'stall'
  | 'serialization';

export interface OdooFaultPlan {
  /** Share of the calls that fail, 0 to 1. */
  readonly rate: number;
  readonly kinds: readonly OdooFaultKind[];
  readonly seed: number;
}

/** Decides, call by call, whether and how it fails; the same plan always decides alike. */
export class OdooFaultDice {
  private readonly random: Random;

  constructor(private readonly plan: OdooFaultPlan) {
    this.random = createRandom(plan.seed);
  }

  roll(): OdooFaultKind | undefined {
    const hit = this.random() < this.plan.rate && this.plan.kinds.length > 0;
    return hit ? pickFrom(this.random, this.plan.kinds) : undefined;
  }
}
