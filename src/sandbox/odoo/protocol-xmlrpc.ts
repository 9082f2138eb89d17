/** XML-RPC: `POST /xmlrpc/2/common` and `/xmlrpc/2/object`; HTTP 200 always, faults with codes 1 to 4. */
import { Readable } from 'node:stream';

import Deserializer from 'xmlrpc/lib/deserializer';
import { serializeFault, serializeMethodResponse } from 'xmlrpc/lib/serializer';

import { OdooFault } from './errors';
import type { FaultName } from './errors';
import { callService, traceback } from './protocol';
import type { ProtocolContext, WireAnswer } from './protocol';
import { isList, isObject } from './values';
import type { Json } from './values';

/** Anything unforeseen; its sentence is the last line of a traceback. */
const UNFORESEEN = 1;
const CODES: Partial<Record<FaultName, number>> = {
  'odoo.exceptions.UserError': 2,
  'odoo.exceptions.ValidationError': 2,
  'odoo.exceptions.MissingError': 2,
  'odoo.exceptions.AccessDenied': 3,
  'odoo.exceptions.AccessError': 4,
};
// Characters XML does not know, plain or as a reference.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const CONTROL_REFERENCE = /&#(x0*([0-8bcef]|1[0-9a-f])|0*([0-8]|1[124-9]|2\d|3[01]));/i;

/** Answers one call. A method that returns None is done, and answers a fault all the same. */
export async function answerXmlRpc(
  context: ProtocolContext,
  service: string,
  xml: string,
): Promise<WireAnswer> {
  try {
    const { method, params } = await parseCall(xml);
    const result = callService(context, service, method, params);
    if (result === undefined) {
      throw new OdooFault('builtins.TypeError', 'cannot marshal None unless allow_none is enabled');
    }
    return answer(serializeMethodResponse(marshal(context, result)));
  } catch (fault) {
    if (!(fault instanceof OdooFault)) {
      throw fault;
    }
    const code = CODES[fault.faultName] ?? UNFORESEEN;
    const text = code === UNFORESEEN ? traceback(fault) : fault.message;
    return answer(serializeFault({ faultCode: code, faultString: text }));
  }
}

/** The half of the package's deserializer a server uses. */
interface CallDeserializer {
  deserializeMethodCall(
    stream: NodeJS.ReadableStream,
    answer: (error: Error | null | undefined, method?: string, params?: unknown[]) => void,
  ): void;
}

async function parseCall(xml: string): Promise<{ method: string; params: readonly Json[] }> {
  CONTROL.lastIndex = 0;
  if (CONTROL.test(xml) || CONTROL_REFERENCE.test(xml)) {
    throw unreadable('not well-formed (invalid token): line 1, column 0');
  }
  return new Promise((resolve, reject) => {
    const deserializer = new Deserializer() as unknown as CallDeserializer;
    deserializer.deserializeMethodCall(
      Readable.from(Buffer.from(xml), { objectMode: false }),
      (error, method, params) => {
        if (error !== null && error !== undefined) {
          reject(unreadable(error.message.split('\n')[0] ?? ''));
        } else {
          resolve({ method: method ?? '', params: (params ?? []) as Json[] });
        }
      },
    );
  });
}

function unreadable(reason: string): OdooFault {
  return new OdooFault('xml.parsers.expat.ExpatError', reason);
}

/** What 19 does and 14 does not: characters XML does not know are dropped; a None inside is `nil`. */
function marshal(context: ProtocolContext, value: Json | undefined): Json {
  if (typeof value === 'string') {
    return context.runner.state.major === 14 ? value : value.replace(CONTROL, '');
  }
  if (isList(value)) {
    return value.map((entry) => marshal(context, entry));
  }
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, marshal(context, entry)]));
  }
  return value ?? null;
}

function answer(text: string): WireAnswer {
  return { status: 200, contentType: 'text/xml; charset=utf-8', text };
}
