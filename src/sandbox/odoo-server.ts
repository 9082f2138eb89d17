/**
 * An embedded Odoo, version 19 or 14, on loopback and from memory: JSON-2,
 * JSON-RPC and XML-RPC, answering as real servers were observed to. For the
 * demo, the tests and the benchmark.
 */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import express from 'express';
import type { NextFunction, Request, Response } from 'express';

import type { CatalogueItem } from './catalogue';
import { CallRunner } from './odoo/calls';
import { odooControlRouter } from './odoo/control';
import { Database } from './odoo/database';
import type { OdooMajor, SandboxUser, ServerState } from './odoo/environment';
import { OdooFault } from './odoo/errors';
import { OdooFaultDice } from './odoo/faults';
import type { OdooFaultKind, OdooFaultPlan } from './odoo/faults';
import { allModels } from './odoo/models';
import type { ProtocolContext, WireAnswer } from './odoo/protocol';
import { answerJson2, html } from './odoo/protocol-json2';
import { answerJsonRpc } from './odoo/protocol-jsonrpc';
import { answerXmlRpc } from './odoo/protocol-xmlrpc';
import { recordsHandle } from './odoo/records-handle';
import type { OdooRecords } from './odoo/records-handle';
import { seedDatabase } from './odoo/seed';
import type { RoundingMethod } from './odoo/taxes';
import { UserDirectory } from './odoo/users';

export interface OdooServerOptions {
  /** 19 unless given. */
  readonly version?: OdooMajor;
  readonly database: string;
  /** At least one; the first administrator is also the person behind `records`. */
  readonly users: readonly SandboxUser[];
  readonly catalogue: readonly CatalogueItem[];
  readonly now?: () => Date;
  /** Unless given: globally for 19, per line for 14, as fresh databases of both have it. */
  readonly roundingMethod?: RoundingMethod;
  /** Decimal places of *Product Price*; 2 unless given. */
  readonly priceDigits?: number;
  /** True as if `base_vat` were installed: a wrong (French) VAT number refuses its record. */
  readonly checkVat?: boolean;
  readonly faults?: OdooFaultPlan;
}

export interface OdooServer {
  /** Listens on 127.0.0.1, on a free port unless one is given. */
  listen(port?: number): Promise<{ readonly url: string }>;
  close(): Promise<void>;
  /** The database behind the API, for tests. */
  readonly records: OdooRecords;
  /** Calls so far, faults included, control calls not. */
  readonly requests: number;
  /** Of these, the ones that committed a change. */
  readonly writes: number;
  /** Replaces the fault plan; undefined ends the faults. */
  setFaults(plan: OdooFaultPlan | undefined): void;
}

const BODY_LIMIT = '100mb';
const NGINX_502: WireAnswer = {
  status: 502,
  contentType: 'text/html',
  text: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
};

const TOO_MANY: WireAnswer = {
  status: 429,
  contentType: 'text/html',
  text: '<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n<center><h1>429 Too Many Requests</h1></center>\r\n</body>\r\n</html>\r\n',
};
/** What a proxy sends in Odoo's place. */
const PAGES: Partial<Record<OdooFaultKind, WireAnswer>> = {
  '429': TOO_MANY,
  '429-retry-after': TOO_MANY,
  '502-html': NGINX_502,
};

/**
 * Creates the server; nothing listens yet.
 * @throws RangeError without an administrator among the users
 */
