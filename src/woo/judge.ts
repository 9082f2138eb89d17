import { FatalError, RetryableError, type WcodooError } from '../core/errors';
import { readAnswerBody, type AnswerBody, type RawAnswer } from './answer';
import { readProblem, toSentence, WooRefusal, type WooProblem } from './errors';
import type { Method, TransportError, TransportProblem } from './http';
import { parseRetryAfter } from './retry';

/** What is asked, as messages name it: `GET orders/12`. Holds no query and no secret. */
export interface Subject {
  readonly method: Method;
  readonly path: string;
  /** Base address of the shop, without a trailing slash. */
  readonly base: string;
}

/** What one attempt came to. */
export type Verdict =
  | { readonly ok: true; readonly value: unknown; readonly serverTime: Date }
  | {
      readonly ok: false;
      readonly error: WcodooError;
      /** Worth another attempt, and safe: a read, or a write that certainly did nothing. */
      readonly again: boolean;
      readonly retryAfterMs: number | undefined;
    };

const PERMALINK_HINT =
  'Check that WOO_URL is the address of the shop (without /wp-json), that WooCommerce is active, and that Settings > Permalinks of WordPress is not "Plain".';
const IMPOSTOR_HINT =
  "A maintenance page, a firewall, a password on the site or a plugin may answer in WooCommerce's place: open the address in a browser.";

/** Judges a complete answer. `now` serves where the shop's own clock is missing. */
export function judgeAnswer(answer: RawAnswer, subject: Subject, now: Date): Verdict {
  const serverTime = readServerTime(answer);
  const body = readAnswerBody(answer.text);
  if (answer.status >= 200 && answer.status < 300) {
    return judgeSuccess(body, serverTime, subject);
  }
  if (answer.status >= 300 && answer.status < 400) {
    return fatal(...describeRedirect(answer, subject));
  }
  const problem = body.kind === 'json' ? readProblem(body.value) : undefined;
  if (isTemporary(answer.status, problem, subject.method)) {
    const undone = isCertainlyUndone(answer, problem);
    const said = problem === undefined ? describeBody(body) : problem.sentence;
    return temporary(`WooCommerce is not available (${label(subject)}, ${answer.status}): ${said}`, subject, {
      undone,
      retryAfterMs: [429, 503].includes(answer.status)
        ? parseRetryAfter(answer.header('retry-after'), serverTime ?? now)
        : undefined,
      hint: body.kind === 'html' ? IMPOSTOR_HINT : undefined,
    });
  }
  return judgeRefusal(answer.status, body, problem, subject, clockHint(serverTime, now));
}

/** Judges an attempt that got no complete answer. */
export function judgeTransport(failure: TransportError, subject: Subject): Verdict {
  const what = label(subject);
  const host = new URL(subject.base).host;
  const sentences: Record<TransportProblem, string> = {
    unreachable: `${host} cannot be reached (${what}, ${failure.code})`,
    timeout: `WooCommerce did not answer in time (${what})`,
    cut: `The connection to WooCommerce was cut (${what}, ${failure.code})`,
    tls: `No secure connection to ${host} (${what}, ${failure.code})`,
    'too-large': `The answer of WooCommerce is too large (${what})`,
    stopped: `${what} was given up`,
  };
  const sentence = sentences[failure.problem];
  switch (failure.problem) {
    case 'tls':
      return fatal(
        sentence,
        'Check the certificate of the shop; for a private authority set NODE_EXTRA_CA_CERTS to its certificate.',
      );
    case 'too-large':
      return fatal(sentence, 'Read smaller pages.');
    case 'stopped':
      return { ...temporary(sentence, subject, { undone: false }), again: false };
    case 'unreachable':
    case 'timeout':
    case 'cut':
      return temporary(sentence, subject, { undone: failure.problem === 'unreachable' });
  }
}

function judgeSuccess(body: AnswerBody, serverTime: Date | undefined, subject: Subject): Verdict {
  if (body.kind === 'php-output') {
    return fatal(
      `The shop prints PHP warnings into its answers (${label(subject)})`,
      'Set WP_DEBUG_DISPLAY to false in wp-config.php of the shop (and display_errors off in PHP).',
    );
  }
  if (body.kind !== 'json') {
    return temporary(`WooCommerce ${describeBody(body)} (${label(subject)})`, subject, {
      undone: false,
      hint: body.kind === 'html' ? IMPOSTOR_HINT : undefined,
    });
  }
  if (serverTime === undefined) {
    return fatal(
      `The answers of the shop carry no Date header (${label(subject)})`,
      "Make the proxy in front of the shop pass that header on: reading changes depends on the shop's own clock.",
    );
  }
  return { ok: true, value: body.value, serverTime };
}

