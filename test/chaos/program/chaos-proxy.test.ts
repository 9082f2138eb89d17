/** The proxy breaks calls as it says, or the other files of this folder would prove nothing. */
import { createServer, request as sendRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startChaosProxy, SPOILS, type ChaosProxy, type Spoil, type Watch } from '../../support/chaos-proxy';
import { describeCall } from '../../support/describe-call';
import { spoilDice } from '../../support/spoil-dice';
import { writeCall } from '../../../src/odoo/xmlrpc-codec';

const ANSWER = JSON.stringify({ ids: [1, 2, 3], messages: [] });
const PATH = '/json/2/sale.order/load';

let upstream: Server;
let proxy: ChaosProxy;
let seen: { host: string | undefined; body: string }[];

interface Got {
  /** Undefined when the connection broke before a whole answer came. */
  readonly status: number | undefined;
  readonly retryAfter?: string | undefined;
  readonly body?: string;
}

/** Sends one call; with a time-out it gives up on a connection that stays silent. */
async function post(
  body: string,
  options: { headers?: Record<string, string>; timeout?: number } = {},
): Promise<Got> {
  const outgoing = sendRequest(proxy.url + PATH, { method: 'POST', ...options });
  outgoing.on('timeout', () => outgoing.destroy());
  return new Promise((resolve) => {
    outgoing.once('error', () => {
      resolve({ status: undefined });
    });
    outgoing.once('response', (incoming) => {
      buffer(incoming).then(
        (bytes) => {
          const retryAfter = incoming.headers['retry-after'];
          resolve({ status: incoming.statusCode, retryAfter, body: bytes.toString() });
        },
        () => {
          resolve({ status: undefined });
        },
      );
    });
    outgoing.end(body);
  });
}

beforeEach(async () => {
  seen = [];
  upstream = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      seen.push({ host: request.headers.host, body: bytes.toString() });
      response.end(ANSWER);
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  proxy = await startChaosProxy('odoo', `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.close();
  upstream.close();
});

test('a call passes unchanged, the host that the client used included', async () => {
  expect(await post('{"a":1}', { headers: { Host: 'shop.example' } })).toMatchObject({
    status: 200,
    body: ANSWER,
  });
  expect(seen).toEqual([{ host: 'shop.example', body: '{"a":1}' }]);
  expect(proxy.calls).toEqual([
    { side: 'odoo', target: 'sale.order.load', isWriting: true, stage: 'relayed', spoil: undefined },
  ]);
});

const EXPECTED: Record<Spoil, { status: number | undefined; retryAfter?: string; reached: boolean }> = {
  'reset-before': { status: undefined, reached: false },
  'answer-lost': { status: undefined, reached: true },
  '429': { status: 429, reached: false },
  '429-retry-after': { status: 429, retryAfter: '1', reached: false },
  '502': { status: 502, reached: false },
  truncated: { status: undefined, reached: true },
  stall: { status: undefined, reached: false },
  'stall-after': { status: undefined, reached: true },
};

test.each(SPOILS)('a call spoiled with %s', async (spoil) => {
  proxy.setWatch({ onRequest: () => spoil });
  const { reached, retryAfter, status } = EXPECTED[spoil];
  const got = await post('{}', spoil.startsWith('stall') ? { timeout: 500 } : {});
  await proxy.idle();
  expect(got.status).toBe(status);
  expect(got.retryAfter).toBe(retryAfter);
  expect(seen).toHaveLength(reached ? 1 : 0);
  expect(proxy.calls[0]).toMatchObject({ spoil, stage: reached ? 'answered' : 'received' });
});

test('the four points of a call come in order, and what the server saw at each is so', async () => {
  const points: [point: string, seenByServer: number][] = [];
  const note = (point: string) => (): undefined => {
    points.push([point, seen.length]);
  };
  const watch: Watch = {
    onRequest: note('request'),
    onForwarded: note('forwarded'),
    onAnswered: note('answered'),
    onRelayed: note('relayed'),
  };
  proxy.setWatch(watch);
  await post('{}');
  expect(points.map(([point]) => point)).toEqual(['request', 'forwarded', 'answered', 'relayed']);
  expect(points[0]).toEqual(['request', 0]);
  expect(points[2]).toEqual(['answered', 1]);
});

describe('a call is known by what it asks for:', () => {
  const GET = { method: 'GET', body: '' };
  const POST = { method: 'POST', body: '{}' };
  const JSON_RPC = { method: 'POST', url: '/jsonrpc' };
  const XML_RPC = { method: 'POST', url: '/xmlrpc/2/object' };
  const LOAD = ['db', 2, 'key', 'res.partner', 'load', [['id'], []], {}];
  const SEARCH = ['db', 2, 'key', 'res.partner', 'search_read', [], {}];
  const rpc = (service: string, args: unknown[]): string => JSON.stringify({ params: { service, args } });

  test.each([
    [
      'an action over JSON-2',
      'sale.order.action_confirm',
      true,
      { ...POST, url: '/json/2/sale.order/action_confirm' },
    ],
    ['a read over JSON-2', 'sale.order.read', false, { ...POST, url: '/json/2/sale.order/read' }],
    ['the version page', 'GET /web/version', false, { ...GET, url: '/web/version' }],
    ['a load over JSON-RPC', 'res.partner.load', true, { ...JSON_RPC, body: rpc('object', LOAD) }],
    [
      'a search over JSON-RPC',
      'res.partner.search_read',
      false,
      { ...JSON_RPC, body: rpc('object', SEARCH) },
    ],
    [
      'a login over JSON-RPC',
      'POST /jsonrpc',
      false,
      { ...JSON_RPC, body: rpc('common', ['db', 'me', 'pw', {}]) },
    ],
    ['a load over XML-RPC', 'res.partner.load', true, { ...XML_RPC, body: writeCall('execute_kw', LOAD) }],
    [
      'a search over XML-RPC',
      'res.partner.search_read',
      false,
      { ...XML_RPC, body: writeCall('execute_kw', SEARCH) },
    ],
    [
      'a version over XML-RPC',
      'POST /xmlrpc/2/common',
      false,
      { ...XML_RPC, url: '/xmlrpc/2/common', body: writeCall('version', []) },
    ],
  ])('%s is %s', (_name, target, isWriting, call) => {
    expect(describeCall('odoo', call)).toEqual({ side: 'odoo', target, isWriting });
  });

  test.each([
    ['POST products/batch', true, { ...POST, url: '/wp-json/wc/v3/products/batch?oauth_nonce=1' }],
    ['GET orders', false, { ...GET, url: '/wp-json/wc/v3/orders?page=1' }],
  ])('%s of the shop', (target, isWriting, call) => {
    expect(describeCall('woo', call)).toEqual({ side: 'woo', target, isWriting });
  });
});

test('dice deal every kind before any comes again, and the same seed deals alike', () => {
  const roll = spoilDice(7, 0.5, SPOILS);
  const dealt = Array.from({ length: 100 }, roll);
  const spoiled = dealt.filter((spoil) => spoil !== undefined);
  expect(spoiled.length).toBeGreaterThan(30);
  expect(spoiled.length).toBeLessThan(70);
  expect(new Set(spoiled.slice(0, SPOILS.length)).size).toBe(SPOILS.length);
  const again = spoilDice(7, 0.5, SPOILS);
  expect(Array.from({ length: 100 }, again)).toEqual(dealt);
});
