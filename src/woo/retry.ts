/** When to try again: what the shop asks for, or a random time that doubles its bound. */

export interface RetryTiming {
  /** First bound of the random wait. */
  readonly baseMs: number;
  /** No random wait is longer. */
  readonly maxBackoffMs: number;
  /** No wait the shop asks for is obeyed beyond this. */
  readonly maxRetryAfterMs: number;
}

/**
 * Milliseconds to wait before the next attempt: `Retry-After` up to its cap,
 * else full jitter (anything from 0 to a bound that doubles), so that several
 * clients of a recovering shop do not return in step.
 * @param attempt how many attempts were made, from 1
 * @param random from 0 to 1
 */
export function retryDelayMs(
  attempt: number,
  retryAfterMs: number | undefined,
  random: number,
  timing: RetryTiming,
): number {
  if (retryAfterMs !== undefined) {
    return Math.min(retryAfterMs, timing.maxRetryAfterMs);
  }
  return Math.round(random * Math.min(timing.maxBackoffMs, timing.baseMs * 2 ** (attempt - 1)));
}

/**
 * Reads `Retry-After`: seconds, or a date compared with the server's own clock
 * (`now`). Undefined when the header is missing or says nothing readable.
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  if (/^\s*\d{1,9}\s*$/.test(header)) {
    return Number(header) * 1000;
  }
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
