/** Writing `meta_data`: an entry without id replaces the one of its key (observed), null removes it. */
import { asList, asRecord } from './rest';
import type { MetaEntry } from './shop-model';

/** Merges entries of a request into those of a record. */
export function mergeMeta(
  current: readonly MetaEntry[],
  patch: unknown,
  takeId: () => number,
): readonly MetaEntry[] {
  const merged = [...current];
  for (const item of asList(patch)) {
    const entry = asRecord(item);
    const key = entry?.['key'];
    const index = merged.findIndex((candidate) =>
      entry?.['id'] === undefined ? candidate.key === key : candidate.id === entry['id'],
    );
    const found = merged[index];
    const value = entry?.['value'] ?? null;
    if (found !== undefined && value === null) {
      merged.splice(index, 1);
    } else if (found !== undefined) {
      merged[index] = { ...found, value };
    } else if (typeof key === 'string' && value !== null) {
      merged.push({ id: takeId(), key, value });
    }
  }
  return merged;
}
