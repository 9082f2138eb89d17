/**
 * A proxy between wcodoo and a server. It breaks calls the way networks do, and
 * says at which point a call stands, so that a test can kill the program there.
 * `Host` is passed on as it came: the shop's signature covers the address that
 * the client used.
 */
import { Agent, createServer, request as sendRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describeCall, type CallSubject, type Side } from './describe-call';

/**
 * - `reset-before`: the connection breaks before the server has seen the call
 * - `answer-lost`: the server did it and answered; the connection breaks with nothing passed on
 * - `429`, `429-retry-after`: refused by a rate limit, without and with a delay of a second
 * - `502`: a proxy's page; the server has not seen the call
 * - `truncated`: the server did it; half of the answer comes, then the connection breaks
 * - `stall`: no answer at all, the connection stays open; the server has not seen the call
 * - `stall-after`: the same, but the server did it
 */
export const SPOILS = [
  'reset-before',
  'answer-lost',
  '429',
  '429-retry-after',
  '502',
  'truncated',
  'stall',
  'stall-after',
] as const;
export type Spoil = (typeof SPOILS)[number];

/** How far a call has come. */
export type Stage = 'received' | 'forwarded' | 'answered' | 'relayed';

export interface ProxiedCall extends CallSubject {
  stage: Stage;
  spoil: Spoil | undefined;
}

/** Follows calls; a call waits at each point until its hook is done. */
export interface Watch {
  /** The whole request is here and nothing of it was sent on. Says how to spoil it, or lets it pass. */
  onRequest?(call: ProxiedCall): Spoil | undefined | Promise<Spoil | undefined>;
  /** The request was sent on in full: the server is at work. */
  onForwarded?(call: ProxiedCall): void | Promise<void>;
  /** The server has answered in full (and committed); nothing of it was passed on. */
  onAnswered?(call: ProxiedCall): void | Promise<void>;
  /** The answer was passed on in full. */
  onRelayed?(call: ProxiedCall): void | Promise<void>;
}

export interface ChaosProxy {
  readonly url: string;
  /** Every call so far. */
  readonly calls: readonly ProxiedCall[];
  /** Follows the calls that come from now on, in place of the one before. */
  setWatch(watch: Watch): void;
  /** Resolves once the server has finished everything it was sent. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const PAGE =
  '<html>\r\n<head><title>TITLE</title></head>\r\n<body><center><h1>TITLE</h1></center></body>\r\n</html>\r\n';

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startChaosProxy(side: Side, upstream: string): Promise<ChaosProxy> {
  const calls: ProxiedCall[] = [];
  const atWork = new Set<Promise<Answer>>();
  let current: Watch = {};

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const watch = current;
    const body = await buffer(request);
    const { method = '', url = '' } = request;
    const subject = describeCall(side, { method, url, body: body.toString('utf8') });
    const call: ProxiedCall = { ...subject, stage: 'received', spoil: undefined };
    calls.push(call);
    call.spoil = await watch.onRequest?.(call);
    if (call.spoil !== undefined && spoilBefore(call.spoil, response)) {
      return;
    }
    const work = forward(request, body, upstream, async () => {
      call.stage = 'forwarded';
      await watch.onForwarded?.(call);
    });
    atWork.add(work);
    let answer: Answer;
    try {
      answer = await work;
    } finally {
      atWork.delete(work);
    }
    call.stage = 'answered';
    await watch.onAnswered?.(call);
    if (call.spoil !== undefined) {
      spoilAfter(call.spoil, response, answer);
    } else if (await relay(response, answer)) {
      call.stage = 'relayed';
      await watch.onRelayed?.(call);
    }
  }

  const server = createServer((request, response) => {
    // The client is gone, or the server is: either way this connection has ended.
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    setWatch: (watch) => {
      current = watch;
    },
    idle: async () => {
      while (atWork.size > 0) {
        await Promise.allSettled(atWork);
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** The faults that the server never sees; true when one of them took the call. */
function spoilBefore(spoil: Spoil, response: ServerResponse): boolean {
  switch (spoil) {
    case 'reset-before':
      response.socket?.resetAndDestroy();
      return true;
    case '429':
    case '429-retry-after':
      response
        .writeHead(429, {
          'Content-Type': 'text/html',
          ...(spoil === '429-retry-after' && { 'Retry-After': '1' }),
        })
        .end(PAGE.replaceAll('TITLE', '429 Too Many Requests'));
      return true;
    case '502':
      response
        .writeHead(502, { 'Content-Type': 'text/html' })
        .end(PAGE.replaceAll('TITLE', '502 Bad Gateway'));
      return true;
    case 'stall':
      return true;
    case 'answer-lost':
    case 'truncated':
    case 'stall-after':
      return false;
  }
}

/** The faults that strike once the server has done its work. */
function spoilAfter(spoil: Spoil, response: ServerResponse, answer: Answer): void {
  if (spoil === 'stall-after') {
    return;
  }
  if (spoil === 'truncated' && answer.body.length > 1) {
    response.writeHead(answer.status, headersFor(answer));
    response.write(answer.body.subarray(0, answer.body.length / 2), () => response.socket?.destroy());
    return;
  }
  response.socket?.resetAndDestroy();
}

/** Sends a request on; what becomes of the client meanwhile does not matter to the server. */
async function forward(
  request: IncomingMessage,
  body: Buffer,
  upstream: string,
  sent: () => Promise<void>,
): Promise<Answer> {
  const headers: OutgoingHttpHeaders = { ...request.headers, 'content-length': body.length };
  delete headers['connection'];
  delete headers['transfer-encoding'];
  // A connection of its own: a kept one might be closed by the server at this very moment.
  const outgoing = sendRequest(new URL(request.url ?? '', upstream), {
    method: request.method,
    headers,
    agent: new Agent(),
  });
  let told: Promise<void> | undefined;
  const incoming = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  outgoing.end(body, () => {
    told = sent();
  });
  const answer = await readAnswer(await incoming);
  await told;
  return answer;
}

async function readAnswer(incoming: IncomingMessage): Promise<Answer> {
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: await buffer(incoming) };
}

function headersFor({ headers, body }: Answer): OutgoingHttpHeaders {
  const passed: OutgoingHttpHeaders = { ...headers, 'content-length': body.length };
  delete passed['connection'];
  delete passed['transfer-encoding'];
  return passed;
}

/** Passes an answer on; false when the client was gone before it had all of it. */
function relay(response: ServerResponse, answer: Answer): Promise<boolean> {
  return new Promise((resolve) => {
    response.once('finish', () => {
      resolve(true);
    });
    response.once('close', () => {
      resolve(false);
    });
    if (response.destroyed || response.socket === null) {
      resolve(false);
      return;
    }
    response.writeHead(answer.status, headersFor(answer)).end(answer.body);
    if (response.socket.writableLength === 0) {
      // The system has all of it: said at once, before the client can go on.
      resolve(true);
    }
  });
}
