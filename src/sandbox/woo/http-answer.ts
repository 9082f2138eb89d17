/** Puts an answer of the REST API on the wire, with WordPress's headers. */
import type { Response } from 'express';
import { parseFields, pickFields } from './fields';
import { asRecord, listOf } from './rest';
import type { Paging, RestAnswer, RestQuery } from './rest';

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Builds status, headers and text of an answer; `address` is the request's own without query. */
export function toWire(
  answer: RestAnswer,
  request: {
    readonly query: RestQuery;
    readonly search: string;
    readonly address: string;
    readonly origin: string;
  },
): WireAnswer {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json; charset=UTF-8',
    'X-Robots-Tag': 'noindex',
    Link: `<${request.origin}/wp-json/>; rel="https://api.w.org/"`,
  };
  if (answer.paging !== undefined) {
    headers['X-WP-Total'] = String(answer.paging.total);
    headers['X-WP-TotalPages'] = String(answer.paging.pages);
    headers['Link'] = pageLinks(answer.paging, request) || headers['Link'] || '';
  }
  return { status: answer.status, headers, text: phpJson(selectFields(answer, request.query)) };
}

/** Sends it, unless the client is gone. */
export function sendWire(response: Response, wire: WireAnswer, now: Date): void {
  response.status(wire.status);
  response.set({ ...wire.headers, Date: now.toUTCString() });
  response.end(wire.text);
}

/** JSON as PHP writes it: everything beyond ASCII escaped, slashes too. */
export function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function selectFields(answer: RestAnswer, query: RestQuery): unknown {
  const tree = parseFields(listOf(query, '_fields'));
  if (tree === undefined || answer.status >= 400) {
    return answer.body;
  }
  if (Array.isArray(answer.body)) {
    return answer.body.map((row) => pickFields(row, tree, 'drop'));
  }
  const picked = pickFields(answer.body, tree, answer.keepLinks === true ? 'drop' : 'empty');
  const links = asRecord(answer.body)?.['_links'];
  return answer.keepLinks === true && links !== undefined ? { ...asRecord(picked), _links: links } : picked;
}

/** Observed: the links repeat the whole query, the spent OAuth parameters included. */
function pageLinks(paging: Paging, request: { readonly search: string; readonly address: string }): string {
  const params = new URLSearchParams(request.search);
  params.delete('page');
  const query = [params.toString(), paging.addedQuery].filter((part) => part !== '').join('&');
  const link = (page: number, relation: string): string =>
    `<${request.address}?${query === '' ? '' : `${query}&`}page=${page}>; rel="${relation}"`;
  const links: string[] = [];
  if (paging.page > 1 && paging.pages > 0) {
    links.push(link(Math.min(paging.page - 1, paging.pages), 'prev'));
  }
  if (paging.page < paging.pages) {
    links.push(link(paging.page + 1, 'next'));
  }
  return links.join(', ');
}
