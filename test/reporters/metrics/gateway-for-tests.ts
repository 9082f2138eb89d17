/** A listening Pushgateway that answers as it is told. */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Pushed {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface GatewayForTests {
  readonly url: string;
  readonly pushed: readonly Pushed[];
  close(): Promise<void>;
}

/** How a gateway may answer: as one does, or otherwise. `silent` takes the request and never answers. */
export const ANSWERS = {
  well: (response: ServerResponse) => response.writeHead(200).end(),
  fails: (response: ServerResponse) => response.writeHead(500).end('out of order'),
  busy: (response: ServerResponse) => response.writeHead(503).end(),
  refuses: (response: ServerResponse) => response.writeHead(400).end('pushed metrics are invalid'),
  forbids: (response: ServerResponse) => response.writeHead(401).end(),
  page: (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!DOCTYPE html>'),
  elsewhere: (response: ServerResponse) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
  endless: (response: ServerResponse) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(16 * 1024, 'x');
    const more = (): void => {
      while (!response.destroyed && response.write(chunk)) {
        // As fast as it is taken.
      }
    };
    response.on('drain', more);
    more();
  },
  cut: (response: ServerResponse) => response.destroy(),
  silent: () => undefined,
} as const satisfies Record<string, (response: ServerResponse) => unknown>;

export type Answer = keyof typeof ANSWERS;

/** @param answers one for each request; the last one for all that follow */
export async function startGateway(...answers: readonly Answer[]): Promise<GatewayForTests> {
  const pushed: Pushed[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const answer = answers[Math.min(pushed.length, answers.length - 1)] ?? 'well';
      pushed.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      ANSWERS[answer](response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pushed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
