/** XML-RPC text in and out, by the `xmlrpc` package's own serializer and deserializer. */
import { Readable } from 'node:stream';
import { z } from 'zod';
// The package exports only a client and a server with an HTTP of their own; these are its inner parts.
import Deserializer from 'xmlrpc/lib/deserializer';
import { serializeMethodCall } from 'xmlrpc/lib/serializer';
import { chunk } from '../lib/chunk';

/** A fault as the server sent it. */
export interface XmlRpcFault {
  readonly code: number;
  readonly text: string;
}

const FAULT = z.object({ faultCode: z.union([z.number(), z.string()]), faultString: z.string() });

export type XmlRpcResponse =
  { readonly fault: XmlRpcFault } | { readonly fault?: undefined; readonly value: unknown };

/** The XML of one method call. */
export function writeCall(method: string, params: readonly unknown[]): string {
  return serializeMethodCall(method, params);
}

/**
 * Reads a method response. Binary values stay base64 text, as over JSON;
 * `<i8>` becomes a number, and a member `__proto__` stays a member.
 * @throws Error when it is no complete XML-RPC response
 */
export async function readResponse(xml: string): Promise<XmlRpcResponse> {
  const deserializer = createDeserializer();
  return new Promise((resolve, reject) => {
    deserializer.deserializeMethodResponse(
      Readable.from(Buffer.from(xml), { objectMode: false }),
      (error, value) => {
        if (error === null || error === undefined) {
          resolve({ value });
        } else if (error.faultCode !== undefined) {
          resolve({ fault: { code: Number(error.faultCode), text: String(error.faultString) } });
        } else {
          reject(error);
        }
      },
    );
  });
}

/** The package's deserializer, with the ends of some elements replaced; what they throw rejects the response. */
function createDeserializer(): Deserializer {
  const deserializer = new Deserializer();

  function end(value: unknown): void {
    deserializer.push(value);
    deserializer.value = false;
  }
  deserializer.endBase64 = end;
  deserializer.endI8 = (data) => {
    if (!/^-?\d+$/.test(data)) {
      throw new Error('not a whole number');
    }
    end(Number(data));
  };
  deserializer.endStruct = () => {
    const items = deserializer.stack.splice(deserializer.marks.pop() ?? 0);
    const members = chunk(items, 2).map(([name, value]) => [String(name), value] as const);
    end(Object.fromEntries(members));
  };
  deserializer.endFault = () => {
    // The package would read whatever there is as a fault, and fail outside of any promise.
    if (!FAULT.safeParse(deserializer.stack[0]).success) {
      throw new Error('a fault without code and text');
    }
    deserializer.responseType = 'fault';
  };
  return deserializer;
}
