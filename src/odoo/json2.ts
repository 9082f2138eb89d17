/** JSON-2: `POST /json/2/<model>/<method>`, from Odoo 19 on, with an API key. Observed on Odoo 19. */
import { z } from 'zod';
import { FatalError } from '../core/errors';
import type { Secret } from '../lib/secret';
import { parseJson } from './answer';
import { cleanValue } from './clean';
import { faultToError, NotOdooError, TransientError } from './errors';
import type { HttpAnswer, OdooHttp } from './http';
import { isReading, targetOf } from './transport';
import type { OdooCall, OdooTransport, ServerVersion } from './transport';
import { readVersion } from './versions';

const FAULT = z.object({ name: z.string(), message: z.string() });
const VERSION = z.object({ version: z.string() });

/** A transport that authenticates every request with an API key. */
export function json2Transport(http: OdooHttp, apiKey: Secret): OdooTransport {
  return {
    protocol: 'json2',
    async execute(call: OdooCall): Promise<unknown> {
      const answer = await http.send({
        method: 'POST',
        path: `/json/2/${encodeURIComponent(call.model)}/${encodeURIComponent(call.method)}`,
        headers: { Authorization: `bearer ${apiKey.reveal()}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(
          cleanValue({
            ...call.args,
            context: call.context,
            ...(call.ids === undefined ? {} : { ids: call.ids }),
          }),
        ),
        writing: !isReading(call.method),
      });
      return readResult(answer, call);
    },
  };
}

function readResult(answer: HttpAnswer, call: OdooCall): unknown {
  const body = parseJson(answer);
  if (answer.status < 300) {
    return body;
  }
  const fault = FAULT.safeParse(body);
  if (fault.success) {
    throw faultToError(fault.data, targetOf(call));
  }
  const message = `Odoo answered ${targetOf(call)} with HTTP ${answer.status}`;
  throw answer.status >= 500
    ? new TransientError(message, { trouble: 'failing', notExecuted: false })
    : new NotOdooError(message, { hint: 'Check ODOO_URL and ODOO_DB.' });
}

/** The user behind the API key. @throws FatalError when Odoo does not say */
export async function readJson2User(transport: OdooTransport): Promise<number> {
  const context = await transport.execute({
    model: 'res.users',
    method: 'context_get',
    ids: undefined,
    args: {},
    context: {},
  });
  const parsed = z.object({ uid: z.int().positive() }).safeParse(context);
  if (!parsed.success) {
    throw new FatalError('Odoo does not say which user the API key belongs to');
  }
  return parsed.data.uid;
}

/** Version from `GET /web/version` (no login); undefined where there is no such address: before 19. */
export async function probeWebVersion(http: OdooHttp): Promise<ServerVersion | undefined> {
  try {
    const answer = await http.send({ method: 'GET', path: '/web/version', writing: false });
    const parsed = VERSION.safeParse(answer.status === 200 ? JSON.parse(answer.text) : undefined);
    return parsed.success ? readVersion(parsed.data.version) : undefined;
  } catch (error) {
    // An address that is not there may redirect to a login or to the choice of a database.
    if (error instanceof SyntaxError || error instanceof NotOdooError) {
      return undefined;
    }
    throw error;
  }
}
