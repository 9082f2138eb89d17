import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createWoo } from '../../src/woo/client';
import type { WooOptions } from '../../src/woo/options';
import type { WooApi } from '../../src/core/ports';
import { Secret } from '../../src/lib/secret';
import { marked } from '../support/secrets';

/** The keys as the shop knows them, and as the client takes them. */
export const KEY_TEXTS = { consumerKey: marked('ck_shop'), consumerSecret: marked('cs_shop') };
export const KEYS = {
  consumerKey: new Secret(KEY_TEXTS.consumerKey),
  consumerSecret: new Secret(KEY_TEXTS.consumerSecret),
};

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, byte for byte. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface PlainAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
}

/** What the server answers: an answer, one made from the request, or misbehaviour on the socket itself. */
export type Answer =
  | PlainAnswer
  | { readonly make: (seen: SeenRequest) => PlainAnswer }
  | { readonly act: (response: ServerResponse) => void };

export interface ShopServer {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** Answers in turn; the last one serves for all further requests. */
  answers: readonly Answer[];
  close(): Promise<void>;
}

/** A tiny HTTP server that plays back answers and keeps what was asked. */
export async function startShopServer(): Promise<ShopServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const target = request.url ?? '';
      const url = new URL(target, 'http://shop.invalid');
      const one = {
        method: request.method ?? '',
        target,
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      seen.push(one);
      play(shop, one, seen.length, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const shop: ShopServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answers: [],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return shop;
}

function play(shop: ShopServer, seen: SeenRequest, count: number, response: ServerResponse): void {
  const answer = shop.answers[Math.min(count, shop.answers.length) - 1];
  if (answer === undefined) {
    throw new Error('the test gave no answer');
  }
  if ('act' in answer) {
    answer.act(response);
    return;
  }
  const { status = 200, headers = {}, body } = 'make' in answer ? answer.make(seen) : answer;
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, {
    'content-type': isText ? 'text/html; charset=UTF-8' : 'application/json; charset=UTF-8',
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}

/** A recorded answer of WooCommerce 11.0. */
export function recorded(name: string): Required<PlainAnswer> {
  const path = join(__dirname, '..', 'fixtures', 'woo', `${name}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as Required<PlainAnswer>;
}

/** A client that does not wait between attempts; the waits asked for are kept in `waits`. */
export function connect(url: string, options: Partial<WooOptions> = {}): { woo: WooApi; waits: number[] } {
  const waits: number[] = [];
  const woo = createWoo({
    url,
    ...KEYS,
    random: () => 0.5,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    ...options,
  });
  return { woo, waits };
}
