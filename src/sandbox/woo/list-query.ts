/** Reads and checks the query of a collection as WordPress does, with its messages. */
import { listOf, RestError, textOf } from './rest';
import type { RestQuery } from './rest';
import { parseDateFilter } from './shop-time';

/** What a collection accepts. Parameters it does not name are ignored, as WordPress does. */
export interface ListSpec {
  readonly orderby: readonly string[];
  readonly defaultOrderby: string;
  readonly defaultOrder: 'asc' | 'desc';
  /** True where after, before and modified_… exist. */
  readonly dates: boolean;
  /** Parameters that take one of these values. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
  /** Parameters that take a list of these values. */
  readonly listChoices: Readonly<Record<string, readonly string[]>>;
}

export interface ListQuery {
  readonly page: number;
  readonly perPage: number;
  readonly offset: number;
  readonly orderby: string;
  readonly descending: boolean;
  readonly search: string;
  readonly include: readonly number[];
  readonly exclude: ReadonlySet<number>;
  readonly parent: readonly number[];
  /** Seconds since 1970, exclusive; undefined without such a filter. */
  readonly after: number | undefined;
  readonly before: number | undefined;
  readonly modifiedAfter: number | undefined;
  readonly modifiedBefore: number | undefined;
  /** The same for all pages of one filter. */
  readonly filterKey: string;
}

interface Problem {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

const INTEGER_BOUNDS: Readonly<Record<string, readonly [low: number, high: number]>> = {
  page: [1, Number.MAX_SAFE_INTEGER],
  per_page: [1, 100],
  offset: [0, Number.MAX_SAFE_INTEGER],
};

const DATE_FILTERS = ['after', 'before', 'modified_after', 'modified_before'] as const;

/**
 * Reads the query of a collection.
 * @throws RestError rest_invalid_param naming every parameter that is wrong
 */
export function readListQuery(query: RestQuery, spec: ListSpec): ListQuery {
  const problems = [
    ...Object.keys(INTEGER_BOUNDS).flatMap((name) => checkInteger(query, name)),
    ...['include', 'exclude', 'parent'].flatMap((name) => checkIds(query, name)),
    ...checkChoice(query, 'order', ['asc', 'desc']),
    ...checkChoice(query, 'orderby', spec.orderby),
    ...Object.entries(spec.choices).flatMap(([name, allowed]) => checkChoice(query, name, allowed)),
    ...Object.entries(spec.listChoices).flatMap(([name, allowed]) => checkChoices(query, name, allowed)),
    ...(spec.dates ? DATE_FILTERS.flatMap((name) => checkDate(query, name)) : []),
  ];
  if (problems.length > 0) {
    throw invalidParam(problems);
  }
  const page = integerOf(query, 'page') ?? 1;
  const perPage = integerOf(query, 'per_page') ?? 10;
  const gmt = ['1', 'true'].includes(textOf(query, 'dates_are_gmt') ?? '');
  const date = (name: string): number | undefined => {
    const text = textOf(query, name);
    return !spec.dates || text === undefined ? undefined : parseDateFilter(text, gmt);
  };
  return {
    page,
    perPage,
    offset: integerOf(query, 'offset') ?? (page - 1) * perPage,
    orderby: textOf(query, 'orderby') ?? spec.defaultOrderby,
    descending: (textOf(query, 'order') ?? spec.defaultOrder) === 'desc',
    search: textOf(query, 'search') ?? '',
    include: listOf(query, 'include').map(Number),
    exclude: new Set(listOf(query, 'exclude').map(Number)),
    parent: listOf(query, 'parent').map(Number),
    after: date('after'),
    before: date('before'),
    modifiedAfter: date('modified_after'),
    modifiedBefore: date('modified_before'),
    filterKey: filterKeyOf(query),
  };
}

function filterKeyOf(query: RestQuery): string {
  const paging = ['page', 'per_page', 'offset', '_fields'];
  const filters = [...query].filter(([name]) => !paging.includes(name) && !name.startsWith('oauth_'));
  return JSON.stringify(filters.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** `rest_invalid_param` with one entry per parameter. */
export function invalidParam(problems: readonly Problem[]): RestError {
  const names = [...new Set(problems.map((problem) => problem.name))];
  const data = {
    status: 400,
    params: Object.fromEntries(problems.map(({ name, message }) => [name, message])),
    details: Object.fromEntries(
      problems.map(({ name, code, message }) => [name, { code, message, data: null }]),
    ),
  };
  return new RestError(400, 'rest_invalid_param', `Invalid parameter(s): ${names.join(', ')}`, data);
}

function integerOf(query: RestQuery, name: string): number | undefined {
  const text = textOf(query, name);
  return text === undefined ? undefined : Number(text);
}

function checkInteger(query: RestQuery, name: string): Problem[] {
  const text = textOf(query, name);
  const [low, high] = INTEGER_BOUNDS[name] ?? [0, 0];
  if (text === undefined) {
    return [];
  }
  if (!/^-?\d+$/.test(text)) {
    return [{ name, code: 'rest_invalid_type', message: `${name} is not of type integer.` }];
  }
  if (Number(text) >= low && Number(text) <= high) {
    return [];
  }
  const range =
    high === Number.MAX_SAFE_INTEGER
      ? `${name} must be greater than or equal to ${low}`
      : `${name} must be between ${low} (inclusive) and ${high} (inclusive)`;
  return [{ name, code: 'rest_out_of_bounds', message: range }];
}

function checkIds(query: RestQuery, name: string): Problem[] {
  const wrong = listOf(query, name).findIndex((part) => !/^-?\d+$/.test(part));
  return wrong === -1
    ? []
    : [{ name, code: 'rest_invalid_type', message: `${name}[${wrong}] is not of type integer.` }];
}

function checkChoice(query: RestQuery, name: string, allowed: readonly string[]): Problem[] {
  const text = textOf(query, name);
  return text === undefined || allowed.includes(text) ? [] : [notInEnum(name, name, allowed)];
}

function checkChoices(query: RestQuery, name: string, allowed: readonly string[]): Problem[] {
  const wrong = listOf(query, name).findIndex((value) => !allowed.includes(value));
  return wrong === -1 ? [] : [notInEnum(name, `${name}[${wrong}]`, allowed)];
}

function notInEnum(name: string, shown: string, allowed: readonly string[]): Problem {
  return { name, code: 'rest_not_in_enum', message: `${shown} is not one of ${inSentence(allowed)}.` };
}

function checkDate(query: RestQuery, name: string): Problem[] {
  const text = textOf(query, name);
  return text === undefined || parseDateFilter(text, true) !== undefined
    ? []
    : [{ name, code: 'rest_invalid_date', message: 'Invalid date.' }];
}

function inSentence(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')}, and ${words[words.length - 1] ?? ''}`;
}
