import { createHmac, randomUUID } from 'node:crypto';
import { buildCatalogue, DEFAULT_CATALOGUE } from '../../src/sandbox/catalogue';
import { buildShopSeed } from '../../src/sandbox/seed-shop';
import { createWooServer, type WooServer, type WooServerOptions } from '../../src/sandbox/woo-server';
import type { ShopSeed } from '../../src/sandbox/woo/shop-model';
import { marked } from '../support/secrets';

export const KEY = marked('ck_test');
export const SECRET = marked('cs_test');

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at what came
  readonly body: any;
}

export interface TestShop {
  readonly server: WooServer;
  readonly url: string;
  /** A signed call below /wp-json/wc/v3/. */
  call(method: string, path: string, body?: unknown, oauth?: Record<string, string>): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** A control call below /sandbox/. */
  control(method: string, path: string, body?: unknown): Promise<Answer>;
}

export function seedShop(orders = 300, now = new Date()): ShopSeed {
  return buildShopSeed({ catalogue: buildCatalogue(DEFAULT_CATALOGUE), orders, now });
}

export async function startShop(options: Partial<WooServerOptions> = {}): Promise<TestShop> {
  const server = createWooServer({
    seed: options.seed ?? seedShop(60),
    consumerKey: KEY,
    consumerSecret: SECRET,
    ...options,
  });
  const { url } = await server.listen();
  const now = options.now ?? ((): Date => new Date());

  async function call(
    method: string,
    path: string,
    body?: unknown,
    oauth: Record<string, string> = {},
  ): Promise<Answer> {
    const address = signUrl(method, `${url}/wp-json/wc/v3/${path}`, now(), oauth);
    return send(method, address, body, {});
  }
  return {
    server,
    url,
    call,
    get: (path) => call('GET', path),
    control: (method, path, body) => send(method, `${url}/sandbox/${path}`, body, { 'x-sandbox': '1' }),
  };
}

/** Signs as the API's own documentation says, apart from the product's client. */
export function signUrl(
  method: string,
  address: string,
  now: Date,
  overrides: Record<string, string> = {},
): string {
  const url = new URL(address);
  const params: Record<string, string> = {
    ...Object.fromEntries(url.searchParams),
    oauth_consumer_key: KEY,
    oauth_nonce: randomUUID(),
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(Math.floor(now.getTime() / 1000)),
    ...overrides,
  };
  const pairs = Object.entries(params)
    .filter(([, value]) => value !== 'absent')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const base = [method, `${url.origin}${url.pathname}`, pairs.join('&')].map(encode).join('&');
  const algorithm = params['oauth_signature_method'] === 'HMAC-SHA1' ? 'sha1' : 'sha256';
  const signature = createHmac(algorithm, `${SECRET}&`).update(base).digest('base64');
  return `${url.origin}${url.pathname}?${pairs.join('&')}&oauth_signature=${encode(signature)}`;
}

async function send(
  method: string,
  address: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(address, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
