/** Records of one kind, kept in ascending id, with cached sort orders. */

interface Ordering<T> {
  readonly items: T[];
  readonly keyOf: (item: T) => number | string;
  fresh: boolean;
}

const MAX_SELECTIONS = 20;

export class Collection<T extends { readonly id: number }> {
  readonly #byId = new Map<number, T>();
  readonly #orderings = new Map<string, Ordering<T>>();
  readonly #selections = new Map<string, readonly T[]>();

  constructor(items: Iterable<T>) {
    for (const item of items) {
      this.#byId.set(item.id, item);
    }
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: number): T | undefined {
    return this.#byId.get(id);
  }

  add(item: T): void {
    this.#byId.set(item.id, item);
    this.#selections.clear();
    for (const ordering of this.#orderings.values()) {
      ordering.items.push(item);
      ordering.fresh = false;
    }
  }

  remove(id: number): void {
    this.#byId.delete(id);
    this.#orderings.clear();
    this.#selections.clear();
  }

  /** Says that a field some ordering or selection depends on may have changed. */
  touch(): void {
    this.#selections.clear();
    for (const ordering of this.#orderings.values()) {
      ordering.fresh = false;
    }
  }

  values(): IterableIterator<T> {
    return this.#byId.values();
  }

  find(matches: (item: T) => boolean): T | undefined {
    for (const item of this.#byId.values()) {
      if (matches(item)) {
        return item;
      }
    }
    return undefined;
  }

  /** The records of a filter, chosen once and kept until the next change: pages of a sweep share them. */
  selection(key: string, choose: () => readonly T[]): readonly T[] {
    const known = this.#selections.get(key);
    if (known !== undefined) {
      return known;
    }
    if (this.#selections.size >= MAX_SELECTIONS) {
      this.#selections.clear();
    }
    const chosen = choose();
    this.#selections.set(key, chosen);
    return chosen;
  }

  /**
   * All records in ascending key, equal keys in ascending id. The array is
   * cached and sorted again after a change: nearly sorted input makes that
   * one pass.
   */
  sortedBy(name: string, keyOf: (item: T) => number | string): readonly T[] {
    let ordering = this.#orderings.get(name);
    if (ordering === undefined) {
      ordering = { items: [...this.#byId.values()], keyOf, fresh: false };
      this.#orderings.set(name, ordering);
    }
    if (!ordering.fresh) {
      ordering.items.sort((left, right) => compare(keyOf(left), keyOf(right)) || left.id - right.id);
      ordering.fresh = true;
    }
    return ordering.items;
  }
}

function compare(left: number | string, right: number | string): number {
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}
