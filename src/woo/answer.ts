import { decode } from 'html-entities';
import { scrubAnswer } from '../lib/scrub-answer';

/** One answer of the shop, its body not yet looked at. */
export interface RawAnswer {
  readonly status: number;
  /** Header by lower-case name. */
  header(name: string): string | undefined;
  readonly text: string;
}

/** The answer without secrets; data stays as it is. */
export function scrubRaw(answer: RawAnswer, scrub: (text: string) => string): RawAnswer {
  return {
    status: answer.status,
    text: scrubAnswer(answer.status, answer.text, scrub),
    header: (name) => {
      const value = answer.header(name);
      return value === undefined ? undefined : scrub(value);
    },
  };
}

/** What the body of an answer turned out to be. */
export type AnswerBody =
  | { readonly kind: 'json'; readonly value: unknown }
  /** A web page: a maintenance page, a firewall, a wrong address. */
  | { readonly kind: 'html'; readonly title: string }
  /** PHP printed warnings into the answer, before or after the JSON. */
  | { readonly kind: 'php-output' }
  | { readonly kind: 'empty' }
  /** JSON that stops before its end, or anything else. */
  | { readonly kind: 'broken' };

const PHP_DIAGNOSTIC = /(?:Warning|Notice|Deprecated|Strict Standards)(?:<\/b>)?:\s/;
const PHP_FATAL = /(?:<b>)?(?:Fatal error|Parse error)(?:<\/b>)?:\s/;
/** Beginnings of JSON looked at behind printed text; more would only cost time. */
const MAX_STARTS = 200;
/** Characters parsed in all while looking for such a beginning. */
const MAX_PARSED = 64 * 1024 * 1024;
/** Characters of a page in which its title is looked for. */
const MAX_HEAD = 20_000;
const MAX_TITLE_WORDS = 8;
const MAX_TITLE_LENGTH = 80;

/**
 * Reads a body. Observed on WooCommerce 11.0: a shop that displays PHP
 * warnings answers 200 with `<br />\n<b>Warning</b>…` in front of the JSON, so
 * a body that does not parse must never be taken for "nothing found".
 */
export function readAnswerBody(text: string): AnswerBody {
  const trimmed = text.replace(/^[\s\uFEFF]+/, '').trimEnd();
  if (trimmed === '') {
    return { kind: 'empty' };
  }
  const value = parseJson(trimmed);
  if (value !== undefined) {
    return { kind: 'json', value };
  }
  if (isPhpOutput(trimmed)) {
    return { kind: 'php-output' };
  }
  return trimmed.startsWith('<') ? { kind: 'html', title: readTitle(trimmed) } : { kind: 'broken' };
}

/** JSON.parse, with undefined (which JSON cannot hold) for text that is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isPhpOutput(text: string): boolean {
  if (/^[[{]/.test(text)) {
    // Starts as JSON: PHP printed behind it, or it was cut. The tail of cut JSON may parse by itself.
    const printedAt = text.search(/(?:<br \/>\s*<b>|\n)(?:PHP )?(?:Warning|Notice|Deprecated)/);
    return printedAt > 0 && parseJson(text.slice(0, printedAt)) !== undefined;
  }
  return (hasDiagnostic(text) && !PHP_FATAL.test(text)) || endsWithJson(text);
}

/** `Warning: … on line 12`, the parts looked for one after the other: one expression for both takes the square of the length. */
function hasDiagnostic(text: string): boolean {
  const start = text.search(PHP_DIAGNOSTIC);
  return start >= 0 && text.includes(' on line', start);
}

function endsWithJson(text: string): boolean {
  if (!/[\]}]$/.test(text)) {
    return false;
  }
  let start = text.search(/[[{]/);
  let left = MAX_PARSED;
  for (let tried = 0; start >= 0 && tried < MAX_STARTS && left > 0; tried += 1) {
    left -= text.length - start;
    if (parseJson(text.slice(start)) !== undefined) {
      return true;
    }
    const next = text.slice(start + 1).search(/[[{]/);
    start = next < 0 ? -1 : start + 1 + next;
  }
  return false;
}

function readTitle(html: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(html.slice(0, MAX_HEAD))?.[1] ?? '';
  return decode(title).trim().split(/\s+/).slice(0, MAX_TITLE_WORDS).join(' ').slice(0, MAX_TITLE_LENGTH);
}
