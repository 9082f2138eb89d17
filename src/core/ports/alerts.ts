/** What people were told, so that they are not told it all the time. */

/** What is told, by what a person has to do about it. */
export type AlertKind = 'failed' | 'limit' | 'quarantine' | 'incomplete';

/** One trouble as one channel knows it. */
export interface RememberedAlert {
  readonly store: string;
  /** `mail`, `webhook`. */
  readonly channel: string;
  readonly kind: AlertKind;
  /** Empty for the whole run. */
  readonly flow: string;
  /** Tells troubles of one kind apart; holds no personal data. */
  readonly reason: string;
  /** True while the last word was that there is trouble. */
  readonly isOpen: boolean;
  /** When the trouble was told last (ISO, UTC); null when it never was. */
  readonly toldAt: string | null;
  /** When its end was told last (ISO, UTC). */
  readonly recoveredAt: string | null;
  /** How often it has happened since it was told, in silence. */
  readonly heldBack: number;
  /** Runs in a row with this trouble. */
  readonly runs: number;
}

export interface Alerts {
  list(store: string, channel: string): Promise<RememberedAlert[]>;
  /** Replaces everything that is remembered of a channel. */
  replace(store: string, channel: string, alerts: readonly RememberedAlert[]): Promise<void>;
}
