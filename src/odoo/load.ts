/** `load` in batches, isolating the records that Odoo refuses. Observed on Odoo 14 and 19. */
import { z } from 'zod';
import { FatalError } from '../core/errors';
import type { LoadOutcome, LoadRecord } from '../core/ports';
import { halve } from '../lib/halve';
import { checkShape } from './answer';
import { isConflict, tidySentence, TransientError } from './errors';
import type { WriteParts } from './write-parts';

/** One message of `load`: `record` and `rows` (both from 0) are absent where it concerns the whole call. */
const MESSAGE = z.object({
  type: z.string(),
  message: z.string(),
  record: z.int().optional(),
  rows: z.object({ from: z.int(), to: z.int() }).optional(),
});
const RESULT = z.object({
  /** False when the call was refused: then nothing was written. */
  ids: z.union([z.array(z.int().positive()), z.literal(false)]),
  messages: z.array(MESSAGE).optional(),
});

type Message = z.infer<typeof MESSAGE>;
type Result = z.infer<typeof RESULT>;

/** Another process created the same external id at the same moment: on the next try it is found. */
const EXTERNAL_ID_RACE = 'ir_model_data_module_name_uniq_index';

/**
 * Reads the answer of `load`.
 * @throws TransientError for a conflict, which `load` reports as a message in a result (observed): the call was rolled back
 */
export function readLoadResult(answer: unknown): Result {
  const result = checkShape(RESULT, answer, 'load');
  const conflict = result.messages?.find(
    ({ message }) => isConflict(message) || message.includes(EXTERNAL_ID_RACE),
  );
  if (result.ids === false && conflict !== undefined) {
    throw new TransientError(`conflict with another transaction: ${tidySentence(conflict.message)}`, {
      trouble: 'conflict',
      notExecuted: true,
    });
  }
  return result;
}

interface Item {
  /** Position among the records given. */
  readonly index: number;
  readonly rows: LoadRecord;
}

/**
 * Loads records in batches of the present size. A refused batch is sent again
 * without the records that its messages name; where they name none, it is
 * halved. A record whose id already occurred is not sent: Odoo would silently
 * keep the last one only.
 * @param send makes one call with these rows
 * @throws RangeError when the rows are not what `load` takes (a bug)
 */
export async function loadRecords(
  columns: readonly string[],
  records: readonly LoadRecord[],
  parts: WriteParts,
  send: (rows: LoadRecord) => Promise<Result>,
): Promise<LoadOutcome[]> {
  const outcomes = new Map<number, LoadOutcome>();

  function refuse(item: Item, message: string): void {
    outcomes.set(item.index, { ok: false, message });
  }

  async function isolate(items: readonly Item[], message: string): Promise<void> {
    const [first] = items;
    if (first !== undefined && items.length === 1) {
      refuse(first, message);
      return;
    }
    for (const half of halve(items)) {
      await loadBatch(half);
    }
  }

  async function loadBatch(items: readonly Item[]): Promise<void> {
    if (items.length === 0) {
      return;
    }
    let result: Result;
    try {
      result = await send(items.flatMap((item) => item.rows));
    } catch (error) {
      await isolate(items, await parts.refusalOf(error, items.length));
      return;
    }
    if (result.ids !== false) {
      parts.succeed(items.length);
      acceptIds(items, result.ids);
      return;
    }
    const messages = result.messages ?? [];
    const named = nameRecords(items, messages);
    for (const [item, sentences] of named) {
      refuse(item, [...sentences].join('; '));
    }
    const rest = items.filter((item) => !named.has(item));
    if (named.size === 0) {
      await isolate(
        items,
        messages.map(({ message }) => tidySentence(message)).join('; ') || 'refused without a reason',
      );
    } else {
      await loadBatch(rest);
    }
  }

  function acceptIds(items: readonly Item[], ids: readonly number[]): void {
    if (ids.length !== items.length) {
      throw new FatalError(`Odoo made ${ids.length} records out of ${items.length} in one load`);
    }
    items.forEach((item, position) => {
      outcomes.set(item.index, { ok: true, id: ids[position] ?? 0 });
    });
  }

  const fresh: Item[] = [];
  const seen = new Set<string>();
  for (const item of checkRecords(columns, records)) {
    if (seen.has(item.id)) {
      refuse(item, `the id ${item.id} occurs more than once in one load`);
    } else {
      seen.add(item.id);
      fresh.push(item);
    }
  }
  for (const batch of parts.size.partsOf(fresh)) {
    await loadBatch(batch);
  }
  return records.map((_, index) => outcomes.get(index) ?? { ok: false, message: 'not loaded' });
}

