/** A tiny HTTP server that answers as a test says, and keeps what it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { OdooApi } from '../../src/core/ports';
import { connectOdoo } from '../../src/odoo/connect';
import type { OdooOptions } from '../../src/odoo/options';
import { asSecret, marked } from '../support/secrets';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of an answer: cut the connection, send half of the body, or never answer. */
  readonly failure?: 'reset' | 'half' | 'silence';
  readonly delayMs?: number;
}

export interface FakeOdoo {
  readonly url: string;
  readonly asked: Asked[];
  /** The most requests that were under way together. */
  readonly mostAtOnce: number;
  close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. A body that is no string is sent as JSON. */
export async function startFakeOdoo(answer: (asked: Asked, index: number) => Answer): Promise<FakeOdoo> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  let atOnce = 0;
  let mostAtOnce = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const question = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8'),
      };
      const {
        status = 200,
        body = '',
        headers = {},
        failure,
        delayMs = 0,
      } = answer(question, asked.push(question) - 1);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      if (failure === 'silence') {
        return;
      }
      if (failure === 'reset') {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(text) });
      if (failure === 'half') {
        response.write(text.slice(0, text.length / 2), () => request.socket.destroy());
        return;
      }
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      setTimeout(() => {
        atOnce -= 1;
        response.end(text);
      }, delayMs);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get mostAtOnce() {
      return mostAtOnce;
    },
    async close() {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const SECRET = marked('key');

/** Connection options for a fake server: no real waiting between tries. */
export function optionsFor(url: string, options: Partial<OdooOptions> = {}): OdooOptions {
  return {
    url,
    database: 'shop',
    username: 'admin',
    apiKey: asSecret(SECRET),
    protocol: 'auto',
    language: 'en_US',
    sleep: () => Promise.resolve(),
    ...options,
  };
}

const VERSION_19 = { version_info: [19, 0, 0, 'final', 0, ''], version: '19.0' };

/** Connects over JSON-2 to a fake Odoo 19 whose calls are answered by `answer`; `index` counts those calls only. */
export async function connectJson2(
  answer: (call: { path: string; body: Record<string, unknown> }, index: number) => Answer,
  options: Partial<OdooOptions> = {},
): Promise<{ odoo: OdooApi; fake: FakeOdoo }> {
  let calls = 0;
  let isConnected = false;
  const fake = await startFakeOdoo((asked) => {
    if (asked.path === '/web/version') {
      return { body: VERSION_19 };
    }
    if (!isConnected) {
      return { body: asked.path.endsWith('context_get') ? { lang: 'en_US', tz: false, uid: 7 } : 0 };
    }
    calls += 1;
    return answer({ path: asked.path, body: JSON.parse(asked.body) as Record<string, unknown> }, calls - 1);
  });
  const odoo = await connectOdoo(optionsFor(fake.url, options));
  isConnected = true;
  fake.asked.length = 0;
  return { odoo, fake };
}

/** An error as JSON-2 sends it. */
export function json2Error(status: number, name: string, message: string): Answer {
  return {
    status,
    body: {
      name,
      message,
      arguments: [message],
      context: {},
      debug: `Traceback (most recent call last):\n${message}`,
    },
  };
}

/** An error as JSON-RPC sends it. */
export function jsonRpcError(name: string, message: string): Answer {
  return {
    body: {
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: 200,
        message: 'Odoo Server Error',
        data: {
          name,
          message,
          arguments: [message],
          context: {},
          debug: 'Traceback (most recent call last):\n',
        },
      },
    },
  };
}

/** A fault as XML-RPC sends it. */
export function xmlRpcFault(code: number, text: string): Answer {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return {
    body: `<?xml version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n<member>\n<name>faultCode</name>\n<value><int>${code}</int></value>\n</member>\n<member>\n<name>faultString</name>\n<value><string>${escaped}</string></value>\n</member>\n</struct></value>\n</fault>\n</methodResponse>\n`,
  };
}

/** A result as XML-RPC sends it; `xml` is the inside of a value. */
export function xmlRpcResult(xml: string): Answer {
  return {
    body: `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>${xml}</value>\n</param>\n</params>\n</methodResponse>\n`,
  };
}
