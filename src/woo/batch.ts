import { RetryableError } from '../core/errors';
import type { WooBatch, WooBatchItem, WooBatchOptions, WooBatchResult } from '../core/ports';
import type { BatchSize } from '../lib/batch-size';
import { halveUntilDone } from '../lib/halve';
import { mayLieInTheCall } from '../lib/trouble';
import {
  FirewallError,
  isObject,
  isRecordId,
  mayLieInTheRequest,
  readProblem,
  WooRefusal,
  WooTrouble,
} from './errors';
import type { Evidence } from '../lib/evidence';
import { isRow } from './rows';

/** Observed on WooCommerce 11.0: 101 objects in all are refused with 413. */
export const MAX_BATCH_ITEMS = 100;

/** What is posted to `…/batch`. */
export interface BatchBody {
  readonly create?: readonly Readonly<Record<string, unknown>>[];
  readonly update?: readonly Readonly<Record<string, unknown>>[];
}

export interface BatchTarget {
  /** Posts one body of so many objects and returns the parsed answer. */
  send(body: BatchBody, objects: number): Promise<unknown>;
  /** Makes a light request; what it throws says that the shop as a whole does not answer. */
  check(): Promise<void>;
  /** Objects of one request; at most `MAX_BATCH_ITEMS`. */
  readonly size: BatchSize;
  /** The shop has carried out a batch. */
  readonly written: Evidence;
}

type Sent =
  | { readonly kind: 'create'; readonly item: Readonly<Record<string, unknown>> }
  | { readonly kind: 'update'; readonly item: Readonly<Record<string, unknown> & { id: number }> };

interface Settled {
  readonly kind: Sent['kind'];
  readonly result: WooBatchItem;
}

/** Objects given up, one by one, before the shop must have carried out anything at all. */
const MAX_GIVEN_UP = 10;

/**
 * Writes a batch of any length in requests of at most 100 objects, one after
 * the other, and returns one result for each object in the order given.
 *
 * A request that is refused as a whole fails its own objects only. One that
 * is too large (413: also a shop's lower limit, or a web server's limit of
 * bytes) is halved, and the ones after it are smaller. When an error ends the
 * batch after a part of it was written, a RetryableError says so by `ambiguous`.
 *
 * A request that got no proper answer may have been carried out. Only when the
 * batch is idempotent does this go on: the request is halved, down to the single
 * object, and an object on which the shop fails by itself is given up
 * (`http-500`, `timeout`, …) while the others go through. After each request
 * that fails a light one must work, or the error ends the batch: the shop is
 * down. It ends as well once ten objects were given up and this client has
 * never seen the shop carry out a write. One bad object among a hundred costs
 * some thirty requests.
 * @throws RangeError for an idempotent batch that creates
 */
export async function writeBatch(
  target: BatchTarget,
  batch: WooBatch,
  { idempotent = false }: WooBatchOptions = {},
): Promise<WooBatchResult> {
  const sent: Sent[] = [
    ...(batch.create ?? []).map((item) => ({ kind: 'create' as const, item })),
    ...(batch.update ?? []).map((item) => ({ kind: 'update' as const, item })),
  ];
  if (idempotent && sent.some(({ kind }) => kind === 'create')) {
    throw new RangeError('a batch that creates is not idempotent');
  }
  const writer = new Writer(target, idempotent);
  for (const part of target.size.partsOf(sent)) {
    await halveUntilDone(part, (half) => writer.write(half));
  }
  const { settled } = writer;
  return {
    create: settled.filter(({ kind }) => kind === 'create').map(({ result }) => result),
    update: settled.filter(({ kind }) => kind === 'update').map(({ result }) => result),
  };
}

class Writer {
  /** In the order sent. */
  readonly settled: Settled[] = [];
  #givenUp = 0;

  constructor(
    private readonly target: BatchTarget,
    private readonly isIdempotent: boolean,
  ) {}

  async write(part: readonly Sent[]): Promise<'done' | 'halve'> {
    const { target } = this;
    try {
      const answer = await target.send(toBody(part), part.length);
      this.settled.push(...readAnswer(answer, part, { ambiguous: !this.isIdempotent }));
      target.size.succeed(part.length);
      target.written.isSeen = true;
      return 'done';
    } catch (error) {
      if (error instanceof WooRefusal) {
        if (error.status !== 413) {
          return this.#refuse(part, error.code, error.message);
        }
        target.size.shrink(part.length);
        return part.length === 1 ? this.#refuse(part, error.code, error.message) : 'halve';
      }
      if (error instanceof WooTrouble && mayLieInTheCall(error.trouble)) {
        target.size.shrink(part.length);
      }
      if (!this.isIdempotent || !mayLieInTheRequest(error)) {
        throw this.#asPartlyWritten(error);
      }
      await this.#requireShop();
      return part.length === 1 ? this.#giveUp(part, error) : 'halve';
    }
  }

  #refuse(part: readonly Sent[], code: string, message: string): 'done' {
    for (const sent of part) {
      this.settled.push({ kind: sent.kind, result: { ok: false, id: idOf(sent), code, message } });
    }
    return 'done';
  }

  #giveUp(part: readonly Sent[], error: WooTrouble | FirewallError): 'done' {
    this.#givenUp += 1;
    if (this.#givenUp >= MAX_GIVEN_UP && !this.target.written.isSeen) {
      throw error;
    }
    return this.#refuse(part, codeOf(error), `the shop answers, but not to this write: ${error.detail}`);
  }

  async #requireShop(): Promise<void> {
    try {
      await this.target.check();
    } catch (error) {
      throw this.#asPartlyWritten(error);
    }
  }

  #asPartlyWritten(error: unknown): unknown {
    return error instanceof RetryableError &&
      this.settled.length > 0 &&
      !error.ambiguous &&
      !this.isIdempotent
      ? new RetryableError(`${error.message}; earlier parts of the batch were written`, {
          ambiguous: true,
          hint: error.hint,
        })
      : error;
  }
}

function codeOf(error: WooTrouble | FirewallError): string {
  if (error instanceof FirewallError) {
    return 'firewall';
  }
  return error.trouble === 'failing' && error.status !== undefined ? `http-${error.status}` : error.trouble;
}

function toBody(part: readonly Sent[]): BatchBody {
  const create = part.filter(({ kind }) => kind === 'create').map(({ item }) => item);
  const update = part.filter(({ kind }) => kind === 'update').map(({ item }) => item);
  return { ...(create.length > 0 && { create }), ...(update.length > 0 && { update }) };
}

/** Pairs the results with what was sent: WooCommerce answers in the order of the request. */
function readAnswer(
  answer: unknown,
  part: readonly Sent[],
  { ambiguous }: { readonly ambiguous: boolean },
): Settled[] {
  return (['create', 'update'] as const).flatMap((kind) => {
    const sent = part.filter((one) => one.kind === kind);
    const results: unknown = isObject(answer) ? (answer[kind] ?? []) : undefined;
    if (!Array.isArray(results) || results.length !== sent.length) {
      const sentence = 'The answer of WooCommerce to a batch is malformed';
      throw new WooTrouble(sentence, { trouble: 'unreadable', detail: sentence, ambiguous });
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

function idOf(sent: Sent): number | undefined {
  return sent.kind === 'update' && isRecordId(sent.item.id) ? sent.item.id : undefined;
}
