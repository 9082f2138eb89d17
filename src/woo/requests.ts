/** Requests to one shop: signed, a few at a time, tried again where that is safe, and not at all while the shop is out. */
import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { RetryableError } from '../core/errors';
import type { WooQuery } from '../core/ports';
import { Circuit, type Diagnosis } from '../lib/circuit';
import { isHopelessAsItIs } from '../lib/trouble';
import { scrubRaw, type RawAnswer } from './answer';
import { mayLieInTheRequest, WooRefusal, WooTrouble } from './errors';
import { createHttp, TransportError, type Method } from './http';
import { judgeAnswer, judgeTransport, type Verdict } from './judge';
import type { WooOptions } from './options';
import { encodeQuery, flattenQuery } from './query';
import { retryDelayMs } from './retry';
import { basicAuthorization, createKeyScrubber, createSigner } from './sign';

/** Where the API of WooCommerce lies below `/wp-json/`. */
export const NAMESPACE = 'wc/v3/';

/** One request below `/wp-json/`. */
export interface Call {
  readonly method: Method;
  readonly path: string;
  readonly query: WooQuery;
  readonly body?: unknown;
  /** False for what needs no key. */
  readonly isSigned?: boolean;
  /** Gives up waiting for an answer that nobody wants any more. */
  readonly signal?: AbortSignal | undefined;
  /** True for a write that may be done twice. */
  readonly isIdempotent?: boolean;
  /**
   * The number of records asked for or sent, where the caller can do with
   * fewer: what may be the fault of the records is then tried once more at
   * most, a time-out of several not at all, and nothing is concluded from it
   * about the shop.
   */
  readonly records?: number | undefined;
}

export interface Answered {
  readonly body: unknown;
  readonly total: number | undefined;
  readonly serverTime: Date;
  readonly sentAt: Date;
  readonly receivedAt: Date;
}

export interface Requests {
  /** @throws WooTrouble, WooRefusal, FirewallError, FatalError; RetryableError while the shop is out or on a stop */
  send(call: Call): Promise<Answered>;
  readonly count: number;
}

const BASE_MS = 1000;
const MAX_BACKOFF_MS = 30_000;
/** Tries after the first where the records may be at fault. */
const RETRIES_OF_PART = 1;

/** @param base address of the shop, without a trailing slash */
export function createRequests(base: string, options: WooOptions): Requests {
  const { now = () => new Date(), random = Math.random, retries = 4, signal: stop } = options;
  const sleep = options.sleep ?? ((ms: number, signal?: AbortSignal) => wait(ms, undefined, { signal }));
  const timing = {
    baseMs: BASE_MS,
    maxBackoffMs: MAX_BACKOFF_MS,
    maxRetryAfterMs: options.maxRetryAfterMs ?? 60_000,
  };
  const limit = pLimit(options.concurrency ?? 2);
  const authorize = createAuthorizer(options, base, now);
  const { text: scrub } = createKeyScrubber(options);
  const transmit = createHttp({
    timeoutMs: options.timeoutMs ?? 60_000,
    userAgent: options.userAgent ?? 'wcodoo',
  });
  const { host } = new URL(base);
  const circuit = new Circuit({
    now,
    refuse: (failures, waitMs) =>
      new RetryableError(
        `WooCommerce at ${host} did not answer ${failures} calls in a row; not asked again for ${Math.ceil(waitMs / 1000)} s`,
      ),
  });
  let count = 0;

  async function attempt(
    call: Call,
  ): Promise<{ verdict: Verdict; answered: Omit<Answered, 'body' | 'serverTime'> }> {
    const { method, isIdempotent = false } = call;
    const subject = { method, isIdempotent, path: call.path.replace(NAMESPACE, '') || 'wp-json/', base };
    if (method !== 'GET') {
      await options.beforeWrite?.();
    }
    const sentAt = now();
    count += 1;
    let answer: RawAnswer | undefined;
    let verdict: Verdict;
    try {
      const request = { ...authorize(call), method, body: call.body, signal: call.signal };
      answer = scrubRaw(await transmit(request), scrub);
      verdict = judgeAnswer(answer, subject, now());
    } catch (error) {
      if (!(error instanceof TransportError)) {
        throw error;
      }
      verdict = judgeTransport(error, subject);
    }
    options.onCall?.({
      host,
      durationMs: now().getTime() - sentAt.getTime(),
      isError: answer === undefined || answer.status >= 400,
    });
    return { verdict, answered: { total: readTotal(answer), sentAt, receivedAt: now() } };
  }

  async function tryOften(call: Call): Promise<Answered> {
    for (let attempts = 1; ; attempts += 1) {
      const { verdict, answered } = await limit(() => attempt(call));
      if (verdict.ok) {
        return { ...answered, body: verdict.value, serverTime: verdict.serverTime };
      }
      if (!verdict.again || attempts > Math.min(retries, retriesOf(call, verdict.error))) {
        throw verdict.error instanceof WooTrouble ? verdict.error.after(attempts) : verdict.error;
      }
      await pause(retryDelayMs(attempts, verdict.retryAfterMs, random(), timing), call, verdict.error);
    }
  }

  /** Waits before another try; a stop ends the wait and forbids the try. */
  async function pause(ms: number, call: Call, reason: Error): Promise<void> {
    const signals = [call.signal, stop].filter((signal) => signal !== undefined);
    const isStopped = (): boolean => stop?.aborted === true;
    try {
      if (!isStopped()) {
        await sleep(ms, AbortSignal.any(signals));
      }
    } catch (error) {
      if (!isStopped()) {
        throw error;
      }
    }
    if (isStopped()) {
      const ambiguous = reason instanceof RetryableError && reason.ambiguous;
      throw new RetryableError(`${reason.message}; not tried again: stopped on request`, { ambiguous });
    }
  }

  return {
    send: (call) =>
      circuit.run(
        () => tryOften(call),
        (error) => diagnose(error, call),
      ),
    get count() {
      return count;
    },
  };
}

function retriesOf({ records }: Call, error: unknown): number {
  if (records === undefined || !mayLieInTheRequest(error)) {
    return Number.POSITIVE_INFINITY;
  }
  const isHopeless = error instanceof WooTrouble && isHopelessAsItIs(error.trouble);
  return isHopeless && records > 1 ? 0 : RETRIES_OF_PART;
}

/** A failure that may be about the records is looked into by whoever asked for them. */
function diagnose(error: unknown, { records }: Call): Diagnosis {
  if (error instanceof WooRefusal) {
    return 'answered';
  }
  const mayBeRecords = records !== undefined && mayLieInTheRequest(error);
  return error instanceof WooTrouble && !mayBeRecords ? 'out' : 'unknown';
}

/** Makes the address and the headers of one attempt; a signature is made anew each time. */
function createAuthorizer(
  options: WooOptions,
  base: string,
  now: () => Date,
): (call: Call) => { url: string; headers: Record<string, string> } {
  const sign = createSigner(options, now);
  return (call) => {
    const url = `${base}/wp-json/${call.path}`;
    const isSecure = base.startsWith('https:');
    const isSigned = call.isSigned ?? true;
    const plain = flattenQuery(call.query);
    const parameters = isSigned && !isSecure ? sign(call.method, url, plain) : plain;
    const query = encodeQuery(parameters);
    return {
      url: query === '' ? url : `${url}?${query}`,
      headers: isSigned && isSecure ? { Authorization: basicAuthorization(options) } : {},
    };
  };
}

function readTotal(answer: RawAnswer | undefined): number | undefined {
  const header = answer?.header('x-wp-total') ?? '';
  return /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
