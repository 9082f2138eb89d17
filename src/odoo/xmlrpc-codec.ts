/** XML-RPC text in and out, by the `xmlrpc` package's own serializer and deserializer. */
import { Readable } from 'node:stream';
// The package exports only a client and a server with an HTTP of their own; these are its inner parts.
import Deserializer from 'xmlrpc/lib/deserializer';
import { serializeMethodCall } from 'xmlrpc/lib/serializer';

/** A fault as the server sent it. */
export interface XmlRpcFault {
  readonly code: number;
  readonly text: string;
}

export type XmlRpcResponse =
  { readonly fault: XmlRpcFault } | { readonly fault?: undefined; readonly value: unknown };

/** The XML of one method call. */
export function writeCall(method: string, params: readonly unknown[]): string {
  return serializeMethodCall(method, params);
}

/**
 * Reads a method response. Binary values stay base64 text, as over JSON;
 * `<i8>` becomes a number.
 * @throws Error when it is no complete XML-RPC response
 */
export async function readResponse(xml: string): Promise<XmlRpcResponse> {
  const deserializer = new Deserializer();
  deserializer.endBase64 = (data) => {
    deserializer.push(data);
    deserializer.value = false;
  };
  deserializer.endI8 = (data) => {
    deserializer.push(Number(data));
    deserializer.value = false;
  };
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
