/** What the state remembers of limits. */

/** The limits, by the name that the state and the flags (`--allow-<name>`) have. */
export type LimitName =
  'archived' | 'changed-share' | 'price-jump' | 'stock-to-zero' | 'empty-listing' | 'missing-canary';

/** A limit that stopped a flow, kept so that a person can allow just this much. */
export interface Breach {
  readonly store: string;
  /** The run that was stopped. */
  readonly runId: string;
  /** Empty where it stopped the whole run. */
  readonly flow: string;
  readonly limit: LimitName;
  /** How many records were over it or under it; what is allowed later is at most about this. */
  readonly measured: number;
  readonly message: string;
  /** ISO, UTC. */
  readonly at: string;
  /** The run that went on with it; null while none did. */
  readonly usedBy: string | null;
}

export interface Breaches {
  /** What stopped one run. */
  find(store: string, runId: string): Promise<Breach[]>;
}
