/** Successes in a row, at the present size, before a larger one is tried. */
const FIRST_PATIENCE = 4;
/** A larger size that failed again is tried ever later, up to this many successes. */
const MAX_PATIENCE = 64;

/**
 * How many items go into one call. It starts at the maximum, is halved by a
 * failure that a smaller call may cure, and grows again by a quarter of the
 * maximum after several successes in a row. Each growth that turns out too much
 * doubles the number of successes before the next one.
 */
export class BatchSize {
  readonly #max: number;
  readonly #min: number;
  #current: number;
  #patience = FIRST_PATIENCE;
  #successes = 0;
  #hasGrown = false;

  /** @throws RangeError unless 1 <= min <= max */
  constructor(max: number, min = 1) {
    if (!Number.isInteger(max) || !Number.isInteger(min) || min < 1 || max < min) {
      throw new RangeError(`no batch size lies between ${min} and ${max}`);
    }
    this.#max = max;
    this.#min = min;
    this.#current = max;
  }

  /** Items of the next call. */
  get current(): number {
    return this.#current;
  }

  /**
   * A call of so many items failed: the next ones have at most half of them.
   * Several calls of one size that fail together halve it once.
   */
  shrink(failed: number = this.#current): void {
    const wanted = Math.max(this.#min, Math.floor(failed / 2));
    this.#successes = 0;
    if (wanted >= this.#current) {
      return;
    }
    if (this.#hasGrown) {
      this.#patience = Math.min(MAX_PATIENCE, this.#patience * 2);
      this.#hasGrown = false;
    }
    this.#current = wanted;
  }

  /** A call of so many items went through. One that was smaller than it might have been says nothing. */
  succeed(items: number): void {
    if (items < this.#current || this.#current === this.#max) {
      return;
    }
    this.#successes += 1;
    if (this.#successes >= this.#patience) {
      this.#successes = 0;
      this.#hasGrown = true;
      this.#current = Math.min(this.#max, this.#current + Math.ceil(this.#max / 4));
    }
  }

  /** Cuts items into parts, each of the size that holds when it is taken. */
  *partsOf<T>(items: readonly T[]): Generator<readonly T[], void, void> {
    for (let start = 0; start < items.length;) {
      const part = items.slice(start, start + this.#current);
      start += part.length;
      yield part;
    }
  }
}

/** Batch sizes by what they belong to (a path, a model), each made when it is first asked for. */
export function batchSizes(max: number, min = 1): (name: string) => BatchSize {
  const sizes = new Map<string, BatchSize>();
  return (name) => {
    const size = sizes.get(name) ?? new BatchSize(max, min);
    sizes.set(name, size);
    return size;
  };
}
