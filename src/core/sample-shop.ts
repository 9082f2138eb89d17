/** Draws records of a collection of the shop by their place in it, so that the cost grows with the sample alone. */
import type { RunContext } from './context';
import type { WooQuery } from './ports';
import type { VerifyRequest } from './verify';
import { chunk } from '../lib/chunk';
import { drawSample } from '../lib/draw-sample';

/** Requests that are on their way at once at most; the adapter narrows it further. */
const AT_ONCE = 10;

/**
 * Ids of a random sample, each once. One request for each record of it, and one
 * for the size of the collection.
 */
export async function sampleShop(
  { woo }: RunContext,
  path: string,
  query: WooQuery,
  sample: NonNullable<VerifyRequest['sample']>,
): Promise<number[]> {
  const byId: WooQuery = { ...query, orderby: 'id', order: 'asc', per_page: 1, _fields: ['id'] };
  const { total = 0 } = await woo.list(path, byId);
  const ids = new Set<number>();
  for (const offsets of chunk(drawSample(total, sample.size, sample.seed), AT_ONCE)) {
    const pages = await Promise.all(offsets.map((offset) => woo.list(path, { ...byId, offset })));
    for (const { id } of pages.flatMap(({ rows }) => rows)) {
      ids.add(id);
    }
  }
  return [...ids];
}
