/** A proxy on loopback that passes everything on and lets a test rewrite the answers. */
import {
  createServer,
  request as sendRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was asked, as the server behind sees it. */
export interface Asked {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: string;
}

export interface TamperingProxy {
  readonly url: string;
  /** Rewrites the text of an answer; answers pass as they are while it is undefined. */
  tamper: ((asked: Asked, text: string) => string) | undefined;
  close(): Promise<void>;
}

/** Starts a proxy in front of `target`, an http address without a path. */
export async function startTamperingProxy(target: string): Promise<TamperingProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((request, response) => {
    void readAll(request).then(async (body) => {
      const answer = await forward({ hostname, port }, request, body);
      const path = new URL(request.url ?? '/', 'http://proxy.invalid').pathname;
      const asked: Asked = { method: request.method ?? '', path, body: body.toString('utf8') };
      const text = Buffer.from(proxy.tamper?.(asked, answer.text) ?? answer.text);
      response.writeHead(answer.status, { ...answer.headers, 'content-length': text.length });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: TamperingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tamper: undefined,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return proxy;
}

interface Passed {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Headers that are of one connection are not passed on. */
function without(headers: IncomingHttpHeaders, ...names: readonly string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

function forward(
  to: { readonly hostname: string; readonly port: string },
  request: IncomingMessage,
  body: Buffer,
): Promise<Passed> {
  const headers = without(request.headers, 'connection');
  return new Promise((resolve, reject) => {
    const onward = sendRequest({ ...to, method: request.method, path: request.url, headers }, (answer) => {
      readAll(answer).then((bytes) => {
        const kept = without(answer.headers, 'transfer-encoding', 'connection');
        resolve({ status: answer.statusCode ?? 0, headers: kept, text: bytes.toString('utf8') });
      }, reject);
    });
    onward.on('error', reject);
    onward.end(body);
  });
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) {
    parts.push(part);
  }
  return Buffer.concat(parts);
}