function judgeRefusal(
  status: number,
  body: AnswerBody,
  problem: WooProblem | undefined,
  subject: Subject,
  clock: string,
): Verdict {
  const said = problem?.sentence ?? `WooCommerce ${describeBody(body)}`;
  const sentence = `${said} (${label(subject)}, ${[status, problem?.code].filter(Boolean).join(' ')})`;
  if (status === 401 || status === 403) {
    return fatal(
      sentence,
      problem === undefined ? IMPOSTOR_HINT : accessHint(status, problem, subject, clock),
    );
  }
  if (status === 404 && (problem === undefined || problem.code === 'rest_no_route')) {
    return fatal(sentence, PERMALINK_HINT);
  }
  const details = problem === undefined ? { status } : { status, problem };
  const refusal = new WooRefusal(status === 404 ? 'not-found' : 'woo-refused', sentence, details);
  return { ok: false, error: refusal, again: false, retryAfterMs: undefined };
}

/**
 * 5xx, 429 and the like pass by themselves. Not so an error of WooCommerce's
 * own that carries 500: observed on 11.0, a refund that is refused says
 * `woocommerce_rest_cannot_create_order_refund` with status 500. A nonce used
 * before means that a proxy sent our request twice: the other one may count.
 */
function isTemporary(status: number, problem: WooProblem | undefined, method: Method): boolean {
  if (status === 401) {
    return problem?.sentence.includes('nonce has already been used') ?? false;
  }
  if (status >= 500 && status !== 501) {
    return !(method === 'POST' && problem?.code.startsWith('woocommerce_') === true);
  }
  return [408, 425, 429].includes(status);
}

/** A rate limit, or WordPress's own maintenance mode, which answers before any code of a plugin runs. */
function isCertainlyUndone(answer: RawAnswer, problem: WooProblem | undefined): boolean {
  if (answer.status === 429) {
    return true;
  }
  return answer.status === 503 && problem?.code === 'wp_die' && answer.header('retry-after') !== undefined;
}

function accessHint(status: number, problem: WooProblem, subject: Subject, clock: string): string {
  if (problem.sentence.includes('write permissions')) {
    return 'The key is read-only: give it Read/Write in WooCommerce > Settings > Advanced > REST API.';
  }
  if (problem.sentence.includes('Invalid timestamp')) {
    return `Set the clock of this machine or of the shop${clock}: signatures are valid for 15 minutes.`;
  }
  if (problem.sentence.includes('signature does not match')) {
    return "WOO_URL must be exactly the shop's own address (scheme, www, port), and the consumer secret that of the key.";
  }
  if (status === 403) {
    return 'The user of the key needs the role Shop manager or Administrator.';
  }
  const check =
    'Check the consumer key and secret (WooCommerce > Settings > Advanced > REST API) and the permalinks.';
  return subject.base.startsWith('http:')
    ? `${check} Over plain http keys are accepted only as a signature; where a proxy ends https in front of the shop, set WOO_URL to the https address.`
    : `${check} A proxy that drops the Authorization header gives the same answer.`;
}

/** Message and hint for a redirect; the signed query in it is not repeated. */
function describeRedirect(answer: RawAnswer, subject: Subject): [string, string] {
  const target = URL.canParse(answer.header('location') ?? '', `${subject.base}/`)
    ? new URL(answer.header('location') ?? '', `${subject.base}/`)
    : undefined;
  if (target === undefined) {
    return [`The shop answers with a redirect (${label(subject)}, ${answer.status})`, IMPOSTOR_HINT];
  }
  const marker = target.pathname.indexOf('/wp-json/');
  const address = target.origin + (marker < 0 ? target.pathname : target.pathname.slice(0, marker));
  const sentence = `${subject.base} redirects to ${address} (${label(subject)}, ${answer.status})`;
  return marker < 0
    ? [sentence, IMPOSTOR_HINT]
    : [sentence, `Set WOO_URL to ${address} if that is your shop: keys are never sent along a redirect.`];
}

function describeBody(body: AnswerBody): string {
  switch (body.kind) {
    case 'html':
      return `answered HTML instead of JSON${body.title === '' ? '' : `: "${toSentence(body.title)}"`}`;
    case 'json':
      return 'gave no reason';
    case 'empty':
      return 'gave an empty answer';
    case 'php-output':
    case 'broken':
      return 'gave an answer that is not complete JSON';
  }
}

function readServerTime(answer: RawAnswer): Date | undefined {
  const date = new Date(answer.header('date') ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function clockHint(serverTime: Date | undefined, now: Date): string {
  if (serverTime === undefined) {
    return '';
  }
  const minutes = Math.round((serverTime.getTime() - now.getTime()) / 60_000);
  return ` (the shop is ${Math.abs(minutes)} minutes ${minutes < 0 ? 'behind' : 'ahead'})`;
}

function label(subject: Subject): string {
  return `${subject.method} ${subject.path}`;
}

function fatal(sentence: string, hint: string): Verdict {
  return { ok: false, error: new FatalError(sentence, { hint }), again: false, retryAfterMs: undefined };
}

function temporary(
  sentence: string,
  subject: Subject,
  details: { undone: boolean; retryAfterMs?: number | undefined; hint?: string | undefined },
): Extract<Verdict, { ok: false }> {
  const harmless = subject.method === 'GET' || details.undone;
  return {
    ok: false,
    error: new RetryableError(sentence, { ambiguous: !harmless, hint: details.hint }),
    again: harmless,
    retryAfterMs: details.retryAfterMs,
  };
}
