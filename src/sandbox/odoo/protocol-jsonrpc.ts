/** JSON-RPC: `POST /jsonrpc`, services `common` and `object`; HTTP 200 always. */
import { OdooFault } from './errors';
import { callService, traceback } from './protocol';
import type { ProtocolContext, WireAnswer } from './protocol';
import { isList, isObject, textOf } from './values';
import type { Json } from './values';

/** Answers one call; there is no `result` key for Python's None. */
export function answerJsonRpc(context: ProtocolContext, text: string): WireAnswer {
  const request = parse(text);
  if (request === undefined) {
    return {
      status: 400,
      contentType: 'text/html; charset=utf-8',
      text: '<!doctype html>\n<title>400 Bad Request</title>\n<h1>Bad Request</h1>\n',
    };
  }
  const { id, service, method, args } = request;
  try {
    const result = callService(context, service, method, args);
    return json({ jsonrpc: '2.0', id, ...(result === undefined ? {} : { result }) });
  } catch (fault) {
    if (!(fault instanceof OdooFault)) {
      throw fault;
    }
    return json({ jsonrpc: '2.0', id, error: describe(context, fault) });
  }
}

function parse(
  text: string,
): { id: Json; service: string; method: string; args: readonly Json[] } | undefined {
  try {
    const body = JSON.parse(text) as Json;
    const params = isObject(body) ? body['params'] : undefined;
    if (!isObject(body) || !isObject(params)) {
      return undefined;
    }
    const { service, method, args } = params;
    return {
      id: body['id'] ?? null,
      service: textOf(service),
      method: textOf(method),
      args: isList(args) ? args : [],
    };
  } catch {
    return undefined;
  }
}

function describe(context: ProtocolContext, fault: OdooFault): Json {
  return {
    code: context.runner.state.major === 14 ? 200 : 0,
    message: 'Odoo Server Error',
    data: {
      name: fault.faultName,
      debug: traceback(fault),
      message: fault.message,
      arguments: [fault.message],
      context: {},
    },
  };
}

function json(body: Json): WireAnswer {
  return { status: 200, contentType: 'application/json', text: JSON.stringify(body) };
}
