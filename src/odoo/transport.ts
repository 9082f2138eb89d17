/** One way to call methods of Odoo's models; JSON-2, JSON-RPC and XML-RPC implement it alike. */
import type { OdooProtocol } from '../core/ports';
import type { Secret } from '../lib/secret';

export interface OdooCall {
  readonly model: string;
  readonly method: string;
  /** Records the method is called on; undefined for a method of the model. */
  readonly ids: readonly number[] | undefined;
  /** Named arguments, without `context`. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
}

export interface OdooTransport {
  readonly protocol: OdooProtocol;
  /**
   * Makes one call once. A method that returns None gives null.
   * @throws TransientError, OdooRefusal, OdooAccessError, NotOdooError, FatalError
   */
  execute(call: OdooCall): Promise<unknown>;
}

/** The login of one user; the secret is an API key or a password. */
export interface Login {
  readonly database: string;
  readonly uid: number;
  readonly secret: Secret;
}

export interface ServerVersion {
  /** As the server says it, for example `19.0`. */
  readonly version: string;
  readonly major: number;
}

/**
 * Methods that change nothing and may be sent twice; every other method counts
 * as writing. A list on purpose: a wrong guess would double something.
 */
const READING = new Set([
  'check_access_rights',
  'check_object_reference',
  'context_get',
  'default_get',
  'export_data',
  'fields_get',
  'get_metadata',
  'has_access',
  'has_group',
  'name_search',
  'read',
  'read_group',
  'search',
  'search_count',
  'search_read',
]);

/** True when a method only reads. */
export function isReading(method: string): boolean {
  return READING.has(method);
}

/** `model.method`, for messages. */
export function targetOf(call: Pick<OdooCall, 'model' | 'method'>): string {
  return `${call.model}.${call.method}`;
}

/**
 * Arguments that are given by position, because their names differ. Observed
 * on 14: `search_count` knows no `domain`, and `write` of some models (those
 * that override it) no `vals`; on 14 and 19 a `create` without a positional
 * argument is an `IndexError`.
 */
const POSITIONAL: Readonly<Record<string, readonly string[]>> = {
  create: ['vals_list'],
  load: ['fields', 'data'],
  read: ['fields'],
  search: ['domain'],
  search_count: ['domain'],
  write: ['vals'],
};

/** The positional and the named arguments of `execute_kw` for a call. */
export function rpcArguments(call: OdooCall): {
  readonly args: unknown[];
  readonly named: Record<string, unknown>;
} {
  const args: unknown[] = call.ids === undefined ? [] : [call.ids];
  const named = new Map(Object.entries(call.args));
  for (const name of POSITIONAL[call.method] ?? []) {
    if (!named.has(name)) {
      break;
    }
    const value = named.get(name);
    named.delete(name);
    // JSON-2 answers a list of ids for one record too.
    args.push(call.method === 'create' && !Array.isArray(value) ? [value] : value);
  }
  return { args, named: { ...Object.fromEntries(named), context: call.context } };
}
