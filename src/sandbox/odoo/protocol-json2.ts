/** JSON-2 (Odoo 19): `POST /json/2/<model>/<method>` with a bearer API key. */
import { OdooFault } from './errors';
import type { FaultName } from './errors';
import { failOnPurpose, traceback } from './protocol';
import type { ProtocolContext, WireAnswer } from './protocol';
import { isObject } from './values';
import type { Json, JsonObject } from './values';

export interface Json2Request {
  readonly model: string;
  readonly method: string;
  readonly contentType: string;
  readonly authorization: string;
  readonly database: string;
  readonly body: string;
}

const STATUSES: Partial<Record<FaultName, number>> = {
  'werkzeug.exceptions.BadRequest': 400,
  'werkzeug.exceptions.Unauthorized': 401,
  'odoo.exceptions.AccessDenied': 403,
  'odoo.exceptions.AccessError': 403,
  'odoo.exceptions.MissingError': 404,
  'werkzeug.exceptions.NotFound': 404,
  'odoo.exceptions.UserError': 422,
  'odoo.exceptions.ValidationError': 422,
  'werkzeug.exceptions.UnprocessableEntity': 422,
};
const NO_KEY = 'User not authenticated, use an API Key with a Bearer Authorization header.';

/** Answers one call; the body is the bare result, `null` for Python's None. */
export function answerJson2(context: ProtocolContext, request: Json2Request): WireAnswer {
  const { databaseName } = context.runner.state;
  if (request.database !== '' && request.database !== databaseName) {
    return html(404, 'Not Found');
  }
  if (!/^application\/(.+\+)?json/.test(request.contentType)) {
    return html(415, 'Unsupported Media Type');
  }
  try {
    const bearer = /^bearer\s+(\S+)$/i.exec(request.authorization)?.[1];
    if (bearer === undefined) {
      throw new OdooFault('werkzeug.exceptions.Unauthorized', NO_KEY);
    }
    const user = context.users.byApiKey(bearer);
    if (user === undefined) {
      throw new OdooFault('werkzeug.exceptions.Unauthorized', 'Invalid apikey');
    }
    const body = parseBody(request.body);
    failOnPurpose(context);
    const { model, method } = request;
    return json(200, context.runner.runNamed(user, { model, method, body }) ?? null);
  } catch (fault) {
    if (!(fault instanceof OdooFault)) {
      throw fault;
    }
    return json(STATUSES[fault.faultName] ?? 500, {
      name: fault.faultName,
      message: fault.message,
      arguments: [fault.message],
      context: {},
      debug: traceback(fault),
    });
  }
}

function parseBody(text: string): JsonObject {
  try {
    const body = JSON.parse(text) as Json;
    if (isObject(body)) {
      return body;
    }
  } catch {
    // answered below
  }
  throw new OdooFault(
    'werkzeug.exceptions.BadRequest',
    `could not parse the body as json: ${text.slice(0, 50)}`,
  );
}

function json(status: number, body: Json): WireAnswer {
  return { status, contentType: 'application/json; charset=utf-8', text: JSON.stringify(body) };
}

/** The page Odoo answers outside its own error format. */
export function html(status: number, title: string): WireAnswer {
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    text: `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n`,
  };
}