/** What `load` says of an id in a relation that it cannot see (observed on 14 and 19). */
const UNSEEN_RELATION = /No matching record found for database id/;

/**
 * Sends records again that were refused for a relation Odoo could not see.
 * Observed on 14: it hides archived records there (a product no longer sold, a
 * contact that moved away), 19 takes them. Not the first time and not for all:
 * Odoo's own defaults would be looked for among archived records too.
 * @param send sends these records so that archived ones are seen
 */
export async function withArchivedRelations(
  records: readonly LoadRecord[],
  outcomes: readonly LoadOutcome[],
  send: (records: readonly LoadRecord[]) => Promise<readonly LoadOutcome[]>,
): Promise<LoadOutcome[]> {
  const unseen = outcomes.flatMap((outcome, index) =>
    !outcome.ok && UNSEEN_RELATION.test(outcome.message) ? [index] : [],
  );
  if (unseen.length === 0) {
    return [...outcomes];
  }
  const again = await send(unseen.flatMap((index) => (records[index] === undefined ? [] : [records[index]])));
  const replaced = new Map(unseen.map((index, position) => [index, again[position]] as const));
  return outcomes.map((outcome, index) => replaced.get(index) ?? outcome);
}

/**
 * The records that the messages of a refused batch name, by row or else by
 * record, with what is said of each. Observed on 19: when the batch fails as a
 * whole before its records are tried one by one, that failure comes first and
 * names the first record, whichever record it is about. So a first message
 * about the first record counts only when no other record is named.
 */
function nameRecords(items: readonly Item[], messages: readonly Message[]): Map<Item, Set<string>> {
  const itemOfRow = items.flatMap((item) => item.rows.map(() => item));
  const about = messages.flatMap(({ type, message, rows, record }) => {
    const item = rows !== undefined ? itemOfRow[rows.from] : record !== undefined ? items[record] : undefined;
    return type !== 'error' || item === undefined ? [] : [{ item, sentence: tidySentence(message) }];
  });
  const mayBeBatch = about[0]?.item === items[0] && about.some(({ item }) => item !== items[0]);
  const named = new Map<Item, Set<string>>();
  for (const { item, sentence } of mayBeBatch ? about.slice(1) : about) {
    named.set(item, (named.get(item) ?? new Set()).add(sentence));
  }
  return named;
}

/**
 * Odoo tells records apart by their own columns: each record's first row must
 * carry its id and the others none, or two records would melt into one. With
 * both `id` and `.id` it ignores the database id and makes a new record
 * (observed on 14 and 19), so one of them it must be.
 */
function checkRecords(
  columns: readonly string[],
  records: readonly LoadRecord[],
): (Item & { readonly id: string })[] {
  if (columns.includes('id') === columns.includes('.id')) {
    throw new RangeError('load needs either a column id or a column .id');
  }
  const idColumn = columns.findIndex((column) => column === 'id' || column === '.id');
  return records.map((rows, index) => {
    const [id, ...others] = rows.map((row) => row[idColumn] ?? '');
    if (id === undefined || id === '' || others.some((other) => other !== '')) {
      throw new RangeError(`record ${index} of a load must have its id in its first row and nowhere else`);
    }
    if (rows.some((row) => row.length !== columns.length)) {
      throw new RangeError(`record ${index} of a load has rows of another length than its columns`);
    }
    return { index, rows, id };
  });
}
