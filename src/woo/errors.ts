import { decode } from 'html-entities';
import { FatalError, RetryableError, SkippableError } from '../core/errors';
import { hideByForm } from '../lib/scrubber';
import { mayLieInTheCall, type Trouble } from '../lib/trouble';

/** What WooCommerce says when it refuses: `{code, message, data}`. */
export interface WooProblem {
  readonly code: string;
  /** For a person: entities decoded, the refused parameters named. */
  readonly sentence: string;
  /** The existing object a duplicate names (`data.resource_id`). */
  readonly resourceId: number | undefined;
}

/** The shop understood the request and refuses it; nothing was done. */
export class WooRefusal extends SkippableError {
  readonly status: number;
  readonly code: string;
  readonly resourceId: number | undefined;

  constructor(reason: string, message: string, details: { status: number; problem?: WooProblem }) {
    super(reason, message);
    this.status = details.status;
    this.code = details.problem?.code ?? `http-${details.status}`;
    this.resourceId = details.problem?.resourceId;
  }
}

/** No usable answer, all tries included. */
export class WooTrouble extends RetryableError {
  readonly trouble: Trouble;
  readonly status: number | undefined;
  /** What was said, without what was asked: `500: There has been a critical error on this website.` */
  readonly detail: string;

  constructor(
    message: string,
    facts: {
      readonly trouble: Trouble;
      readonly detail: string;
      readonly status?: number | undefined;
      readonly ambiguous?: boolean;
      readonly hint?: string | undefined;
    },
  ) {
    super(message, { ambiguous: facts.ambiguous ?? false, hint: facts.hint });
    this.trouble = facts.trouble;
    this.detail = facts.detail;
    this.status = facts.status;
  }

  /** The same, saying how often it was tried. */
  after(attempts: number): WooTrouble {
    return attempts === 1 ? this : new WooTrouble(`${this.message}; tried ${attempts} times`, this);
  }
}

/** Something in front of the shop refused the request. Ends the run, unless it is about one record's content. */
export class FirewallError extends FatalError {
  readonly detail: string;

  constructor(message: string, facts: { readonly detail: string; readonly hint: string }) {
    super(message, { hint: facts.hint });
    this.detail = facts.detail;
  }
}

/**
 * True for a failure that may be about what was asked for, one record of it or
 * the number, rather than about the shop as a whole: a plugin that crashes on
 * one order, memory that does for fifty of them, a firewall that dislikes a word.
 */
export function mayLieInTheRequest(error: unknown): error is WooTrouble | FirewallError {
  return error instanceof WooTrouble ? mayLieInTheCall(error.trouble) : error instanceof FirewallError;
}

const MAX_SENTENCE_LENGTH = 300;
/** Longer than any code of WooCommerce. */
const MAX_CODE_LENGTH = 100;
/** No more of a text is looked at: searching for tags and addresses takes the square of its length. */
const MAX_READ_LENGTH = 5_000;

/**
 * Reads the error in a body, undefined when it holds none. `data` is not
 * always an object: observed on WooCommerce 11.0, refund errors carry the bare
 * number 500 there.
 */
export function readProblem(body: unknown): WooProblem | undefined {
  if (!isObject(body) || typeof body['code'] !== 'string' || typeof body['message'] !== 'string') {
    return undefined;
  }
  const data = isObject(body['data']) ? body['data'] : {};
  const resourceId = data['resource_id'];
  return {
    code: body['code'].slice(0, MAX_CODE_LENGTH),
    sentence: toSentence([body['message'], ...readParameters(data['params'])].join(' ')),
    resourceId: isRecordId(resourceId) ? resourceId : undefined,
  };
}

/**
 * A text of the shop made fit for our messages: no tags, entities decoded, one
 * line, of bounded length, without the secrets and the e-mail addresses that
 * WooCommerce repeats in some answers.
 */
export function toSentence(text: string): string {
  const plain = hideByForm(decode(text.slice(0, MAX_READ_LENGTH).replace(/<[^>]*>/g, ' ')))
    .replace(/[^\s@<>"'(]+@[^\s@<>"')]+/g, '<e-mail>')
    // A server's text must not drive a terminal.
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();
  return plain.length > MAX_SENTENCE_LENGTH ? `${plain.slice(0, MAX_SENTENCE_LENGTH - 1)}…` : plain;
}

function readParameters(parameters: unknown): string[] {
  if (!isObject(parameters)) {
    return [];
  }
  return Object.entries(parameters).flatMap(([name, text]) =>
    typeof text === 'string' ? [text.includes(name) ? `(${text})` : `(${name}: ${text})`] : [],
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for what WooCommerce uses as id of a stored record. */
export function isRecordId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
