/** A table of routes: a path pattern, its methods and their handlers. */
import type { RestHandler } from './rest';

export interface Route {
  /** Below `/wp-json`, with `:name` placeholders. */
  readonly path: string;
  readonly handlers: Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', RestHandler>>>;
  /** Value of the Allow header. */
  readonly allow: string;
  /** True where no key is needed. */
  readonly isPublic?: boolean;
}

export const COLLECTION_ALLOW = 'GET, POST';
export const ITEM_ALLOW = 'GET, POST, PUT, PATCH, DELETE';
export const BATCH_ALLOW = 'POST, PUT, PATCH';

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a path; an earlier route wins over a later one. */
export function matchRoute(routes: readonly Route[], path: string): RouteMatch | undefined {
  const parts = path.split('/');
  for (const route of routes) {
    const params = matchParts(route.path.split('/'), parts);
    if (params !== undefined) {
      return { route, params };
    }
  }
  return undefined;
}

function matchParts(
  pattern: readonly string[],
  parts: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== parts.length) {
    return undefined;
  }
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? '';
    if (expected.startsWith(':')) {
      params[expected.slice(1)] = part;
    } else if (expected !== part) {
      return undefined;
    }
  }
  return params;
}
