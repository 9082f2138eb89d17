/**
 * An embedded WooCommerce: REST v3 on loopback, from memory, answering as
 * WooCommerce 11.0 was observed to. For the demo and the tests.
 */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import express from 'express';
import type { NextFunction, Request, Response } from 'express';
import { answerApi } from './woo/api';
import { Authenticator } from './woo/authenticate';
import { controlRouter, sendControlError } from './woo/control';
import { FaultDice } from './woo/faults';
import type { FaultKind, FaultPlan } from './woo/faults';
import { sendWire } from './woo/http-answer';
import type { PoisonPlan } from './woo/poison';
import { customerRoutes } from './woo/routes-customers';
import { orderRoutes } from './woo/routes-orders';
import { productRoutes } from './woo/routes-products';
import { settingsRoutes } from './woo/routes-settings';
import { Shop } from './woo/shop';
import { shopHandle } from './woo/shop-handle';
import type { ShopHandle } from './woo/shop-handle';
import type { ShopSeed } from './woo/shop-model';

export interface WooServerOptions {
  /** Taken over, not copied: give each server its own. */
  readonly seed: ShopSeed;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** True for a key without write permission. */
  readonly readOnly?: boolean;
  readonly now?: () => Date;
  readonly faults?: FaultPlan;
}

export interface WooServer {
  /** Listens on 127.0.0.1, on a free port unless one is given. */
  listen(port?: number): Promise<{ readonly url: string }>;
  close(): Promise<void>;
  /** The shop behind the API, for tests. */
  readonly shop: ShopHandle;
  /** API calls so far, faults included, control calls not. */
  readonly requests: number;
  /** Of these, the ones that asked for a change and were let in. */
  readonly writes: number;
  /** Replaces the fault plan; undefined ends the faults. */
  setFaults(plan: FaultPlan | undefined): void;
  /** Replaces the records on which the shop crashes; undefined heals them all. */
  setPoison(plan: PoisonPlan | undefined): void;
}

const NGINX_502 =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';

/** Creates the server; nothing listens yet. */
export function createWooServer(options: WooServerOptions): WooServer {
  const now = options.now ?? ((): Date => new Date());
  const shop = new Shop(options.seed, now);
  const handle = shopHandle(shop);
  const key = { ...options, readOnly: options.readOnly ?? false };
  const authenticator = new Authenticator(key, () => shop.seconds());
  let origin = 'http://127.0.0.1';
  let dice = options.faults === undefined ? undefined : new FaultDice(options.faults);
  let requests = 0;
  let writes = 0;
  const api = (): string => `${origin}/wp-json/wc/v3`;
  const routes = [
    ...settingsRoutes(shop, () => origin, api),
    ...orderRoutes(shop, api),
    ...productRoutes(shop, api),
    ...customerRoutes(shop, api),
  ];

  function setFaults(plan: FaultPlan | undefined): void {
    dice = plan === undefined ? undefined : new FaultDice(plan);
  }

  function setPoison(plan: PoisonPlan | undefined): void {
    shop.poison.set(plan);
  }

  function serveApi(request: Request, response: Response): void {
    requests += 1;
    const fault = dice?.roll() ?? null;
    if (fault !== null && failBefore(fault, response)) {
      return;
    }
    const host = request.get('host');
    const answer = answerApi({
      request: {
        method: request.method,
        originalUrl: request.originalUrl,
        rawBody: request.body as unknown,
        // The signature covers the address the client used, which a proxy in a test may have changed.
        origin: host === undefined ? origin : `http://${host}`,
      },
      routes,
      authenticator,
      poison: shop.poison,
    });
    writes += answer.wrote ? 1 : 0;
    if (fault === 'lost-answer') {
      response.socket?.destroy();
      return;
    }
    if (fault === 'truncated') {
      truncate(response, answer.wire.text);
      return;
    }
    sendWire(response, answer.wire, now());
  }

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const stats = (): { writes: number; requests: number } => ({ writes, requests });
  app.use('/sandbox', express.json(), controlRouter({ handle, api, stats, setFaults, setPoison }));
  app.use('/wp-json', express.text({ type: () => true, limit: '20mb' }), serveApi);
  app.use((_request: Request, response: Response) => {
    response.status(404).type('html').send('<!DOCTYPE html><title>Page not found</title>');
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (!sendControlError(error, response)) {
      next(error);
    }
  });

  const server = createServer(app);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  return {
    listen: (port = 0) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
          resolve({ url: origin });
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        // Stalled answers and kept-alive connections would hold the port for ever.
        for (const socket of sockets) {
          socket.destroy();
        }
      }),
    shop: handle,
    get requests() {
      return requests;
    },
    get writes() {
      return writes;
    },
    setFaults,
    setPoison,
  };
}

/** The faults that strike before the shop has done anything; true when one of them took the request. */
function failBefore(fault: FaultKind, response: Response): boolean {
  switch (fault) {
    case 'reset-before':
      response.socket?.resetAndDestroy();
      return true;
    case 'stall':
      return true;
    case '429':
    case '429-retry-after':
      if (fault === '429-retry-after') {
        response.set('Retry-After', '1');
      }
      response.status(429).type('html').send('<html><body><h1>429 Too Many Requests</h1></body></html>');
      return true;
    case '502-html':
      response.status(502).type('html').send(NGINX_502);
      return true;
    case 'lost-answer':
    case 'truncated':
      return false;
  }
}

/** Announces the whole answer and breaks off in its middle. */
function truncate(response: Response, text: string): void {
  const bytes = Buffer.from(text);
  response.set({ 'Content-Type': 'application/json; charset=UTF-8', 'Content-Length': String(bytes.length) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    response.socket?.destroy();
  });
}
