/** JSON-RPC: `POST /jsonrpc`, every supported version. Observed on Odoo 14 and 19: HTTP 200 always. */
import { z } from 'zod';
import { FatalError } from '../core/errors';
import type { Secret } from '../lib/secret';
import { parseJson } from './answer';
import { cleanValue } from './clean';
import { faultToError, NotOdooError } from './errors';
import type { OdooHttp } from './http';
import { isReading, rpcArguments, targetOf } from './transport';
import type { Login, OdooCall, OdooTransport, ServerVersion } from './transport';
import { readVersion } from './versions';

const ENVELOPE = z.object({
  jsonrpc: z.literal('2.0'),
  /** Absent for a method that returns None. */
  result: z.unknown().optional(),
  error: z
    .object({
      message: z.string().optional(),
      data: z.object({ name: z.string(), message: z.string().optional() }).optional(),
    })
    .optional(),
});

interface RpcRequest {
  readonly service: 'common' | 'object';
  readonly method: string;
  readonly args: readonly unknown[];
  readonly writing: boolean;
  /** `model.method` for messages. */
  readonly target: string;
}

/** A transport that sends the login with every call. */
export function jsonRpcTransport(http: OdooHttp, login: Login): OdooTransport {
  return {
    protocol: 'jsonrpc',
    async execute(call: OdooCall): Promise<unknown> {
      const { args, named } = rpcArguments(call);
      return rpc(http, {
        service: 'object',
        method: 'execute_kw',
        args: [login.database, login.uid, login.secret.reveal(), call.model, call.method, args, named],
        writing: !isReading(call.method),
        target: targetOf(call),
      });
    },
  };
}

/**
 * Logs in; gives the user's id.
 * @throws FatalError when the login is wrong (observed: `false`, no fault)
 */
export async function jsonRpcLogin(
  http: OdooHttp,
  database: string,
  username: string,
  secret: Secret,
): Promise<number> {
  const uid = await rpc(http, {
    service: 'common',
    method: 'authenticate',
    args: [database, username, secret.reveal(), {}],
    writing: false,
    target: 'authenticate',
  });
  return requireUid(uid, username);
}

/** Version from `common.version()`, which needs no login. */
export async function jsonRpcVersion(http: OdooHttp): Promise<ServerVersion> {
  const answer = await rpc(http, {
    service: 'common',
    method: 'version',
    args: [],
    writing: false,
    target: 'version',
  });
  return versionOf(answer);
}

/** A user id out of the answer of `authenticate`. @throws FatalError when it is `false` */
export function requireUid(uid: unknown, username: string): number {
  if (typeof uid === 'number' && Number.isSafeInteger(uid) && uid > 0) {
    return uid;
  }
  throw new FatalError(`Odoo does not accept the login of ${username}`, {
    hint: 'Check ODOO_USERNAME and ODOO_API_KEY (or ODOO_PASSWORD); an API key may have expired.',
  });
}

/** A version out of the answer of `common.version()`. */
export function versionOf(answer: unknown): ServerVersion {
  const parsed = z.object({ server_version: z.string() }).safeParse(answer);
  if (!parsed.success) {
    throw new NotOdooError('the server does not say which version of Odoo it is');
  }
  return readVersion(parsed.data.server_version);
}

async function rpc(http: OdooHttp, request: RpcRequest): Promise<unknown> {
  const { service, method, args } = request;
  const answer = await http.send({
    method: 'POST',
    path: '/jsonrpc',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(
      cleanValue({ jsonrpc: '2.0', method: 'call', id: 1, params: { service, method, args } }),
    ),
    writing: request.writing,
  });
  const envelope = ENVELOPE.safeParse(parseJson(answer));
  if (!envelope.success) {
    throw new NotOdooError(`${request.target}: the answer is no JSON-RPC (HTTP ${answer.status})`);
  }
  const { error, result } = envelope.data;
  if (error === undefined) {
    return result ?? null;
  }
  throw faultToError(
    {
      name: error.data?.name ?? 'builtins.Exception',
      message: error.data?.message ?? error.message ?? 'Odoo Server Error',
    },
    request.target,
  );
}
