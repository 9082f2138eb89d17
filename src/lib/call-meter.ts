/** Counts calls to other servers and how long their answers took. */

/** One call, as an adapter saw it. */
export interface ObservedCall {
  /** Name and port of the server, without a path. */
  readonly host: string;
  readonly durationMs: number;
  /** No answer came, or one with an HTTP status from 400 on. */
  readonly isError: boolean;
}

/** The calls to one host. */
export interface CallStats {
  readonly host: string;
  readonly calls: number;
  readonly errors: number;
  readonly totalMs: number;
  /** Calls that took at most as long as the bound of the same place in `CALL_BOUNDS_MS`, the quicker ones included. */
  readonly buckets: readonly number[];
}

/** Upper bounds of the histogram in milliseconds: from a cached answer to a bulk confirmation. */
export const CALL_BOUNDS_MS = [
  50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000,
] as const;

/** Sums calls up by host. */
export class CallMeter {
  readonly #hosts = new Map<string, { calls: number; errors: number; totalMs: number; buckets: number[] }>();

  observe({ host, durationMs, isError }: ObservedCall): void {
    const sums = this.#hosts.get(host) ?? {
      calls: 0,
      errors: 0,
      totalMs: 0,
      buckets: CALL_BOUNDS_MS.map(() => 0),
    };
    this.#hosts.set(host, sums);
    sums.calls += 1;
    sums.errors += isError ? 1 : 0;
    sums.totalMs += durationMs;
    sums.buckets = sums.buckets.map((count, at) => count + (durationMs <= (CALL_BOUNDS_MS[at] ?? 0) ? 1 : 0));
  }

  /** By host, in alphabetical order. */
  stats(): CallStats[] {
    return [...this.#hosts]
      .map(([host, sums]) => ({ host, ...sums, totalMs: Math.round(sums.totalMs) }))
      .sort((a, b) => a.host.localeCompare(b.host));
  }
}
