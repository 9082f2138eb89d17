/** Keeps secrets out of texts: those it was told of, in whatever form, and those that can be told by their form. */
import { HIDDEN, type Secret } from './secret';
import { formsOf } from './secret-forms';

/** Below, a secret cannot be told from ordinary text: hiding it would spoil every message. */
const LEAST_LENGTH = 4;
/** Below, only the whole word is hidden: `admin`, but not a part of `administrator`. */
const LEAST_LENGTH_INSIDE_WORDS = 8;

/**
 * Secrets by their form. What the first group of an alternative holds stays.
 * Each is narrow enough to leave names of goods alone: `Basic 2-in-1 Jacket`,
 * a SKU such as `CK_20260131`.
 */
const BY_FORM = [
  // The keys of WooCommerce are 40 hexadecimal digits after their first letters.
  String.raw`\bc[ks]_[0-9a-f]{16,}`,
  // Credentials in an address.
  String.raw`(:\/\/)[^\s/"'\\<>]+(?=@)`,
  // Headers.
  String.raw`\b([Bb]earer +)(?=[\w.~+/-]*\d)[\w.~+/-]{8,}=*`,
  String.raw`\b([Bb]asic +)(?=[A-Za-z+/]*\d)[0-9A-Za-z+/]{16,}=*`,
  // Parameters, also inside of the text that OAuth signs.
  String.raw`((?<![0-9A-Za-z])(?:oauth_\w{1,40}|consumer_(?:key|secret))(?:=|%3[Dd]))(?:(?!%26)[^&\s"'\\<>])+`,
  String.raw`([?&](?:api_?[kK]ey|(?:access_)?token|passw(?:or)?d|secret|signature)=)[^&\s"'\\<>]+`,
  // Members of JSON or of a Python dictionary, quoted once more or not.
  String.raw`(["'](?:[Aa]uthorization|api_?[kK]ey|(?:access_)?token|passw(?:or)?d|secret|signature|oauth_\w{1,40}|consumer_?(?:[kK]ey|[sS]ecret))\\?["']\s*:\s*\\?["'])(?:\\[^"']|[^"'\\])+`,
].join('|');

const BY_FORM_ONLY = new RegExp(BY_FORM, 'g');

/** The text without the secrets that can be told by their form. */
export function hideByForm(text: string): string {
  return hide(text, BY_FORM_ONLY);
}

/**
 * Hides secrets in texts. One for each process or client, made where it
 * starts; whoever reads a secret adds it. Idempotent, and cheap: one regular
 * expression for all secrets and forms.
 */
export class Scrubber {
  readonly #forms = new Map<string, string>();
  #pattern = BY_FORM_ONLY;

  /** From now on these are hidden too, encoded as well. One of less than four characters is not. */
  add(...secrets: readonly Secret[]): void {
    for (const secret of secrets) {
      for (const [text, source] of sourcesOf(secret.reveal())) {
        this.#forms.set(text, source);
      }
    }
    // Of two forms that begin alike the longer one must win.
    const known = [...this.#forms].sort(([left], [right]) => right.length - left.length);
    this.#pattern = new RegExp([...known.map(([, source]) => source), BY_FORM].join('|'), 'g');
  }

  /** The text with `***` in place of every secret. Bound, so that it can be handed on alone. */
  readonly text = (text: string): string => hide(text, this.#pattern);
}

function hide(text: string, pattern: RegExp): string {
  return text.replace(pattern, (_match, ...details: unknown[]) => {
    // The groups; after them come the place of the match and the whole text.
    const kept = details.slice(0, -2).find((group) => group !== undefined);
    return `${typeof kept === 'string' ? kept : ''}${HIDDEN}`;
  });
}

/** The forms of one value, each with the regular expression that finds it. */
function sourcesOf(value: string): [text: string, source: string][] {
  if (value.length < LEAST_LENGTH) {
    return [];
  }
  const isShort = value.length < LEAST_LENGTH_INSIDE_WORDS;
  return formsOf(value)
    .filter(({ base64 }) => !(base64 && isShort))
    .map(({ text, base64 }) => {
      const literal = escape(text);
      if (base64) {
        return [text, String.raw`${literal}[\w+/-]?=*`];
      }
      return [text, isShort || /^\d+$/.test(text) ? wholeWord(literal) : literal];
    });
}

/** Digits that stand as a number in JSON stay: without them it would be none. */
function wholeWord(literal: string): string {
  return String.raw`${literal}(?<![\w.]${literal})(?!\w|\.\d)(?!(?<=(?:":|[,[])\s*${literal})\s*[,}\]])`;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