export function createOdooServer(options: OdooServerOptions): OdooServer {
  const state = createState(options);
  const users = seedDatabase(state, {
    users: options.users,
    catalogue: options.catalogue,
    roundingMethod: options.roundingMethod ?? (state.major === 14 ? 'round_per_line' : 'round_globally'),
    priceDigits: options.priceDigits ?? 2,
    checkVat: options.checkVat ?? false,
  });
  const person = users.find((user) => user.rights === 'admin');
  if (person === undefined) {
    throw new RangeError('the sandbox needs a user with the rights of an administrator');
  }
  const directory = new UserDirectory(users);
  const runner = new CallRunner(state);
  const records = recordsHandle(state, person);
  let dice = options.faults === undefined ? undefined : new OdooFaultDice(options.faults);
  let requests = 0;

  function setFaults(plan: OdooFaultPlan | undefined): void {
    dice = plan === undefined ? undefined : new OdooFaultDice(plan);
  }

  function serve(answer: (request: Request, context: ProtocolContext) => WireAnswer | Promise<WireAnswer>) {
    return async (request: Request, response: Response): Promise<void> => {
      requests += 1;
      const fault = dice?.roll();
      if (fault === 'stall') {
        return;
      }
      if (fault === 'reset-before') {
        response.socket?.resetAndDestroy();
        return;
      }
      const context = { runner, users: directory, serializationFailure: fault === 'serialization' };
      if (fault === '429-retry-after') {
        response.set('Retry-After', '1');
      }
      const page = fault === undefined ? undefined : PAGES[fault];
      send(response, page ?? (await answer(request, context)), fault, state.now());
    };
  }

  const app = createApp(state.major, serve);
  app.use(
    '/sandbox',
    odooControlRouter({ records, setFaults, stats: () => ({ writes: runner.writes, requests }) }),
  );
  app.use((_request: Request, response: Response) => {
    sendWire(response, html(404, 'Not Found'));
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof OdooFault) {
      response.status(422).json({ error: error.message });
    } else {
      next(error);
    }
  });
  const { listen, close } = createListener(app);

  return {
    listen,
    close,
    records,
    get requests() {
      return requests;
    },
    get writes() {
      return runner.writes;
    },
    setFaults,
  };
}

function createState(options: OdooServerOptions): ServerState {
  const major = options.version ?? 19;
  const models = allModels(major);
  const database = new Database();
  for (const model of models.values()) {
    const indexed = [...model.allFields]
      .filter(([name, field]) => field.index === true && !model.inheritedFields.has(name))
      .map(([name]) => name);
    database.addTable(model.name, indexed);
  }
  const numbers = new Map<string, number>();
  return {
    major,
    databaseName: options.database,
    database,
    models,
    now: options.now ?? ((): Date => new Date()),
    hidden: new Set(),
    nextNumber: (sequence) => {
      const number = (numbers.get(sequence) ?? 0) + 1;
      numbers.set(sequence, number);
      return number;
    },
  };
}

type Serve = (
  answer: (request: Request, context: ProtocolContext) => WireAnswer | Promise<WireAnswer>,
) => (request: Request, response: Response) => Promise<void>;

/** The addresses a client knows; JSON-2 and the version pages exist from 19 on. */
function createApp(major: OdooMajor, serve: Serve): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const body = express.text({ type: () => true, limit: BODY_LIMIT });
  if (major !== 14) {
    const version = { version_info: [major, 0, 0, 'final', 0, ''], version: `${major}.0` };
    app.get(
      ['/web/version', '/json/version'],
      serve(() => ({ status: 200, contentType: 'application/json', text: JSON.stringify(version) })),
    );
    app.post(
      '/json/2/:model/:method',
      body,
      serve((request, context) =>
        answerJson2(context, {
          model: String(request.params['model']),
          method: String(request.params['method']),
          contentType: request.get('Content-Type') ?? '',
          authorization: request.get('Authorization') ?? '',
          database: request.get('X-Odoo-Database') ?? '',
          body: bodyOf(request),
        }),
      ),
    );
  }
  app.post(
    '/jsonrpc',
    body,
    serve((request, context) => answerJsonRpc(context, bodyOf(request))),
  );
  app.post(
    '/xmlrpc/2/:service',
    body,
    serve((request, context) => answerXmlRpc(context, String(request.params['service']), bodyOf(request))),
  );
  return app;
}

function bodyOf(request: Request): string {
  return typeof request.body === 'string' ? request.body : '';
}

function send(response: Response, wire: WireAnswer, fault: OdooFaultKind | undefined, now: Date): void {
  if (fault === 'lost-answer') {
    response.socket?.destroy();
    return;
  }
  response.set('Date', now.toUTCString());
  if (fault === 'truncated') {
    truncate(response, wire);
    return;
  }
  sendWire(response, wire);
}

function sendWire(response: Response, wire: WireAnswer): void {
  response.status(wire.status).set('Content-Type', wire.contentType).end(wire.text);
}

/** Announces the whole answer and breaks off in its middle. */
function truncate(response: Response, wire: WireAnswer): void {
  const bytes = Buffer.from(wire.text);
  response
    .status(wire.status)
    .set({ 'Content-Type': wire.contentType, 'Content-Length': String(bytes.length) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    response.socket?.destroy();
  });
}

function createListener(app: express.Express): Pick<OdooServer, 'listen' | 'close'> {
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
          resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
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
  };
}
