import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { ConfigError, RetryableError } from '../core/errors';
import type { WooApi, WooQuery, WooResponse, WooShop } from '../core/ports';
import { scrubRaw, type RawAnswer } from './answer';
import { writeBatch } from './batch';
import { createHttp, TransportError, type Method } from './http';
import { judgeAnswer, judgeTransport, type Verdict } from './judge';
import { encodeQuery, flattenQuery } from './query';
import { retryDelayMs } from './retry';
import { readRows } from './rows';
import { readShop, SHOP_FIELDS } from './shop';
import { basicAuthorization, createKeyScrubber, createSigner, type ApiKeys } from './sign';
import { sweepById, type SweepSource } from './sweep';

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
  /** For tests: waits between attempts, rejecting when the signal is aborted. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly now?: () => Date;
  readonly random?: () => number;
}

/** One request below `/wp-json/`. */
interface Call {
  readonly method: Method;
  readonly path: string;
  readonly query: WooQuery;
  readonly body?: unknown;
  readonly isSigned: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Answered {
  readonly body: unknown;
  readonly total: number | undefined;
  readonly serverTime: Date;
  readonly sentAt: Date;
  readonly receivedAt: Date;
}

const NAMESPACE = 'wc/v3/';
const DEFAULT_PAGE_SIZE = 100;

/**
 * A client of one shop's REST API v3.
 *
 * Authentication follows the address: Basic over https, an OAuth 1.0a
 * signature over http (observed on WooCommerce 11.0: each is refused on the
 * other's ground). A read is tried again after anything temporary; a write
 * only when it certainly did nothing.
 * @throws ConfigError when the address is no http or https address
 */
export function createWoo(options: WooOptions): WooApi {
  const base = readBase(options.url);
  const { now = () => new Date(), random = Math.random, retries = 4 } = options;
  const sleep = options.sleep ?? ((ms: number, signal?: AbortSignal) => wait(ms, undefined, { signal }));
  const timing = { baseMs: 1000, maxBackoffMs: 30_000, maxRetryAfterMs: options.maxRetryAfterMs ?? 60_000 };
  const limit = pLimit(options.concurrency ?? 2);
  const authorize = createAuthorizer(options, base, now);
  const { text: scrub } = createKeyScrubber(options);
  const send = createHttp({
    timeoutMs: options.timeoutMs ?? 60_000,
    userAgent: options.userAgent ?? 'wcodoo',
  });
  let requests = 0;
  let shop: Promise<WooShop> | undefined;

  async function attempt(
    call: Call,
  ): Promise<{ verdict: Verdict; answered: Omit<Answered, 'body' | 'serverTime'> }> {
    const subject = { method: call.method, path: call.path.replace(NAMESPACE, '') || 'wp-json/', base };
    const sentAt = now();
    requests += 1;
    let answer: RawAnswer | undefined;
    let verdict: Verdict;
    try {
      const request = { method: call.method, body: call.body, signal: call.signal };
      answer = scrubRaw(await send({ ...authorize(call), ...request }), scrub);
      verdict = judgeAnswer(answer, subject, now());
    } catch (error) {
      if (!(error instanceof TransportError)) {
        throw error;
      }
      verdict = judgeTransport(error, subject);
    }
    return { verdict, answered: { total: readTotal(answer), sentAt, receivedAt: now() } };
  }

  async function request(call: Call): Promise<Answered> {
    for (let attempts = 1; ; attempts += 1) {
      const { verdict, answered } = await limit(() => attempt(call));
      if (verdict.ok) {
        return { ...answered, body: verdict.value, serverTime: verdict.serverTime };
      }
      if (!verdict.again || attempts > retries) {
        throw attempts > 1 && verdict.error instanceof RetryableError
          ? withAttempts(verdict.error, attempts)
          : verdict.error;
      }
      await sleep(retryDelayMs(attempts, verdict.retryAfterMs, random(), timing), call.signal);
    }
  }

  function read(path: string, query: WooQuery, signal?: AbortSignal): Promise<Answered> {
    return request({ method: 'GET', path: NAMESPACE + requirePath(path), query, isSigned: true, signal });
  }

  function createSource(path: string, query: WooQuery, signal: AbortSignal): SweepSource {
    return {
      name: path,
      async fetchPage(offset, perPage) {
        const paging = { orderby: 'id', order: 'asc', offset, per_page: perPage, page: undefined };
        const { body, total, serverTime } = await read(path, { ...query, ...paging }, signal);
        return { rows: readRows(body, path), total, serverTime };
      },
      async fetchHighestId() {
        const paging = {
          orderby: 'id',
          order: 'desc',
          per_page: 1,
          offset: undefined,
          page: undefined,
          _fields: 'id',
        };
        const { body } = await read(path, { ...query, ...paging }, signal);
        return readRows(body, path)[0]?.id;
      },
    };
  }

  return {
    get requests() {
      return requests;
    },

    async get(path, query = {}): Promise<WooResponse> {
      const { body, total, serverTime } = await read(path, query);
      return { body, total, serverTime };
    },

    async *sweep(path, query = {}, sweepOptions = {}) {
      const stop = new AbortController();
      const perPage = Math.min(100, Math.max(2, sweepOptions.pageSize ?? DEFAULT_PAGE_SIZE));
      try {
        yield* sweepById(createSource(path, query, stop.signal), perPage, sweepOptions.from);
      } finally {
        stop.abort();
      }
    },

    batch(path, batch) {
      const address = {
        method: 'POST',
        path: `${NAMESPACE}${requirePath(path)}/batch`,
        query: {},
        isSigned: true,
      } as const;
      return writeBatch(async (body) => (await request({ ...address, body })).body, batch);
    },

    shop() {
      shop ??= request({ method: 'GET', path: '', query: { _fields: SHOP_FIELDS }, isSigned: false })
        .then(readShop)
        .catch((error: unknown) => {
          shop = undefined;
          throw error;
        });
      return shop;
    },
  };
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
    const plain = flattenQuery(call.query);
    const parameters = call.isSigned && !isSecure ? sign(call.method, url, plain) : plain;
    const query = encodeQuery(parameters);
    return {
      url: query === '' ? url : `${url}?${query}`,
      headers: call.isSigned && isSecure ? { Authorization: basicAuthorization(options) } : {},
    };
  };
}

function readBase(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isUsable =
    url !== undefined &&
    ['http:', 'https:'].includes(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '');
  if (!isUsable) {
    throw new ConfigError([
      'WOO_URL must be an http or https address such as https://shop.example, nothing more',
    ]);
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** A path is signed as it stands: a query in it would not be. */
function requirePath(path: string): string {
  if (!/^[\w./-]+$/.test(path) || path.startsWith('/')) {
    throw new RangeError(`not a path of the REST API: ${JSON.stringify(path)}`);
  }
  return path;
}

function readTotal(answer: RawAnswer | undefined): number | undefined {
  const header = answer?.header('x-wp-total') ?? '';
  return /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

function withAttempts(error: RetryableError, attempts: number): RetryableError {
  return new RetryableError(`${error.message}; tried ${attempts} times`, {
    ambiguous: error.ambiguous,
    hint: error.hint,
  });
}
