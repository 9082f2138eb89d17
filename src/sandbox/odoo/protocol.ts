/** What the three protocols share: an answer before it is sent, and the services behind XML-RPC and JSON-RPC. */
import type { CallRunner } from './calls';
import { OdooFault } from './errors';
import type { UserDirectory } from './users';
import { isList, isObject, numberOf, textOf } from './values';
import type { Json } from './values';

/** An HTTP answer. */
export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface ProtocolContext {
  readonly runner: CallRunner;
  readonly users: UserDirectory;
  /** True while this call is to fail with a serialization error, as a fault on purpose. */
  readonly serializationFailure: boolean;
}

export const SERIALIZATION_MESSAGE = 'could not serialize access due to concurrent update\n';

/** @throws OdooFault when the fault plan says so */
export function failOnPurpose(context: ProtocolContext): void {
  if (context.serializationFailure) {
    throw new OdooFault('psycopg2.errors.SerializationFailure', SERIALIZATION_MESSAGE);
  }
}

/**
 * A call of the services `common` and `object`.
 * @returns undefined for Python's None
 * @throws OdooFault
 */
export function callService(
  context: ProtocolContext,
  service: string,
  method: string,
  args: readonly Json[],
): Json | undefined {
  return service === 'common' ? callCommon(context, method, args) : callObject(context, method, args);
}

function callCommon(context: ProtocolContext, method: string, args: readonly Json[]): Json {
  const { major } = context.runner.state;
  switch (method) {
    case 'version':
      return {
        server_version: `${major}.0`,
        server_version_info: [major, 0, 0, 'final', 0, ''],
        server_serie: `${major}.0`,
        protocol_version: 1,
      };
    case 'login':
    case 'authenticate':
      requireDatabase(context, textOf(args[0]));
      return context.users.byLogin(textOf(args[1]), textOf(args[2]))?.uid ?? false;
    default:
      throw new OdooFault('builtins.AttributeError', `Method not found: ${method}`);
  }
}

function callObject(context: ProtocolContext, method: string, args: readonly Json[]): Json | undefined {
  const [database, uid, secret, model, name, ...rest] = args;
  if (method !== 'execute_kw' && method !== 'execute') {
    throw new OdooFault('builtins.AttributeError', `Method not available ${method}`);
  }
  requireDatabase(context, textOf(database));
  const user = context.users.authorize(numberOf(uid), textOf(secret));
  failOnPurpose(context);
  const [positions, names] = method === 'execute' ? [rest, undefined] : [rest[0], rest[1]];
  return context.runner.runRpc(user, {
    model: textOf(model),
    method: textOf(name),
    args: isList(positions) ? positions : [],
    kwargs: isObject(names) ? names : {},
  });
}

function requireDatabase(context: ProtocolContext, database: string): void {
  if (database !== context.runner.state.databaseName) {
    throw new OdooFault(
      'psycopg2.OperationalError',
      `connection to server at "127.0.0.1", port 5432 failed: FATAL:  database "${database}" does not exist\n`,
    );
  }
}

/** The end of a Python traceback: its last line carries the meaning. */
export function traceback(fault: OdooFault): string {
  const name = fault.faultName.replace('builtins.', '');
  return `Traceback (most recent call last):\n  File "/usr/lib/python3/dist-packages/odoo/http.py", line 1, in _dispatch\n${name}: ${fault.message}\n`;
}
