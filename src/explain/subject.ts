/** What a person asks about: `order 1234`, `sku ABC`, `customer x@y`, or a key. */
import { UsageError } from '../core/errors';
import type { RecordKey } from '../core/keys';
import { parseRecordName } from '../core/record-names';

export type SubjectKind = 'order' | 'sku' | 'customer';

export interface Subject {
  readonly kind: SubjectKind;
  /** Order number or id, SKU, e-mail address; the formatted key where one was given. */
  readonly name: string;
  /** Where a person named the very record. */
  readonly key?: RecordKey | undefined;
}

const KINDS: readonly SubjectKind[] = ['order', 'sku', 'customer'];

/** Which kind of subject a record belongs to, by its entity. */
const KIND_OF: Readonly<Record<string, SubjectKind>> = {
  order: 'order',
  product: 'sku',
  stock: 'sku',
  customer: 'customer',
  guest: 'customer',
  address: 'customer',
};

const HINT = 'Say `order 1234`, `sku ABC`, `customer someone@example.org`, or a key such as `order/1234`.';

/**
 * Reads the words of a command line.
 * @throws UsageError for words that name nothing
 */
export function parseSubject(words: readonly string[], store: string): Subject {
  const [first = '', ...rest] = words.map((word) => word.trim());
  const kind = KINDS.find((candidate) => candidate === first);
  const name = rest.join(' ');
  if (kind !== undefined && name !== '') {
    // `order order/1234` is what comes of copying from another command's table.
    return keyed(name, store, kind) ?? { kind, name: kind === 'order' ? name.replace(/^#/, '') : name };
  }
  const named = kind === undefined && name === '' ? keyed(first, store) : undefined;
  if (named === undefined) {
    throw new UsageError([`${words.join(' ')}: not a record that can be explained`], {
      hint:
        name === '' && /^#?\d+$/.test(first)
          ? `An order is said as \`order ${first.replace('#', '')}\`. ${HINT}`
          : HINT,
    });
  }
  return named;
}

/** @param wanted another kind is none */
function keyed(text: string, store: string, wanted?: SubjectKind): Subject | undefined {
  const key = parseRecordName(store, text);
  const kind = key === undefined ? undefined : KIND_OF[key.entity];
  return key === undefined || kind === undefined || (wanted !== undefined && wanted !== kind)
    ? undefined
    : { kind, name: `${key.entity}/${key.id}`, key };
}

/** The subject as a person would say it. */
export function titleOf({ kind, name, key }: Subject): string {
  return key === undefined ? `${kind} ${name}` : name;
}
