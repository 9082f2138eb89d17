/** Secrets of the tests. All hold the mark, so that `find-leaks.js` finds them wherever they were printed. */
import { Secret } from '../../src/lib/secret';
import { SECRET_MARK } from './find-leaks';

/** `ck_test` becomes `ck_test-<mark>`. */
export function marked(name: string): string {
  return `${name}-${SECRET_MARK}`;
}

/** What an adapter takes; undefined for no text and for an empty one. */
export function asSecret(text: string | undefined): Secret | undefined {
  return text === undefined || text === '' ? undefined : new Secret(text);
}
