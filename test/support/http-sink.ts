/** An HTTP server that keeps what it is sent, and answers well or badly. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Sunk {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type SinkAnswer = (request: Sunk, response: ServerResponse, index: number) => void;

export interface HttpSink {
  readonly url: string;
  readonly requests: readonly Sunk[];
  close(): Promise<void>;
}

export async function startHttpSink(answer: SinkAnswer = SINK_MANNERS.good): Promise<HttpSink> {
  const requests: Sunk[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      const sunk = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      requests.push(sunk);
      answer(sunk, response, requests.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The ways in which an endpoint may answer. */
export const SINK_MANNERS = {
  good: (_request, response) => {
    response.end('ok');
  },
  silent: () => undefined,
  failing: (_request, response) => {
    response.writeHead(500, { 'Content-Type': 'text/plain' }).end('out of order');
  },
  page: (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Log in</title>');
  },
  redirect: (request, response) => {
    response.writeHead(302, { Location: `http://127.0.0.1:1${request.path}` }).end();
  },
  half: (_request, response) => {
    response.writeHead(200, { 'Content-Length': '1000' });
    response.write('o');
    response.destroy();
  },
  repeats: (request, response) => {
    response.writeHead(404).end(`nothing at ${request.path}, ${request.body}`);
  },
} as const satisfies Record<string, SinkAnswer>;
