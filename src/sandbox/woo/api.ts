/** From a request's address and body to the answer on the wire: key, route, handler, errors. */
import { toWire } from './http-answer';
import type { WireAnswer } from './http-answer';
import type { Authenticator } from './authenticate';
import { PhpCrash, type Poison } from './poison';
import { asRecord, noRoute, parseQuery, RestError } from './rest';
import type { RestAnswer, RestQuery } from './rest';
import { matchRoute } from './routes';
import type { Route, RouteMatch } from './routes';

export interface ApiCall {
  readonly request: {
    readonly method: string;
    /** Path and query as sent. */
    readonly originalUrl: string;
    /** The body as text; anything else counts as none. */
    readonly rawBody: unknown;
    readonly origin: string;
  };
  readonly routes: readonly Route[];
  readonly authenticator: Authenticator;
  readonly poison: Poison;
}

export interface ApiAnswer {
  readonly wire: WireAnswer;
  /** True when a handler of a writing method ran. */
  readonly wrote: boolean;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;

/** Answers one call of the REST API. */
export function answerApi({ request, routes, authenticator, poison }: ApiCall): ApiAnswer {
  const [path, search] = splitOnce(request.originalUrl, '?');
  const query = parseQuery(search);
  const address = `${request.origin}${path}`;
  const place = { query, search, address, origin: request.origin };
  const match = matchRoute(routes, path.replace(/^\/wp-json/, '').replace(/\/$/, ''));
  let wrote = false;
  try {
    // A bad signature is refused before routing, a missing one only where the route wants a key.
    const signed = search.includes('oauth_');
    const handler = signed ? undefined : handlerOf(match, request.method);
    if (match?.route.isPublic !== true || signed) {
      authenticator.check({ method: request.method, url: address, search });
    }
    const body = parseBody(request.rawBody);
    const run = handler ?? handlerOf(match, request.method);
    wrote = request.method !== 'GET';
    const answer = run({ method: request.method, params: match?.params ?? {}, query, body });
    if (request.method === 'GET' && match !== undefined) {
      poison.checkShown(match.route.path, query, answer.body);
    }
    return { wire: withAllow(toWire(answer, place), match), wrote };
  } catch (error) {
    return { wire: errorWire(error, place, match), wrote };
  }
}

function handlerOf(
  match: RouteMatch | undefined,
  method: string,
): (request: Parameters<NonNullable<Route['handlers']['GET']>>[0]) => RestAnswer {
  // WordPress takes PATCH wherever it takes PUT.
  const wanted = method === 'PATCH' ? 'PUT' : method;
  const known = METHODS.find((candidate) => candidate === wanted);
  const handler = known === undefined ? undefined : match?.route.handlers[known];
  if (handler === undefined) {
    throw noRoute();
  }
  return handler;
}

function parseBody(raw: unknown): Readonly<Record<string, unknown>> {
  if (typeof raw !== 'string' || raw === '') {
    return {};
  }
  try {
    return asRecord(JSON.parse(raw)) ?? {};
  } catch {
    throw new RestError(400, 'rest_invalid_json', 'Invalid JSON body passed.', {
      status: 400,
      json_error_code: 4,
      json_error_message: 'Syntax error',
    });
  }
}

function errorWire(
  error: unknown,
  place: {
    readonly query: RestQuery;
    readonly search: string;
    readonly address: string;
    readonly origin: string;
  },
  match: RouteMatch | undefined,
): WireAnswer {
  const refusal = error instanceof PhpCrash ? error.answer() : error;
  if (!(refusal instanceof RestError)) {
    throw refusal;
  }
  const wire = toWire({ status: refusal.status, body: refusal.body() }, place);
  return refusal.status === 401 ? wire : withAllow(wire, match);
}

function withAllow(wire: WireAnswer, match: RouteMatch | undefined): WireAnswer {
  return match === undefined ? wire : { ...wire, headers: { ...wire.headers, Allow: match.route.allow } };
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
