/** Batches: at most 100 items in all, each item with its own outcome, in the order sent. */
import { asList, asRecord, RestError } from './rest';
import type { RestAnswer } from './rest';

type Body = Readonly<Record<string, unknown>>;

export interface BatchActions {
  readonly create: (item: Body) => unknown;
  readonly update: (id: number, item: Body) => unknown;
  /** Deletes for good: a batch never trashes. */
  readonly remove: (id: number) => unknown;
}

const LIMIT = 100;

/**
 * Runs a batch; the answer is 200 even when items fail.
 * @throws RestError 413 above the limit
 */
export function runBatch(body: Body, actions: BatchActions): RestAnswer {
  const creates = asList(body['create']);
  const updates = asList(body['update']);
  const removals = asList(body['delete']);
  if (creates.length + updates.length + removals.length > LIMIT) {
    throw new RestError(
      413,
      'woocommerce_rest_request_entity_too_large',
      `Unable to accept more than ${LIMIT} items for this request.`,
    );
  }
  const answer: Record<string, unknown> = {};
  if (creates.length > 0) {
    answer['create'] = creates.map((item) => attempt(0, () => actions.create(asRecord(item) ?? {})));
  }
  if (updates.length > 0) {
    answer['update'] = updates.map((item) => updateOne(asRecord(item) ?? {}, actions));
  }
  if (removals.length > 0) {
    answer['delete'] = removals.map((id) => attempt(Number(id), () => actions.remove(Number(id))));
  }
  return { status: 200, body: Object.keys(answer).length === 0 ? [] : answer };
}

function updateOne(item: Body, actions: BatchActions): unknown {
  const id = item['id'] === undefined ? null : Number(item['id']);
  return attempt(id, () => actions.update(id ?? 0, item));
}

function attempt(id: number | null, action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    if (error instanceof RestError) {
      return { id, error: error.body() };
    }
    throw error;
  }
}
