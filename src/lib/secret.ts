/** Stands in every text where a secret stood. */
export const HIDDEN = '***';

/**
 * A value that must not be printed: a key, a password. Whatever makes text of
 * it (a template, `JSON.stringify`, `util.inspect`, a hash of the
 * configuration) gets `***`, the same for all secrets; `structuredClone` gets
 * an empty object.
 */
export class Secret {
  readonly #value: string;

  /** @throws RangeError for empty text: hiding it would hide everything */
  constructor(value: string) {
    if (value === '') {
      throw new RangeError('a secret must not be empty');
    }
    this.#value = value;
  }

  /** The value itself; for the last moment before it is sent or written. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.toPrimitive](): string {
    return HIDDEN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}
