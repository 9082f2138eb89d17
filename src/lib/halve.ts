/** The two halves of a list of at least two items; the first is the longer one. */
export function halve<T>(items: readonly T[]): readonly [readonly T[], readonly T[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/**
 * Does something to all items of a part together; where that fails and the
 * attempt asks for it, to each half alone, down to the single item.
 * @param attempt `halve` to be called again with both halves, `done` otherwise; a single item must be done
 * @throws RangeError for a single item that asks to be halved, besides what `attempt` throws
 */
export async function halveUntilDone<T>(
  part: readonly T[],
  attempt: (part: readonly T[]) => Promise<'done' | 'halve'>,
): Promise<void> {
  if (part.length === 0 || (await attempt(part)) === 'done') {
    return;
  }
  if (part.length === 1) {
    throw new RangeError('a single item cannot be halved');
  }
  for (const half of halve(part)) {
    await halveUntilDone(half, attempt);
  }
}
