import type { WooQuery } from '../core/ports';
import { wellFormed } from '../lib/clean-text';

/**
 * The parameters of a request as text. A list becomes a comma list: observed
 * on WooCommerce 11.0, `status[]=a&status[]=b` breaks the OAuth signature
 * while `status=a,b` works everywhere. Undefined values are dropped, and halves of
 * characters are replaced: they cannot be written in an address.
 */
export function flattenQuery(query: WooQuery): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) {
      continue;
    }
    flat[name] = wellFormed(typeof value === 'object' ? value.join(',') : String(value));
  }
  return flat;
}

/**
 * `a=1&b=x%20y`, encoded as RFC 3986 asks: what is sent must be byte for byte
 * what was signed, so nothing is left for a library to encode again (`'` and
 * `(` would be).
 */
export function encodeQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
