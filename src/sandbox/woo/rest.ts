/** Requests and answers of the embedded REST API, apart from HTTP. */

/** Query parameters as PHP reads them: the last of equal names wins, `name[0]` and `name[]` make lists. */
export type RestQuery = ReadonlyMap<string, string | readonly string[]>;

export interface RestRequest {
  readonly method: string;
  /** Values of the route's placeholders. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: RestQuery;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Present on collections. */
  readonly paging?: Paging;
  /** A single object keeps its `_links` whatever `_fields` says. */
  readonly keepLinks?: boolean;
}

export interface Paging {
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  /** Parameters the route adds to the query in its Link header. */
  readonly addedQuery: string;
}

export type RestHandler = (request: RestRequest) => RestAnswer;

/** An error answer: `{code, message, data}` with a status. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;
  /** `{status}` unless the API says otherwise (refund errors have a number here). */
  readonly data: unknown;

  constructor(status: number, code: string, message: string, data: unknown = { status }) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }

  /** The JSON body. */
  body(): Readonly<Record<string, unknown>> {
    return { code: this.code, message: this.message, data: this.data };
  }
}

/** What WordPress answers for a path or method it does not know, or an id that is no number. */
export function noRoute(): RestError {
  return new RestError(404, 'rest_no_route', 'No route was found matching the URL and request method.');
}

export function ok(body: unknown): RestAnswer {
  return { status: 200, body, keepLinks: true };
}

export function created(body: unknown): RestAnswer {
  return { status: 201, body, keepLinks: true };
}

/** Reads a numeric placeholder. */
export function idOf(request: RestRequest, name: string): number {
  const text = request.params[name] ?? '';
  if (!/^\d+$/.test(text)) {
    throw noRoute();
  }
  return Number(text);
}

/** One string of the query; undefined when absent, the first of a list. */
export function textOf(query: RestQuery, name: string): string | undefined {
  const value = query.get(name);
  return typeof value === 'string' ? value : value?.[0];
}

/** A list of the query: repeated with brackets, or separated by commas or spaces. */
export function listOf(query: RestQuery, name: string): string[] {
  const value = query.get(name);
  if (value === undefined) {
    return [];
  }
  const parts = typeof value === 'string' ? value.split(/[\s,]+/) : [...value];
  return parts.filter((part) => part !== '');
}

/** Reads a query string as PHP does. */
export function parseQuery(search: string): Map<string, string | readonly string[]> {
  const query = new Map<string, string | readonly string[]>();
  for (const [name, value] of new URLSearchParams(search)) {
    const list = /^(.+?)\[\d*\]$/.exec(name)?.[1];
    if (list === undefined) {
      query.set(name, value);
      continue;
    }
    const before = query.get(list);
    query.set(list, [...(Array.isArray(before) ? (before as readonly string[]) : []), value]);
  }
  return query;
}

/** An unknown value as a record; undefined when it is none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** An unknown value as text; empty when it is neither text nor a number. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** An unknown value as a list; empty when it is none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
