/** Sentences and hints about answers of the shop. */
import type { AnswerBody, RawAnswer } from './answer';
import { toSentence, type WooProblem } from './errors';
import type { Method } from './http';

/** What is asked, as messages name it: `GET orders/12`. Holds no query and no secret. */
export interface Subject {
  readonly method: Method;
  readonly path: string;
  /** Base address of the shop, without a trailing slash. */
  readonly base: string;
  /** True for a write that may be sent again although it may have been done already. */
  readonly isIdempotent?: boolean;
}

export const PERMALINK_HINT =
  'Check that WOO_URL is the address of the shop (without /wp-json), that WooCommerce is active, and that Settings > Permalinks of WordPress is not "Plain".';
export const IMPOSTOR_HINT =
  "A maintenance page, a firewall, a password on the site or a plugin may answer in WooCommerce's place: open the address in a browser.";
export const FIREWALL_HINT =
  'Exempt /wp-json/wc/ from the firewall, or allow the address of this machine in it; its log says which rule it was.';

/** `GET orders/12`. */
export function label(subject: Subject): string {
  return `${subject.method} ${subject.path}`;
}

/** What a body was, after "WooCommerce". */
export function describeBody(body: AnswerBody): string {
  switch (body.kind) {
    case 'html':
      return `answered HTML instead of JSON${describeTitle(body)}`;
    case 'json':
      return 'gave no reason';
    case 'empty':
      return 'gave an empty answer';
    case 'php-output':
    case 'broken':
      return 'gave an answer that is not complete JSON';
  }
}

/** The title of a page, behind a colon; empty where there is none. */
export function describeTitle(body: AnswerBody): string {
  return body.kind === 'html' && body.title !== '' ? `: "${toSentence(body.title)}"` : '';
}

/** What to do about a refused key. */
export function accessHint(status: number, problem: WooProblem, subject: Subject, clock: string): string {
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
export function describeRedirect(answer: RawAnswer, subject: Subject): [string, string] {
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

/** How far the clocks are apart, in brackets; empty where the shop does not say its time. */
export function clockHint(serverTime: Date | undefined, now: Date): string {
  if (serverTime === undefined) {
    return '';
  }
  const minutes = Math.round((serverTime.getTime() - now.getTime()) / 60_000);
  return ` (the shop is ${Math.abs(minutes)} minutes ${minutes < 0 ? 'behind' : 'ahead'})`;
}
