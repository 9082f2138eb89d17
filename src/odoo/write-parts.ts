/** What `load` and actions have in common when Odoo does not carry out a part of what they send. */
import { RetryableError } from '../core/errors';
import type { BatchSize } from '../lib/batch-size';
import type { Evidence } from '../lib/evidence';
import { mayLieInTheCall } from '../lib/trouble';
import { FirewallError, OdooTrouble, refusalText, TooLargeError } from './errors';

export interface WriteTarget {
  /** Records of one call. */
  readonly size: BatchSize;
  /** Makes a light call; throws what keeps all calls from being answered. */
  ping(): Promise<void>;
  /** Odoo has carried out a call that a firewall might have refused. */
  readonly written: Evidence;
}

/** Records that a firewall refused by themselves before Odoo must have carried out anything at all. */
const MAX_REFUSED_BY_FIREWALL = 10;

/**
 * Judges the parts of one `load` or action. Refused by Odoo, too large, or
 * refused by a firewall: nothing was done, and the part is to be halved until
 * the record at fault is alone. Without an answer: it may be done, and is not
 * repeated, but later parts are smaller.
 */
export class WriteParts {
  #isPartlyWritten = false;
  #refusedByFirewall = 0;

  constructor(private readonly target: WriteTarget) {}

  get size(): BatchSize {
    return this.target.size;
  }

  /** So many records went through. */
  succeed(records: number): void {
    this.#isPartlyWritten = true;
    this.target.written.isSeen = true;
    this.size.succeed(records);
  }

  /**
   * The sentence of a refusal that is about these records.
   * @throws the error, when it is about something else; `ambiguous` once earlier parts were written
   */
  async refusalOf(error: unknown, records: number): Promise<string> {
    if (error instanceof TooLargeError) {
      this.size.shrink(records);
    } else if (error instanceof FirewallError) {
      await this.#requireOtherCalls(error, records);
      return error.message;
    }
    const sentence = refusalText(error);
    if (sentence !== undefined) {
      return sentence;
    }
    if (error instanceof OdooTrouble && mayLieInTheCall(error.trouble)) {
      this.size.shrink(records);
    }
    throw this.#asPartlyWritten(error);
  }

  /** A page that answers everything, or every write, is no matter of single records. */
  async #requireOtherCalls(error: FirewallError, records: number): Promise<void> {
    await this.target.ping();
    this.#refusedByFirewall += records === 1 ? 1 : 0;
    if (this.#refusedByFirewall >= MAX_REFUSED_BY_FIREWALL && !this.target.written.isSeen) {
      throw error;
    }
  }

  #asPartlyWritten(error: unknown): unknown {
    if (!(error instanceof RetryableError) || error.ambiguous || !this.#isPartlyWritten) {
      return error;
    }
    const { message, hint, cause } = error;
    return new RetryableError(`${message}; earlier parts were written`, { ambiguous: true, hint, cause });
  }
}
