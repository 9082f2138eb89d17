/** Cuts one page out of a collection. */
import type { ListQuery } from './list-query';
import type { RestAnswer } from './rest';

export interface ListSource<T> {
  /** All records in ascending order of what is asked for. */
  readonly sorted: () => readonly T[];
  readonly matches: (item: T) => boolean;
  readonly render: (item: T) => unknown;
  /** Observed: beyond the last page orders and refunds say total 0, the others the true total. */
  readonly forgetsTotalPastEnd: boolean;
  readonly addedQuery?: string;
  /** Keeps what a filter has chosen for the next page; absent: chosen anew each time. */
  readonly remember?: (key: string, choose: () => readonly T[]) => readonly T[];
}

/** One page; only the records on it are rendered. */
export function listAnswer<T extends { readonly id: number }>(
  query: ListQuery,
  source: ListSource<T>,
): RestAnswer {
  const choose = (): readonly T[] => chooseRows(query, source);
  const chosen = source.remember === undefined ? choose() : source.remember(query.filterKey, choose);
  const rows = chosen.slice(query.offset, query.offset + query.perPage);
  const total = source.forgetsTotalPastEnd && rows.length === 0 ? 0 : chosen.length;
  return {
    status: 200,
    body: rows.map((row) => source.render(row)),
    paging: {
      total,
      page: query.page,
      pages: Math.ceil(total / query.perPage),
      addedQuery: source.addedQuery ?? '',
    },
  };
}

function chooseRows<T extends { readonly id: number }>(query: ListQuery, source: ListSource<T>): T[] {
  const included = query.include.length === 0 ? undefined : new Set(query.include);
  const chosen: T[] = [];
  for (const item of source.sorted()) {
    if (!query.exclude.has(item.id) && included?.has(item.id) !== false && source.matches(item)) {
      chosen.push(item);
    }
  }
  return query.descending ? chosen.reverse() : chosen;
}

/** The date filters every dated collection shares. */
export function isInDates(
  query: ListQuery,
  item: { readonly createdAt: number; readonly modifiedAt: number },
): boolean {
  return (
    (query.after === undefined || item.createdAt > query.after) &&
    (query.before === undefined || item.createdAt < query.before) &&
    (query.modifiedAfter === undefined || item.modifiedAt > query.modifiedAfter) &&
    (query.modifiedBefore === undefined || item.modifiedAt < query.modifiedBefore)
  );
}
