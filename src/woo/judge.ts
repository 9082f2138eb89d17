import { FatalError, RetryableError, type WcodooError } from '../core/errors';
import { isRefusalByFirewall, nameFirewall } from '../lib/firewall';
import type { Trouble } from '../lib/trouble';
import { readAnswerBody, type AnswerBody, type RawAnswer } from './answer';
import { FirewallError, readProblem, WooRefusal, WooTrouble, type WooProblem } from './errors';
import {
  accessHint,
  clockHint,
  describeBody,
  describeRedirect,
  describeTitle,
  FIREWALL_HINT,
  IMPOSTOR_HINT,
  label,
  PERMALINK_HINT,
  type Subject,
} from './explain';
import type { Method, TransportError, TransportProblem } from './http';
import { parseRetryAfter } from './retry';

/** What one attempt came to. */
export type Verdict =
  | { readonly ok: true; readonly value: unknown; readonly serverTime: Date }
  | {
      readonly ok: false;
      readonly error: WcodooError;
      /** Worth another attempt, and safe: a read, or a write that certainly did nothing or may be done twice. */
      readonly again: boolean;
      readonly retryAfterMs: number | undefined;
    };

type Failure = Extract<Verdict, { ok: false }>;

/** Judges a complete answer. `now` serves where the shop's own clock is missing. */
export function judgeAnswer(answer: RawAnswer, subject: Subject, now: Date): Verdict {
  const serverTime = readServerTime(answer);
  const body = readAnswerBody(answer.text);
  if (answer.status >= 200 && answer.status < 300) {
    return judgeSuccess(answer, body, serverTime, subject);
  }
  if (answer.status >= 300 && answer.status < 400) {
    return fatal(...describeRedirect(answer, subject));
  }
  const problem = body.kind === 'json' ? readProblem(body.value) : undefined;
  if (isTemporary(answer.status, problem, subject.method)) {
    const said = problem?.sentence ?? sayBody(answer, body);
    return temporary(`WooCommerce is not available (${label(subject)}, ${answer.status}): ${said}`, subject, {
      trouble: troubleOf(answer),
      detail: `${answer.status}: ${said}`,
      status: answer.status,
      undone: isCertainlyUndone(answer, problem),
      retryAfterMs: [429, 503].includes(answer.status)
        ? parseRetryAfter(answer.header('retry-after'), serverTime ?? now)
        : undefined,
      hint: body.kind === 'html' ? IMPOSTOR_HINT : undefined,
    });
  }
  if (problem === undefined && isRefusalByFirewall(answer.status)) {
    return refusedByFirewall(answer, body, subject);
  }
  return judgeRefusal(answer.status, body, problem, subject, clockHint(serverTime, now));
}

/** Judges an attempt that got no complete answer. */
export function judgeTransport(failure: TransportError, subject: Subject): Verdict {
  const what = label(subject);
  const host = new URL(subject.base).host;
  const sentences: Record<TransportProblem, [sentence: string, detail: string]> = {
    unreachable: [`${host} cannot be reached (${what}, ${failure.code})`, 'the shop cannot be reached'],
    timeout: [`WooCommerce did not answer in time (${what})`, 'no answer in time'],
    cut: [
      `The connection to WooCommerce was cut (${what}, ${failure.code})`,
      'the connection was cut before the answer was complete',
    ],
    tls: [`No secure connection to ${host} (${what}, ${failure.code})`, ''],
    'too-large': [`The answer of WooCommerce is too large (${what})`, 'the answer is too large'],
    stopped: [`${what} was given up`, 'given up'],
  };
  const [sentence, detail] = sentences[failure.problem];
  switch (failure.problem) {
    case 'tls':
      return fatal(
        sentence,
        'Check the certificate of the shop; for a private authority set NODE_EXTRA_CA_CERTS to its certificate.',
      );
    case 'stopped':
      // Says nothing of the shop: nobody wanted the answer any more.
      return {
        ok: false,
        error: new RetryableError(sentence, { ambiguous: subject.method !== 'GET' }),
        again: false,
        retryAfterMs: undefined,
      };
    case 'too-large':
    case 'unreachable':
    case 'timeout':
    case 'cut':
      return temporary(sentence, subject, {
        trouble: failure.problem,
        detail,
        undone: failure.problem === 'unreachable',
      });
  }
}

function judgeSuccess(
  answer: RawAnswer,
  body: AnswerBody,
  serverTime: Date | undefined,
  subject: Subject,
): Verdict {
  if (body.kind === 'php-output') {
    return fatal(
      `The shop prints PHP warnings into its answers (${label(subject)})`,
      'Set WP_DEBUG_DISPLAY to false in wp-config.php of the shop (and display_errors off in PHP).',
    );
  }
  if (body.kind !== 'json') {
    const said = sayBody(answer, body);
    return temporary(`WooCommerce ${said} (${label(subject)})`, subject, {
      trouble: 'unreadable',
      detail: said,
      status: answer.status,
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

/** What an answer that is not WooCommerce's own was, after "WooCommerce". */
function sayBody(answer: RawAnswer, body: AnswerBody): string {
  const firewall = body.kind === 'json' ? undefined : nameFirewall(answer);
  return firewall === undefined
    ? describeBody(body)
    : `did not answer, a firewall did (${firewall})${describeTitle(body)}`;
}

/** Something in front of WordPress dislikes the request: for its sender, or for what one record says. */
function refusedByFirewall(answer: RawAnswer, body: AnswerBody, subject: Subject): Failure {
  const who = nameFirewall(answer) ?? 'or the web server itself';
  const said = `a firewall (${who}) answered in the shop's place${describeTitle(body)}`;
  const error = new FirewallError(`${said} (${label(subject)}, ${answer.status})`, {
    detail: `${answer.status}: ${said}`,
    hint: FIREWALL_HINT,
  });
  return { ok: false, error, again: false, retryAfterMs: undefined };
}

/** A 503 that says when to come back is maintenance or a limit; any other may be about the request. */
function troubleOf(answer: RawAnswer): Trouble {
  const asksToWait =
    answer.status < 500 || (answer.status === 503 && answer.header('retry-after') !== undefined);
  return asksToWait ? 'busy' : 'failing';
}

function readServerTime(answer: RawAnswer): Date | undefined {
  const date = new Date(answer.header('date') ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function fatal(sentence: string, hint: string): Failure {
  return { ok: false, error: new FatalError(sentence, { hint }), again: false, retryAfterMs: undefined };
}

function temporary(
  sentence: string,
  subject: Subject,
  facts: {
    readonly trouble: Trouble;
    readonly detail: string;
    readonly status?: number;
    readonly undone: boolean;
    readonly retryAfterMs?: number | undefined;
    readonly hint?: string | undefined;
  },
): Failure {
  const { trouble, detail, status, hint, undone, retryAfterMs } = facts;
  const harmless = subject.method === 'GET' || subject.isIdempotent === true || undone;
  return {
    ok: false,
    error: new WooTrouble(sentence, { trouble, detail, status, hint, ambiguous: !harmless }),
    again: harmless && trouble !== 'too-large',
    retryAfterMs,
  };
}
