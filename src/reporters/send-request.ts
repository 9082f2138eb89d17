/** One request to somebody who is told of a run, within a bound and without a secret in what goes wrong. */
import type { Secret } from '../lib/secret';
import { printable } from './printable';
import { shorten } from '../lib/shorten';

/** Told in a sentence; names neither address nor secret. */
export class DeliveryError extends Error {
  /** True when the same may work in a moment: nobody answered, or a server has trouble. */
  readonly mayPass: boolean;

  constructor(message: string, options: { readonly mayPass: boolean }) {
    super(message);
    this.name = 'DeliveryError';
    this.mayPass = options.mayPass;
  }
}

export interface ReportRequest {
  readonly url: Secret;
  readonly body: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly timeoutMs: number;
  /** Aborted when nobody waits any longer. */
  readonly signal?: AbortSignal | undefined;
}

/** Of an answer that nobody needs in full. */
const MAX_ANSWER_BYTES = 4_096;
const SHOWN_ANSWER = 100;

/**
 * Posts it. Redirects are not followed: a POST would arrive as a GET, and the
 * secret in the address somewhere else.
 * @throws DeliveryError when it was not accepted, with a status other than 2xx or with a page for people
 */
export async function sendRequest(request: ReportRequest): Promise<void> {
  const { address, authorization } = splitCredentials(request.url);
  const bound = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal === undefined ? bound : AbortSignal.any([bound, request.signal]);
  try {
    const response = await fetch(address, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Content-Type': request.contentType, 'User-Agent': request.userAgent, ...authorization },
      body: request.body,
      signal,
    });
    judge(response, await readStart(response));
  } catch (error) {
    throw signal.aborted && !(error instanceof DeliveryError)
      ? new DeliveryError(`gave no answer within ${request.timeoutMs / 1000} s`, { mayPass: true })
      : translate(error);
  }
}

/** `fetch` refuses an address with a password, and repeats it. */
function splitCredentials(secret: Secret): { address: URL; authorization: Record<string, string> } {
  const address = new URL(secret.reveal());
  const { username, password } = address;
  if (username === '' && password === '') {
    return { address, authorization: {} };
  }
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  address.username = '';
  address.password = '';
  return { address, authorization: { Authorization: `Basic ${Buffer.from(login).toString('base64')}` } };
}

async function readStart({ body }: Response): Promise<string> {
  if (body === null) {
    return '';
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MAX_ANSWER_BYTES) {
      break;
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}

function judge({ status, headers }: Response, answer: string): void {
  const isPage =
    (headers.get('content-type') ?? '').includes('html') || /^\s*<(!doctype|html)\b/i.test(answer);
  if (status >= 300 && status < 400) {
    throw new DeliveryError(`answered with a redirect (HTTP ${status}); set the address that it leads to`, {
      mayPass: false,
    });
  }
  if (status < 200 || status >= 300) {
    const words = isPage ? '' : shorten(printable(answer), SHOWN_ANSWER);
    throw new DeliveryError(`answered HTTP ${status}${words === '' ? '' : `: ${words}`}`, {
      mayPass: status >= 500 || status === 429 || status === 408,
    });
  }
  if (isPage) {
    throw new DeliveryError('answered with a web page; is the address right?', { mayPass: false });
  }
}

function translate(error: unknown): DeliveryError {
  return error instanceof DeliveryError
    ? error
    : new DeliveryError(`cannot be reached (${codeOf(error) ?? 'the connection broke off'})`, {
        mayPass: true,
      });
}

/** `ECONNREFUSED`, `ENOTFOUND`, `SELF_SIGNED_CERT_IN_CHAIN`: the message beside it may hold the address. */
function codeOf(error: unknown): string | undefined {
  for (let cause = error; typeof cause === 'object' && cause !== null;) {
    const { code, cause: next } = cause as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) {
      return code;
    }
    cause = next;
  }
  return undefined;
}
