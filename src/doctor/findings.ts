/** What a diagnosis finds, and how a check that fails becomes a finding itself. */
import { RetryableError, WcodooError } from '../core/errors';

export type Level = 'ok' | 'warn' | 'problem';

/** The headings under which findings are printed, in this order. */
export const TOPICS = [
  'Secrets',
  'WooCommerce',
  'Shop settings',
  'Orders of the shop',
  'Products of the shop',
  'Odoo',
  'Rights in Odoo',
  'Taxes',
  'Pricelists',
  'Products in Odoo',
  'Stock',
] as const;
export type Topic = (typeof TOPICS)[number];

export interface Finding {
  readonly level: Level;
  readonly topic: Topic;
  /** One or two sentences for the shop's owner. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** The two servers; when one is lost on the way, its other checks are left out. */
export type Side = 'woo' | 'odoo';

/** Collects findings in the order they are made. */
export class Findings {
  readonly list: Finding[] = [];
  readonly #lost = new Set<Side>();
  readonly #signal: AbortSignal | undefined;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  ok(topic: Topic, message: string): void {
    this.list.push({ level: 'ok', topic, message });
  }

  warn(topic: Topic, message: string, hint?: string): void {
    this.list.push({ level: 'warn', topic, message, ...(hint === undefined ? {} : { hint }) });
  }

  problem(topic: Topic, message: string, hint?: string): void {
    this.list.push({ level: 'problem', topic, message, ...(hint === undefined ? {} : { hint }) });
  }

  /**
   * Runs one check. An expected failure becomes a problem and undefined comes
   * back; a server that is not available is not asked again, for each try takes
   * long. Anything else is a bug and passes through.
   */
  async attempt<T>(side: Side, topic: Topic, check: () => Promise<T>): Promise<T | undefined> {
    if (this.#lost.has(side) || this.#signal?.aborted === true) {
      return undefined;
    }
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof WcodooError)) {
        throw error;
      }
      const lost = error instanceof RetryableError;
      if (lost) {
        this.#lost.add(side);
      }
      const name = side === 'woo' ? 'WooCommerce' : 'Odoo';
      this.problem(
        topic,
        lost ? `${error.message}; ${name} was not checked further` : error.message,
        error.hint,
      );
      return undefined;
    }
  }
}

/** A list in a sentence, shortened: `a, b, c and 4 more`. */
export function nameSome(names: readonly string[], most = 10): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}

/** `1 product`, `3 products`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
