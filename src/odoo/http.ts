/** HTTP to one Odoo server: pacing, time-outs, and what a status means before anybody reads the body. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { isAxiosError } from 'axios';
import type { AxiosError } from 'axios';
import pLimit from 'p-limit';
import { FatalError, messageOf } from '../core/errors';
import type { PageAnswer } from '../lib/firewall';
import { scrubAnswer } from '../lib/scrub-answer';
import { TransientError } from './errors';
import type { OdooSettings } from './options';
import { placeOf } from './place';
import { refuseStatus } from './refuse-status';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Path below the server's address, with a leading slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** True when the request may change something. */
  readonly writing: boolean;
}

export interface HttpAnswer extends PageAnswer {
  readonly status: number;
  readonly text: string;
}

/** The server's clock as its last answer gave it. */
export interface ServerDate {
  readonly server: Date;
  /** Our own time when it came. */
  readonly receivedAt: Date;
}

export interface OdooHttp {
  /**
   * Sends one request once.
   * @throws TransientError when no usable answer came (time-out, reset, 429, 502, 503, 504)
   * @throws NotOdooError for a redirect, FirewallError for a page that refuses the request
   * @throws TooLargeError for a request the server finds too large
   * @throws FatalError when no connection can ever be made (certificate)
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  readonly requests: number;
  readonly date: ServerDate | undefined;
}

/** Far above what 500 records take; stops an endless answer from filling the memory. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
/** Failures before a request left this machine. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const TLS_PROBLEM = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_TLS|^ERR_SSL|^EPROTO$/;

/** Opens the way to a server; nothing is sent yet. */
export function openHttp(settings: OdooSettings): OdooHttp {
  const { host } = new URL(settings.url);
  const limit = pLimit(settings.concurrency);
  const kept = {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  };
  // A write gets a connection of its own: on a kept one the server may just be closing, a reset could
  // not be told from one that came after the write was done.
  const fresh = { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent() };
  const client = axios.create({
    timeout: settings.timeoutMs,
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    maxBodyLength: Infinity,
    responseType: 'arraybuffer',
    validateStatus: () => true,
    headers: { 'User-Agent': settings.userAgent, 'X-Odoo-Database': settings.database },
  });
  let requests = 0;
  let date: ServerDate | undefined;
  let nextStartMs = 0;

  async function pace(): Promise<void> {
    const nowMs = settings.clock.now().getTime();
    const startMs = Math.max(nowMs, nextStartMs);
    nextStartMs = startMs + settings.minIntervalMs;
    if (startMs > nowMs) {
      await settings.sleep(startMs - nowMs);
    }
  }

  async function sendOnce(request: HttpRequest): Promise<HttpAnswer> {
    await pace();
    if (request.writing) {
      await settings.beforeWrite();
    }
    requests += 1;
    const startMs = settings.clock.now().getTime();
    let status: number | undefined;
    try {
      const response = await client.request<Buffer>({
        method: request.method,
        url: settings.url + request.path,
        headers: { ...request.headers },
        data: request.body,
        signal: AbortSignal.timeout(settings.timeoutMs),
        ...(request.writing ? fresh : kept),
      });
      const { headers } = response;
      status = response.status;
      const answer = {
        status,
        text: scrubAnswer(status, response.data.toString('utf8'), settings.scrub),
        header: (name: string): string | undefined => {
          const value: unknown = headers[name];
          return typeof value === 'string' ? value : undefined;
        },
      };
      const server = new Date(answer.header('date') ?? '');
      if (!Number.isNaN(server.getTime())) {
        date = { server, receivedAt: settings.clock.now() };
      }
      refuseStatus(answer, settings);
      return answer;
    } catch (error) {
      throw isAxiosError(error) ? networkError(error, settings) : error;
    } finally {
      settings.onCall({
        host,
        durationMs: settings.clock.now().getTime() - startMs,
        isError: status === undefined || status >= 400,
      });
    }
  }

  return {
    send: (request) => limit(sendOnce, request),
    get requests() {
      return requests;
    },
    get date() {
      return date;
    },
  };
}

function networkError(error: AxiosError, settings: OdooSettings): Error {
  const place = placeOf(settings.url);
  const code = error.code ?? 'unknown';
  if (TLS_PROBLEM.test(code)) {
    return new FatalError(`no secure connection to Odoo at ${place}: ${messageOf(error)}`, {
      hint: 'Check the certificate, and that ODOO_URL has the right http or https.',
    });
  }
  const notExecuted = NEVER_SENT.has(code) || wasConnecting(error);
  if (code === 'ECONNABORTED' || code === 'ERR_CANCELED' || code === 'ETIMEDOUT') {
    return new TransientError(`Odoo at ${place} did not answer within ${settings.timeoutMs / 1000} s`, {
      trouble: notExecuted ? 'unreachable' : 'timeout',
      notExecuted,
    });
  }
  if (error.message.startsWith('maxContentLength')) {
    return new TransientError(`the answer of Odoo at ${place} is too large`, {
      trouble: 'too-large',
      notExecuted,
    });
  }
  return notExecuted
    ? new TransientError(`no connection to Odoo at ${place} (${code})`, {
        trouble: 'unreachable',
        notExecuted,
        hint: 'Check ODOO_URL and that the server runs.',
      })
    : new TransientError(`the connection to Odoo at ${place} broke before the answer came (${code})`, {
        trouble: 'cut',
        notExecuted,
      });
}

/** True when the connection was not yet made, so that nothing can have been sent. */
function wasConnecting(error: AxiosError): boolean {
  const request = error.request as { socket?: { connecting?: boolean } | null } | undefined;
  return request?.socket?.connecting === true;
}
