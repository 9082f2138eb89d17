/** Translates what Odoo and the network say into the error families of the core. */
import { FatalError, RetryableError, SkippableError } from '../core/errors';
import type { Trouble } from '../lib/trouble';

/** An error as Odoo raised it, whatever protocol carried it. */
export interface OdooFault {
  /** Python class, for example `odoo.exceptions.UserError`. */
  readonly name: string;
  /** Its message, without traceback. */
  readonly message: string;
}

/** One attempt failed in a way that may pass. Lives inside the adapter only: see `retry.ts`. */
export class TransientError extends RetryableError {
  readonly trouble: Trouble;
  /** True when the server certainly did nothing (refused connection, rate limit, rolled back): safe to send again. */
  readonly notExecuted: boolean;
  /** How long the server asked to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: {
      trouble: Trouble;
      notExecuted: boolean;
      retryAfterMs?: number | undefined;
      hint?: string;
      cause?: unknown;
    },
  ) {
    super(message, options);
    this.trouble = options.trouble;
    this.notExecuted = options.notExecuted;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** An answer came, but it cannot be read: HTML, or cut off. */
export class UnreadableError extends TransientError {}

/** No usable answer, all tries included. */
export class OdooTrouble extends RetryableError {
  readonly trouble: Trouble;

  constructor(message: string, options: { ambiguous: boolean; cause: TransientError }) {
    super(message, { ...options, hint: options.cause.hint });
    this.trouble = options.cause.trouble;
  }
}

/** The server, or what stands in front of it, does not take a request of this size; nothing was done. */
export class TooLargeError extends SkippableError {
  constructor() {
    super('odoo-refused', 'the request is larger than the server allows (HTTP 413)');
  }
}

/** Odoo refused the call; the message is Odoo's own sentence. */
export class OdooRefusal extends SkippableError {
  /** Python class of the error. */
  readonly faultName: string;

  constructor(message: string, faultName: string) {
    super('odoo-refused', message);
    this.faultName = faultName;
  }
}

/** The user lacks a right on a model. */
export class OdooAccessError extends FatalError {
  /** Odoo's own sentence. */
  readonly sentence: string;

  constructor(sentence: string, target: string) {
    super(`Odoo does not allow this user to call ${target}: ${sentence}`, {
      hint: 'Give the user the missing right in Odoo (Settings > Users), then run `wcodoo doctor`.',
    });
    this.sentence = sentence;
  }
}

/** Something answered, but it does not speak Odoo's protocol there. */
export class NotOdooError extends FatalError {}

/** Something in front of Odoo refused the request. Ends the run, unless it is about one record's content. */
export class FirewallError extends NotOdooError {}

/** Errors whose transaction was rolled back by another one's: the call is safe to send again. */
const CONFLICT =
  /SerializationFailure|DeadlockDetected|LockNotAvailable|could not serialize access|deadlock detected|could not obtain lock/;

/** True for the text of a conflict between two transactions; also inside the messages of `load`. */
export function isConflict(text: string): boolean {
  return CONFLICT.test(text);
}

/** Chooses the family of an error by its Python class; `target` is `model.method`. */
export function faultToError(fault: OdooFault, target: string): Error {
  const sentence = sentenceOf(fault);
  if (isConflict(fault.name) || isConflict(fault.message)) {
    return new TransientError(`Odoo gave up after a conflict with another transaction: ${sentence}`, {
      trouble: 'conflict',
      notExecuted: true,
    });
  }
  switch (fault.name) {
    case 'odoo.exceptions.AccessDenied':
    case 'werkzeug.exceptions.Unauthorized':
      return new FatalError(`Odoo does not accept the login: ${sentence}`, {
        hint: 'Check ODOO_USERNAME and ODOO_API_KEY (or ODOO_PASSWORD); an API key may have expired.',
      });
    case 'odoo.exceptions.AccessError':
      return new OdooAccessError(sentence, target);
    case 'psycopg2.pool.PoolError':
      return new TransientError(`Odoo has no free database connection: ${sentence}`, {
        trouble: 'busy',
        notExecuted: true,
      });
    case 'psycopg2.OperationalError':
    case 'psycopg2.InterfaceError':
      return databaseError(sentence);
    default:
      return new OdooRefusal(sentence, fault.name);
  }
}

function databaseError(sentence: string): Error {
  if (/database .* does not exist/.test(sentence)) {
    return new FatalError(`Odoo has no such database: ${sentence}`, { hint: 'Check ODOO_DB.' });
  }
  return new TransientError(`Odoo lost its database: ${sentence}`, {
    trouble: 'unreachable',
    notExecuted: false,
  });
}

/** Longer than any class is called. */
const MAX_CLASS_LENGTH = 100;

/**
 * Odoo's sentence without technical rests. The class is named only where the
 * message alone says little (`KeyError: 'nope'`), and the line in which
 * PostgreSQL repeats the whole row is dropped: it holds personal data.
 */
function sentenceOf(fault: OdooFault): string {
  const message = tidySentence(fault.message);
  if (message !== '' && (/\s/.test(message) || fault.name.startsWith('odoo.'))) {
    return message;
  }
  const className = fault.name.slice(fault.name.lastIndexOf('.') + 1).slice(0, MAX_CLASS_LENGTH);
  return message === '' ? className : `${className}: ${message}`;
}

/**
 * Trims a message of Odoo; also those of `load`, which 14 puts in quotes or
 * begins with `Unknown error during import: <class '…'>: `.
 */
export function tidySentence(message: string): string {
  const trimmed = message
    .replace(/^[^<\n]*<class '[\w.]+'>: /, '')
    .replace(/^DETAIL: +Failing row contains .*$/gm, '')
    .trim();
  const [, quoted] = /^'([^']*)'$/s.exec(trimmed) ?? [];
  return (quoted !== undefined && /\s/.test(quoted) ? quoted : trimmed).slice(0, 2000);
}

/**
 * The exception at the end of a Python traceback: the lines after its last
 * frame, `ValueError: Wrong value for res.partner.type: 'bogus'`.
 */
export function faultOfTraceback(traceback: string): OdooFault {
  const lines = traceback.trimEnd().split('\n');
  const lastFrame = lines.findLastIndex((line) => line.startsWith('  File "'));
  const start = lines.findIndex((line, index) => index > lastFrame && /^[A-Za-z_]/.test(line));
  const ending = start === -1 ? (lines.at(-1) ?? '') : lines.slice(start).join('\n');
  const [, name, message] = /^([A-Za-z_][\w.]*)(?:: ?(.*))?$/s.exec(ending) ?? [];
  if (name === undefined) {
    return { name: 'builtins.Exception', message: ending };
  }
  return { name: name.includes('.') ? name : `builtins.${name}`, message: message ?? '' };
}

/** Odoo's sentence when an error is a refusal of the call (rights included); undefined for any other error. */
export function refusalText(error: unknown): string | undefined {
  if (error instanceof OdooAccessError) {
    return error.sentence;
  }
  return error instanceof SkippableError ? error.message : undefined;
}
