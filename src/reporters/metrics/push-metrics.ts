/** Hands metrics to a Pushgateway. */
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import axios, { isAxiosError, type AxiosRequestConfig } from 'axios';
import { RetryableError } from '../../core/errors';
import type { Secret } from '../../lib/secret';

export interface Pushgateway {
  /** Address of the gateway, with a path if it lies behind one: `https://push.example/gateway`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  /** PEM file of an authority to trust besides none other; the system's own when undefined. */
  readonly caFile?: string | undefined;
  /** For the push as a whole, its second try included. */
  readonly timeoutMs: number;
  /** Labels of everything pushed: what was pushed with the same ones before is replaced. `job` is among them. */
  readonly grouping: Readonly<Record<string, string>> & { readonly job: string };
  readonly userAgent: string;
}

/** The text of a set of metrics and its type, as a registry of prom-client says it. */
export interface MetricsText {
  readonly text: string;
  readonly contentType: string;
}

/** The metrics did not arrive; `message` is one sentence, without secrets. */
export class PushError extends RetryableError {
  /** True where a second try may help. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing: boolean) {
    super(message);
    this.isPassing = isPassing;
  }
}

/** A gateway that restarts is back after a moment. */
const PAUSE_MS = 300;

/** A Pushgateway answers with nothing, or with one sentence. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** A gateway on this machine is no business of a proxy that the environment names. */
const LOOPBACK = /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])([:/]|$)/;

/**
 * Replaces what was pushed with the same grouping (PUT), and tries once more
 * where that may help. Not with the client of prom-client: it bounds no answer
 * in time or size, and takes a redirect for success.
 * @throws PushError when the metrics did not arrive
 */
export async function pushMetrics(gateway: Pushgateway, metrics: MetricsText): Promise<void> {
  // Both tries and the pause between them fit into the time there is.
  const tryMs = Math.max(1, (gateway.timeoutMs - PAUSE_MS) / 2);
  try {
    await pushOnce(gateway, metrics, tryMs);
  } catch (error) {
    if (!(error instanceof PushError && error.isPassing)) {
      throw error;
    }
    await wait(Math.min(PAUSE_MS, gateway.timeoutMs));
    await pushOnce(gateway, metrics, tryMs);
  }
}

async function pushOnce(gateway: Pushgateway, metrics: MetricsText, timeoutMs: number): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const place = `the Pushgateway ${new URL(gateway.url).origin}`;
  const request = requestOf(gateway, metrics);
  try {
    const { status, headers } = await axios.request({ ...request, signal: deadline });
    refuseOther(place, status, String(headers['content-type'] ?? ''));
  } catch (error) {
    if (error instanceof PushError) {
      throw error;
    }
    if (deadline.aborted) {
      throw new PushError(`${place} did not answer in time`, true);
    }
    // The request of an axios error holds the password: only its code travels on.
    const code = isAxiosError(error) ? (error.code ?? 'unknown error') : 'unknown error';
    throw new PushError(`${place} could not be reached (${code})`, true);
  }
}

function requestOf(gateway: Pushgateway, { text, contentType }: MetricsText): AxiosRequestConfig<string> {
  const { url, username, password, caFile, userAgent } = gateway;
  return {
    method: 'PUT',
    url: `${url.replace(/\/+$/, '')}/metrics/${groupingPath(gateway.grouping)}`,
    data: text,
    headers: { 'Content-Type': contentType, 'User-Agent': userAgent },
    ...(password === undefined ? {} : { auth: { username: username ?? '', password: password.reveal() } }),
    ...(caFile === undefined ? {} : { httpsAgent: new Agent({ ca: readAuthority(caFile) }) }),
    ...(LOOPBACK.test(url) && { proxy: false as const }),
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    responseType: 'text',
    transformResponse: [],
    validateStatus: () => true,
  };
}

/** @throws PushError when the file cannot be read */
function readAuthority(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new PushError(`metrics.caFile: ${path} cannot be read (${code})`, false);
  }
}

/**
 * Values that a path cannot hold travel in base64, as the Pushgateway's
 * documentation asks for (`job@base64`); job comes first.
 */
function groupingPath({ job, ...others }: Pushgateway['grouping']): string {
  return Object.entries({ job, ...others })
    .map(([name, value]) =>
      /^[\w.:-]+$/.test(value)
        ? `${name}/${value}`
        : `${name}@base64/${Buffer.from(value).toString('base64url') || '='}`,
    )
    .join('/');
}

/** @throws PushError for any answer but that of a Pushgateway that took the metrics */
function refuseOther(place: string, status: number, type: string): void {
  if (status >= 200 && status < 300 && !type.startsWith('text/html')) {
    return;
  }
  if (status >= 200 && status < 300) {
    throw new PushError(`${place} answered with a page for people: is this its address?`, false);
  }
  if (status === 401 || status === 403) {
    throw new PushError(
      `${place} refused the login (HTTP ${status}): check PUSHGATEWAY_USERNAME and PUSHGATEWAY_PASSWORD`,
      false,
    );
  }
  if (status >= 300 && status < 400) {
    throw new PushError(
      `${place} sent the metrics elsewhere (HTTP ${status}): set PUSHGATEWAY_URL to that place`,
      false,
    );
  }
  throw new PushError(`${place} refused the metrics (HTTP ${status})`, status >= 500 || status === 429);
}
