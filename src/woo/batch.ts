import { RetryableError } from '../core/errors';
import type { WooBatch, WooBatchItem, WooBatchResult } from '../core/ports';
import { chunk } from '../lib/chunk';
import { isObject, isRecordId, readProblem, WooRefusal } from './errors';
import { isRow } from './rows';

/** Observed on WooCommerce 11.0: 101 objects in all are refused with 413. */
export const MAX_BATCH_ITEMS = 100;

/** What is posted to `…/batch`. */
export interface BatchBody {
  readonly create?: readonly Readonly<Record<string, unknown>>[];
  readonly update?: readonly Readonly<Record<string, unknown>>[];
}

type Sent =
  | { readonly kind: 'create'; readonly item: Readonly<Record<string, unknown>> }
  | { readonly kind: 'update'; readonly item: Readonly<Record<string, unknown> & { id: number }> };

interface Settled {
  readonly kind: Sent['kind'];
  readonly result: WooBatchItem;
}

/**
 * Writes a batch of any length in requests of at most 100 objects, one after
 * the other, and returns one result for each object in the order given.
 *
 * A request that is refused as a whole fails its own objects only. One that
 * is too large (413: also a shop's lower limit, or a web server's limit of
 * bytes) is halved. When an error ends the batch after a part of it was
 * written, a RetryableError says so by `ambiguous`.
 * @param send posts one body and returns the parsed answer
 */
export async function writeBatch(
  send: (body: BatchBody) => Promise<unknown>,
  batch: WooBatch,
): Promise<WooBatchResult> {
  const sent: Sent[] = [
    ...(batch.create ?? []).map((item) => ({ kind: 'create' as const, item })),
    ...(batch.update ?? []).map((item) => ({ kind: 'update' as const, item })),
  ];
  const settled: Settled[] = [];
  for (const piece of chunk(sent, MAX_BATCH_ITEMS)) {
    settled.push(...(await writePiece(send, piece, settled.length > 0)));
  }
  return {
    create: settled.filter(({ kind }) => kind === 'create').map(({ result }) => result),
    update: settled.filter(({ kind }) => kind === 'update').map(({ result }) => result),
  };
}

async function writePiece(
  send: (body: BatchBody) => Promise<unknown>,
  piece: readonly Sent[],
  partlyWritten: boolean,
): Promise<Settled[]> {
  try {
    return readAnswer(await send(toBody(piece)), piece);
  } catch (error) {
    if (error instanceof WooRefusal) {
      if (error.status !== 413 || piece.length === 1) {
        return piece.map((one) => ({ kind: one.kind, result: refused(one, error) }));
      }
      const half = Math.ceil(piece.length / 2);
      const first = await writePiece(send, piece.slice(0, half), partlyWritten);
      return [...first, ...(await writePiece(send, piece.slice(half), true))];
    }
    if (error instanceof RetryableError && partlyWritten && !error.ambiguous) {
      throw new RetryableError(`${error.message}; earlier parts of the batch were written`, {
        ambiguous: true,
        hint: error.hint,
      });
    }
    throw error;
  }
}

function toBody(piece: readonly Sent[]): BatchBody {
  const create = piece.filter(({ kind }) => kind === 'create').map(({ item }) => item);
  const update = piece.filter(({ kind }) => kind === 'update').map(({ item }) => item);
  return { ...(create.length > 0 && { create }), ...(update.length > 0 && { update }) };
}

/** Pairs the results with what was sent: WooCommerce answers in the order of the request. */
function readAnswer(answer: unknown, piece: readonly Sent[]): Settled[] {
  return (['create', 'update'] as const).flatMap((kind) => {
    const sent = piece.filter((one) => one.kind === kind);
    const results: unknown = isObject(answer) ? (answer[kind] ?? []) : undefined;
    if (!Array.isArray(results) || results.length !== sent.length) {
      throw new RetryableError('The answer of WooCommerce to a batch is malformed', { ambiguous: true });
    }
    return sent.map((one, index) => ({ kind, result: readResult(results[index], one) }));
  });
}

function readResult(result: unknown, sent: Sent): WooBatchItem {
  const problem = isObject(result) ? readProblem(result['error']) : undefined;
  if (problem !== undefined) {
    const { code, sentence: message, resourceId } = problem;
    return { ok: false, id: idOf(sent), code, message, ...(resourceId !== undefined && { resourceId }) };
  }
  if (!isRow(result) || (sent.kind === 'update' && result.id !== sent.item.id)) {
    return { ok: false, id: idOf(sent), code: 'malformed-answer', message: 'The answer names no record' };
  }
  return { ok: true, id: result.id, body: result };
}

function refused(sent: Sent, error: WooRefusal): WooBatchItem {
  return { ok: false, id: idOf(sent), code: error.code, message: error.message };
}

function idOf(sent: Sent): number | undefined {
  return sent.kind === 'update' && isRecordId(sent.item.id) ? sent.item.id : undefined;
}
