/** Keeps secrets out of texts: those it was told of, in whatever form, and those that can be told by their form. */
import { HIDDEN, type Secret } from './secret';
import { base64SourcesOf, sourceOf } from './secret-forms';

/** Below, a secret cannot be told from ordinary text: hiding it would spoil every message. */
const LEAST_LENGTH = 4;
/** Below, only the whole word is hidden: `admin`, but not a part of `administrator`. */
const LEAST_LENGTH_INSIDE_WORDS = 8;

/**
 * Secrets by their form. What the first group of an alternative holds stays.
 * Each is narrow enough to leave names of goods alone: `Basic 2-in-1 Jacket`,
 * a SKU such as `CK_20260131`.
 */
const BY_FORM = new RegExp(
  [
    // The keys of WooCommerce are 40 hexadecimal digits after their first letters.
    String.raw`\bc[ks]_[0-9a-f]{16,}`,
    // Credentials in an address.
    String.raw`(:\/\/)[^\s/"'\\<>]+(?=@)`,
    // Headers.
    String.raw`\b([Bb]earer +)(?=[\w.~+/-]*\d)[\w.~+/-]{8,}=*`,
    String.raw`\b([Bb]asic +)(?=[A-Za-z+/]*\d)[0-9A-Za-z+/]{16,}=*`,
    // Parameters, also encoded once or more, as in the text that OAuth signs.
    String.raw`((?:oauth_\w{1,40}|consumer_(?:key|secret))(?:=|%(?:25)*3[Dd]))(?:(?!%(?:25)*26)[^&\s"'\\<>])+`,
    String.raw`([?&](?:api_?[kK]ey|(?:access_)?token|passw(?:or)?d|secret|signature)=)[^&\s"'\\<>]+`,
    // Members of JSON or of a Python dictionary, quoted once more or not.
    String.raw`(["'](?:[Aa]uthorization|api_?[kK]ey|(?:access_)?token|passw(?:or)?d|secret|signature|oauth_\w{1,40}|consumer_?(?:[kK]ey|[sS]ecret))\\?["']\s*:\s*\\?["'])(?:\\[^"']|[^"'\\])+`,
  ].join('|'),
  'g',
);

/** The text without the secrets that can be told by their form. */
export function hideByForm(text: string): string {
  return text.replace(BY_FORM, (_match, ...details: unknown[]) => {
    // The groups; after them come the place of the match and the whole text.
    const kept = details.slice(0, -2).find((group) => group !== undefined);
    return `${typeof kept === 'string' ? kept : ''}${HIDDEN}`;
  });
}

/**
 * Hides secrets in texts. One for each process or client, made where it
 * starts; whoever reads a secret adds it. Idempotent, and cheap: one regular
 * expression for all that is known, one for what is told by its form.
 */
export class Scrubber {
  readonly #values = new Set<string>();
  #known: RegExp | undefined;

  /** From now on these are hidden too, encoded as well. One of less than four characters is not. */
  add(...secrets: readonly Secret[]): void {
    for (const secret of secrets) {
      this.#values.add(secret.reveal());
    }
    // Of two that begin alike the longer one must win.
    const longestFirst = [...this.#values].sort((left, right) => right.length - left.length);
    const sources = longestFirst.flatMap(sourcesOf);
    this.#known = sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'g');
  }

  /** The text with `***` in place of every secret. Bound, so that it can be handed on alone. */
  readonly text = (text: string): string =>
    // The known ones first: a form may end in the middle of one of them.
    hideByForm(this.#known === undefined ? text : text.replace(this.#known, HIDDEN));
}

/** The regular expressions that find one value. */
function sourcesOf(value: string): string[] {
  if (value.length < LEAST_LENGTH) {
    return [];
  }
  const source = sourceOf(value);
  if (value.length < LEAST_LENGTH_INSIDE_WORDS) {
    return [wholeWord(source)];
  }
  return [/^\d+$/.test(value) ? wholeWord(source) : source, ...base64SourcesOf(value)];
}

/** Digits that stand as a number in JSON stay: without them it would be none. */
function wholeWord(source: string): string {
  return String.raw`${source}(?<![\w.]${source})(?!\w|\.\d)(?!(?<=(?:":|[,[])\s*${source})\s*[,}\]])`;
}
