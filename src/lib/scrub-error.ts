/** Errors without secrets. */
import { types } from 'node:util';

/**
 * Hides secrets in an error, in place: in its message, its stack, every text
 * and list of texts it carries, and in its causes. What is no error is left as
 * it is.
 * @param scrub the text without secrets
 */
export function scrubError<T>(error: T, scrub: (text: string) => string): T {
  scrubChain(error, scrub, new Set());
  return error;
}

function scrubChain(error: unknown, scrub: (text: string) => string, seen: Set<unknown>): void {
  if (!types.isNativeError(error) || seen.has(error)) {
    return;
  }
  seen.add(error);
  for (const name of Object.getOwnPropertyNames(error)) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string') {
      Reflect.set(error, name, scrub(value));
    } else if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
      Reflect.set(error, name, value.map(scrub));
    }
  }
  scrubChain(error.cause, scrub, seen);
}
