/**
 * Sorts items so that each comes after those it depends on; items that do not
 * depend on each other keep their order. Dependencies that are not in the list
 * are ignored.
 * @throws RangeError naming the circle, when there is one
 */
export function sortTopologically<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  dependsOn: (item: T) => readonly string[],
): T[] {
  const byName = new Map(items.map((item) => [nameOf(item), item]));
  const sorted = new Set<T>();

  function visit(item: T, path: readonly string[]): void {
    if (sorted.has(item)) {
      return;
    }
    const name = nameOf(item);
    if (path.includes(name)) {
      throw new RangeError(`circular dependency: ${[...path, name].join(' → ')}`);
    }
    for (const dependency of dependsOn(item)) {
      const found = byName.get(dependency);
      if (found !== undefined) {
        visit(found, [...path, name]);
      }
    }
    sorted.add(item);
  }

  for (const item of items) {
    visit(item, []);
  }
  return [...sorted];
}
