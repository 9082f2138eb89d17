import type { ObservedCall } from '../lib/call-meter';
import type { ApiKeys } from './sign';

/** What the WooCommerce adapter needs to be told. */
export interface WooOptions extends ApiKeys {
  /** Address of the shop; may have a subdirectory and a trailing slash. */
  readonly url: string;
  /** For one attempt; a full page of orders takes a second, a batch of 100 products several (default 60 000). */
  readonly timeoutMs?: number;
  /** Requests at a time; beyond the shop's cores only latency grows (default 2). */
  readonly concurrency?: number;
  /** Attempts after the first (default 4). */
  readonly retries?: number;
  /** Longest `Retry-After` that is obeyed (default 60 000). */
  readonly maxRetryAfterMs?: number;
  readonly userAgent?: string;
  /** Aborted when the run was asked to stop: no wait and no further try is begun, a request under way is let finish. */
  readonly signal?: AbortSignal | undefined;
  /** Asked right before each request that writes, tries and parts of a batch included; what it throws ends the call unsent. */
  readonly beforeWrite?: (() => Promise<void>) | undefined;
  /** Told of each request once it was answered or given up. */
  readonly onCall?: ((call: ObservedCall) => void) | undefined;
  /** For tests: waits between attempts, rejecting when the signal is aborted. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  readonly now?: () => Date;
  readonly random?: () => number;
}
