/** `_fields`: keeps the named fields, also nested ones of objects, but not inside lists. */
import { asRecord } from './rest';

interface FieldTree {
  [name: string]: FieldTree | true;
}

/** Reads `id,billing.email`; undefined when nothing is asked for. */
export function parseFields(names: readonly string[]): FieldTree | undefined {
  if (names.length === 0) {
    return undefined;
  }
  const tree: FieldTree = Object.create(null) as FieldTree;
  for (const name of names) {
    let level = tree;
    const parts = name.split('.');
    parts.forEach((part, index) => {
      const below = level[part];
      if (below === true) {
        return;
      }
      if (index === parts.length - 1) {
        level[part] = true;
      } else {
        const next = below ?? (Object.create(null) as FieldTree);
        level[part] = next;
        level = next;
      }
    });
  }
  return tree;
}

/**
 * Applies a field list to an object; PHP shows an empty object as `[]`. A list
 * whose inside is asked for disappears from a record and is empty in the answer
 * of a batch (both observed).
 */
export function pickFields(value: unknown, tree: FieldTree, lists: 'drop' | 'empty'): unknown {
  const record = asRecord(value);
  if (record === undefined) {
    return Array.isArray(value) ? [] : value;
  }
  const picked: Record<string, unknown> = {};
  for (const [name, wanted] of Object.entries(tree)) {
    const below = record[name];
    const dropped = wanted !== true && lists === 'drop' && Array.isArray(below);
    if (name in record && !dropped) {
      picked[name] = wanted === true ? below : pickFields(below, wanted, lists);
    }
  }
  return Object.keys(picked).length === 0 ? [] : picked;
}
