/** Reads records by id: in parts that shrink when they are too much, and around those that a record rule hides. */
import { z } from 'zod';
import type { OdooContext, OdooRow } from '../core/ports';
import type { BatchSize } from '../lib/batch-size';
import { halveUntilDone } from '../lib/halve';
import { mayLieInTheCall } from '../lib/trouble';
import { checkShape } from './answer';
import type { OdooCalls } from './calls';
import { OdooAccessError, OdooTrouble } from './errors';

const ROWS = z.array(z.looseObject({ id: z.int().positive() }));
const IDS = z.array(z.int().positive());

/** A stored field of every model that is cheap to read. */
const ANY_FIELD = 'create_date';

/** @throws FatalError when an answer does not hold records */
export function checkRows(answer: unknown, model: string): OdooRow[] {
  return checkShape(ROWS, answer, `a read of ${model}`);
}

export interface ReadRequest {
  readonly model: string;
  readonly ids: readonly number[];
  readonly fields: readonly string[];
  readonly context?: OdooContext | undefined;
}

/**
 * Reads records by id, each once, in the order given. Those that are gone or
 * hidden by a record rule are left out.
 *
 * Observed on 14 and 19: where a rule hides one of the ids, `read` raises an
 * AccessError for all, and `search` leaves it out. So after such an error the
 * visible ones are searched for; where all of them are, a right on the model or
 * on a field is missing, and the error stands.
 *
 * Observed too: asked for nothing but `id`, 19 answers with ids that are gone
 * and 14 with a MissingError, so a stored field is always asked for.
 * @throws OdooAccessError when it is not about single records
 */
export async function readRecords(
  calls: OdooCalls,
  request: ReadRequest,
  size: BatchSize,
): Promise<OdooRow[]> {
  const parts = [...size.partsOf([...new Set(request.ids)])];
  const rows = await Promise.all(parts.map((part) => readPart(calls, { ...request, ids: part }, size)));
  return rows.flat();
}

async function readPart(calls: OdooCalls, request: ReadRequest, size: BatchSize): Promise<OdooRow[]> {
  const rows: OdooRow[] = [];
  await halveUntilDone(request.ids, async (ids) => {
    try {
      rows.push(...(await ask(calls, { ...request, ids })));
      size.succeed(ids.length);
    } catch (error) {
      if (error instanceof OdooAccessError) {
        rows.push(...(await readVisible(calls, { ...request, ids }, error)));
        return 'done';
      }
      const isTooMuch = error instanceof OdooTrouble && mayLieInTheCall(error.trouble) && ids.length > 1;
      if (!isTooMuch) {
        throw error;
      }
      await calls.ping();
      size.shrink(ids.length);
      return 'halve';
    }
    return 'done';
  });
  return rows;
}

async function ask(calls: OdooCalls, { model, ids, fields, context }: ReadRequest): Promise<OdooRow[]> {
  const wanted = fields.some((field) => field !== 'id') ? fields : [...fields, ANY_FIELD];
  const answer = await calls.call(model, 'read', ids, {
    args: { fields: wanted },
    context,
    ...(ids.length > 1 && { records: ids.length }),
  });
  return checkRows(answer, model);
}

async function readVisible(
  calls: OdooCalls,
  request: ReadRequest,
  reason: OdooAccessError,
): Promise<OdooRow[]> {
  const { model, ids, context } = request;
  const found = await calls
    .call(model, 'search', undefined, {
      args: { domain: [['id', 'in', ids]] },
      context: { ...context, active_test: false },
    })
    .catch((error: unknown) => {
      throw error instanceof OdooAccessError ? reason : error;
    });
  const visible = new Set(checkShape(IDS, found, `a search of ${model}`));
  if (visible.size === ids.length) {
    throw reason;
  }
  return visible.size === 0 ? [] : ask(calls, { ...request, ids: ids.filter((id) => visible.has(id)) });
}

/** Those of these records that exist and that this user may not read, with Odoo's sentence. */
export async function findHiddenRecords(
  calls: OdooCalls,
  model: string,
  ids: readonly number[],
): Promise<Map<number, string>> {
  const hidden = new Map<number, string>();
  await halveUntilDone([...new Set(ids)], async (part) => {
    try {
      await ask(calls, { model, ids: part, fields: [ANY_FIELD] });
    } catch (error) {
      if (!(error instanceof OdooAccessError)) {
        throw error;
      }
      const [only] = part;
      if (only === undefined || part.length > 1) {
        return 'halve';
      }
      hidden.set(only, error.sentence.replace(/\s+/g, ' '));
    }
    return 'done';
  });
  return hidden;
}
