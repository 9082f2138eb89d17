/** Whatever goes wrong with the shop, and whatever it repeats of the request: no error shows a secret. */
import { inspect } from 'node:util';
import type { WooApi } from '../../src/core/ports';
import { findLeaks } from '../support/find-leaks';
import {
  connect,
  KEY_TEXTS,
  KEYS,
  startShopServer,
  type Answer,
  type SeenRequest,
  type ShopServer,
} from './shop-server';

const { consumerKey, consumerSecret } = KEY_TEXTS;

let shop: ShopServer;
beforeEach(async () => {
  shop = await startShopServer();
});
afterEach(() => shop.close());

/** All that a server, a proxy or a debugging plugin could repeat, in every dress. */
function echo({ target, headers, body }: SeenRequest): string {
  const basic = Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64');
  return [
    target,
    encodeURIComponent(target),
    JSON.stringify(headers),
    body,
    `${consumerKey} ${consumerSecret}`,
    `Authorization: Basic ${basic}`,
    JSON.stringify({ consumer_key: consumerKey, consumer_secret: consumerSecret }),
  ].join(' ');
}

const json = (status: number): Answer => ({
  make: (seen) => ({
    status,
    body: { code: 'x', message: echo(seen), data: { params: { search: echo(seen) } } },
  }),
});
const page = (status: number): Answer => ({
  make: (seen) => ({
    status,
    body: `<html><head><title>${echo(seen)}</title></head><body>${echo(seen)}</body></html>`,
  }),
});
const text = (status: number, headers: Record<string, string> = {}): Answer => ({
  make: (seen) => ({ status, headers, body: echo(seen) }),
});
const redirect = (location: (seen: SeenRequest) => string): Answer => ({
  make: (seen) => ({ status: 301, headers: { location: location(seen) }, body: '' }),
});

const CASES: readonly (readonly [what: string, answer: Answer])[] = [
  ...[400, 401, 403, 404, 413, 500].map((status) => [`${status} with JSON`, json(status)] as const),
  ...[200, 401, 403, 404, 429, 500, 502, 503].map(
    (status) => [`${status} with a page`, page(status)] as const,
  ),
  ...[200, 400, 500].map((status) => [`${status} with text`, text(status)] as const),
  ['JSON that is cut off', { make: (seen) => ({ body: `[{"id":1,"note":${JSON.stringify(echo(seen))}` }) }],
  ['warnings of PHP', { make: (seen) => ({ body: `<b>Warning</b>: ${echo(seen)} in x.php on line 1\n[]` }) }],
  ['something else than rows', { make: (seen) => ({ body: { error: echo(seen) } }) }],
  ['no date', { make: (seen) => ({ headers: { date: '' }, body: { note: echo(seen) } }) }],
  [
    'a redirect to an address with a password',
    redirect(() => `https://ann:${consumerSecret}@other.example/wp-json/`),
  ],
  ['a redirect with the signed query', redirect(({ target }) => `https://other.example${target}`)],
  ['a redirect with the key in the path', redirect(() => `https://other.example/login/${consumerKey}`)],
  ['a redirect that is no address', redirect(() => `http://${consumerKey}:x`)],
  ['a cut connection', { act: (response) => void response.destroy() }],
  ['silence', { act: () => undefined }],
];

async function rowsOf(woo: WooApi): Promise<unknown> {
  const rows = [];
  for await (const page of woo.sweep('orders', { search: 'x' })) {
    rows.push(...page.rows);
  }
  return rows;
}

function expectNoSecret(error: unknown): void {
  expect(error).toBeInstanceOf(Error);
  const shown = [
    inspect(error, { depth: 9, showHidden: true, getters: true, breakLength: Infinity }),
    String(error),
    JSON.stringify(error),
    (error as { hint?: string }).hint ?? '',
  ].join('\n');
  expect(findLeaks(shown)).toEqual([]);
  const once = shop.seen.flatMap(({ query }) => [query.get('oauth_signature'), query.get('oauth_nonce')]);
  for (const value of once.filter((text) => text !== null)) {
    expect(shown).not.toContain(value);
    expect(shown).not.toContain(encodeURIComponent(value));
  }
}

describe.each(CASES)('%s', (_what, answer) => {
  test.each([
    ['a read', (url: string) => rowsOf(connect(url, { retries: 1, timeoutMs: 300 }).woo)],
    [
      'a write',
      (url: string) =>
        connect(url, { retries: 1, timeoutMs: 300 }).woo.batch('products', { update: [{ id: 1, sku: 'x' }] }),
    ],
    ['the shop itself', (url: string) => connect(url, { retries: 1, timeoutMs: 300 }).woo.shop()],
  ])('%s', async (_kind, ask) => {
    shop.answers = [answer];
    const outcome: unknown = await ask(shop.url).catch((error: unknown) => error);
    expect(shop.seen.length).toBeGreaterThan(0);
    if (outcome instanceof Error) {
      expectNoSecret(outcome);
      return;
    }
    // A write that is refused as a whole fails its objects, each with the sentence of the shop.
    expect(outcome).toMatchObject({ update: [{ ok: false }] });
    expect(findLeaks(JSON.stringify(outcome))).toEqual([]);
  });
});

test('nobody there, and a server that speaks no TLS', async () => {
  const { woo } = connect(shop.url.replace('http:', 'https:'), { retries: 0 });
  expectNoSecret(await woo.get('orders').catch((error: unknown) => error));
  await shop.close();
  const { woo: gone } = connect(shop.url, { retries: 0 });
  expectNoSecret(await gone.get('orders').catch((error: unknown) => error));
});

test('not even the beginning of one, where a sentence or a title is cut', async () => {
  const long = 'long '.repeat(58);
  shop.answers = [{ status: 400, body: { code: 'x', message: `${long}${consumerSecret}`, data: {} } }];
  const refusal: unknown = await connect(shop.url)
    .woo.get('orders')
    .catch((error: unknown) => error);
  expect(String(refusal)).toContain('long ***');
  shop.answers = [{ status: 200, body: `<html><title>${'x'.repeat(77)} ${consumerSecret}</title></html>` }];
  const page: unknown = await connect(shop.url, { retries: 0 })
    .woo.get('orders')
    .catch((error: unknown) => error);
  expect(String(page)).toContain(`${'x'.repeat(77)} **`);
});

test('the client itself shows none', () => {
  const { woo } = connect(shop.url);
  expect(findLeaks(inspect([woo, KEYS], { depth: 9, showHidden: true }))).toEqual([]);
});
