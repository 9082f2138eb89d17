import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { isAxiosError } from 'axios';
import type { RawAnswer } from './answer';

export type Method = 'GET' | 'POST';

export interface HttpRequest {
  readonly method: Method;
  /** Complete and signed: never to be logged. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Gives up waiting for an answer nobody wants any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Why no complete answer came:
 * `unreachable` no connection was made, so nothing can have been done;
 * `timeout`, `cut` the request may have been carried out;
 * `tls` the certificate or the handshake was refused;
 * `too-large` the answer passes the limit; `stopped` we gave up ourselves.
 */
export type TransportProblem = 'unreachable' | 'timeout' | 'cut' | 'tls' | 'too-large' | 'stopped';

/** No complete answer. `code` is the system's (`ECONNREFUSED`); the request is not kept, it holds secrets. */
export class TransportError extends Error {
  readonly problem: TransportProblem;
  readonly code: string;

  constructor(problem: TransportProblem, code: string) {
    super(`${problem}: ${code}`);
    this.name = 'TransportError';
    this.problem = problem;
    this.code = code;
  }
}

export interface HttpOptions {
  /** For the whole attempt, from the connection to the last byte. */
  readonly timeoutMs: number;
  readonly userAgent: string;
}

/** Far above a page of a hundred orders (0.4 MB); stops an endless answer from filling the memory. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/** A shop on this machine is no business of a proxy that the environment names. */
const LOOPBACK = /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])[:/]/;

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/** Makes the function that sends one attempt: no retry, no redirect, any status is an answer. */
export function createHttp(options: HttpOptions): (request: HttpRequest) => Promise<RawAnswer> {
  const client = axios.create({
    headers: {
      common: {
        Accept: 'application/json',
        'Accept-Encoding': 'gzip',
        'Cache-Control': 'no-cache',
        'User-Agent': options.userAgent,
      },
    },
    maxRedirects: 0,
    validateStatus: () => true,
    responseType: 'arraybuffer',
    maxContentLength: MAX_ANSWER_BYTES,
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  });
  // A kept connection that the shop closes at the same moment would leave a write in doubt.
  const freshConnection = { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent() };

  return async (request) => {
    const deadline = AbortSignal.timeout(options.timeoutMs);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    try {
      const response = await client.request<Buffer>({
        method: request.method,
        url: request.url,
        headers: {
          ...request.headers,
          ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(request.body === undefined ? {} : { data: JSON.stringify(request.body) }),
        ...(request.method === 'GET' ? {} : freshConnection),
        ...(LOOPBACK.test(request.url) && { proxy: false }),
        signal,
      });
      const headers = response.headers;
      return {
        status: response.status,
        header: (name) => {
          const value: unknown = headers[name];
          return typeof value === 'string' ? value : undefined;
        },
        text: response.data.toString('utf8'),
      };
    } catch (error) {
      throw translate(error, deadline, request.signal);
    }
  };
}

function translate(error: unknown, deadline: AbortSignal, stop: AbortSignal | undefined): unknown {
  if (stop?.aborted === true) {
    return new TransportError('stopped', 'stopped');
  }
  if (deadline.aborted) {
    return new TransportError('timeout', 'timeout');
  }
  if (!isAxiosError(error)) {
    return error;
  }
  const code = error.code ?? 'unknown';
  if (error.message.startsWith('maxContentLength')) {
    return new TransportError('too-large', code);
  }
  if (UNREACHABLE.has(code) || failedToConnect(error.cause)) {
    return new TransportError('unreachable', code);
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_|TLS|SSL|EPROTO/.test(code)) {
    return new TransportError('tls', code);
  }
  return new TransportError('cut', code);
}

/** True for a system error of `connect` itself, such as a time-out of the handshake. */
function failedToConnect(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause && cause.syscall === 'connect';
}
