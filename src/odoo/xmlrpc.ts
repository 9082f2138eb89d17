/**
 * XML-RPC: `POST /xmlrpc/2/common` and `/xmlrpc/2/object`, every supported
 * version, HTTP 200 always. Observed on Odoo 14 and 19. The slowest of the
 * three (reading takes two to three times as long as over JSON), for servers
 * where nothing else gets through.
 *
 * Integers over 32 bits are sent as they are, and Odoo refuses them
 * (`NumericValueOutOfRange`), as it does over JSON.
 */
import type { Secret } from '../lib/secret';
import { unreadable } from './answer';
import { cleanValue } from './clean';
import { faultOfTraceback, faultToError, OdooRefusal } from './errors';
import type { OdooFault } from './errors';
import type { HttpAnswer, OdooHttp } from './http';
import { requireUid, versionOf } from './jsonrpc';
import { isReading, rpcArguments, targetOf } from './transport';
import type { Login, OdooCall, OdooTransport, ServerVersion } from './transport';
import { readResponse, writeCall } from './xmlrpc-codec';
import type { XmlRpcFault, XmlRpcResponse } from './xmlrpc-codec';

/**
 * The method returned None (or, in 14, a recordset), which XML-RPC cannot
 * carry: the work is done and committed, only the answer is lost.
 */
const UNMARSHALLABLE =
  /cannot marshal (None unless allow_none is enabled|<class 'odoo\.api\.[^']+'> objects)\s*$/;

/** A transport that sends the login with every call. */
export function xmlRpcTransport(http: OdooHttp, login: Login): OdooTransport {
  return {
    protocol: 'xmlrpc',
    async execute(call: OdooCall): Promise<unknown> {
      const { args, named } = rpcArguments(call);
      const response = await callMethod(http, {
        service: 'object',
        method: 'execute_kw',
        params: [login.database, login.uid, login.secret.reveal(), call.model, call.method, args, named],
        writing: !isReading(call.method),
      });
      if (response.fault === undefined) {
        return response.value;
      }
      if (!UNMARSHALLABLE.test(response.fault.text)) {
        throw faultToError(readFault(response.fault), targetOf(call));
      }
      if (isReading(call.method)) {
        throw new OdooRefusal(
          `the answer of ${targetOf(call)} holds an empty value that XML-RPC cannot carry`,
          'builtins.TypeError',
        );
      }
      return null;
    },
  };
}

/**
 * Logs in; gives the user's id.
 * @throws FatalError when the login is wrong (observed: `false`, no fault)
 */
export async function xmlRpcLogin(
  http: OdooHttp,
  database: string,
  username: string,
  secret: Secret,
): Promise<number> {
  const params = [database, username, secret.reveal(), {}];
  return requireUid(await callCommon(http, 'authenticate', params), username);
}

/** Version from `common.version()`, which needs no login. */
export async function xmlRpcVersion(http: OdooHttp): Promise<ServerVersion> {
  return versionOf(await callCommon(http, 'version', []));
}

async function callCommon(http: OdooHttp, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await callMethod(http, { service: 'common', method, params, writing: false });
  if (response.fault !== undefined) {
    throw faultToError(readFault(response.fault), method);
  }
  return response.value;
}

interface MethodCall {
  readonly service: 'common' | 'object';
  readonly method: string;
  readonly params: readonly unknown[];
  readonly writing: boolean;
}

async function callMethod(http: OdooHttp, call: MethodCall): Promise<XmlRpcResponse> {
  const answer = await http.send({
    method: 'POST',
    path: `/xmlrpc/2/${call.service}`,
    headers: { 'Content-Type': 'text/xml' },
    body: writeCall(call.method, cleanValue(call.params) as unknown[]),
    writing: call.writing,
  });
  return readAnswer(answer);
}

async function readAnswer(answer: HttpAnswer): Promise<XmlRpcResponse> {
  try {
    return await readResponse(answer.text);
  } catch {
    throw unreadable(answer, 'XML');
  }
}

/** Codes observed on 14 and 19: 1 anything unforeseen (a traceback), 2 user error, 3 login, 4 rights. */
function readFault(fault: XmlRpcFault): OdooFault {
  switch (fault.code) {
    case 2:
      return { name: 'odoo.exceptions.UserError', message: fault.text };
    case 3:
      return { name: 'odoo.exceptions.AccessDenied', message: fault.text };
    case 4:
      return { name: 'odoo.exceptions.AccessError', message: fault.text };
    default:
      return faultOfTraceback(fault.text);
  }
}
