/**
 * Keys and signatures as WooCommerce checks them over plain http: only one-legged
 * OAuth 1.0a counts, a key sent as Basic or in the query is not looked at.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { RestError } from './rest';

export interface ApiKey {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly readOnly: boolean;
}

export interface SignedRequest {
  readonly method: string;
  /** Address without query. */
  readonly url: string;
  /** The query string without `?`, as it was sent. */
  readonly search: string;
}

const REQUIRED = [
  'oauth_consumer_key',
  'oauth_timestamp',
  'oauth_nonce',
  'oauth_signature',
  'oauth_signature_method',
] as const;

const WINDOW_SECONDS = 15 * 60;

const ALGORITHMS: Readonly<Record<string, string>> = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' };

/** Checks requests against one key and remembers the nonces it has seen. */
export class Authenticator {
  readonly #key: ApiKey;
  readonly #nowSeconds: () => number;
  readonly #nonces = new Map<string, number>();

  constructor(key: ApiKey, nowSeconds: () => number) {
    this.#key = key;
    this.#nowSeconds = nowSeconds;
  }

  /**
   * Accepts a request or throws what the shop would answer.
   * @throws RestError 401
   */
  check(request: SignedRequest): void {
    const params = readParams(request.search);
    if (!params.some(([name]) => name.startsWith('oauth_'))) {
      throw notSigned(request);
    }
    const values = new Map(params);
    for (const name of REQUIRED) {
      if ((values.get(name) ?? '') === '') {
        throw new RestError(
          401,
          'woocommerce_rest_authentication_missing_parameter',
          `Missing OAuth parameter ${name}`,
        );
      }
    }
    if (values.get('oauth_consumer_key') !== this.#key.consumerKey) {
      throw refused('Consumer key is invalid.');
    }
    this.#checkSignature(request, params, values);
    this.#checkNonce(values);
    if (this.#key.readOnly && request.method !== 'GET') {
      throw refused('The API key provided does not have write permissions.');
    }
  }

  #checkSignature(
    request: SignedRequest,
    params: readonly (readonly [string, string])[],
    values: ReadonlyMap<string, string>,
  ): void {
    const algorithm = ALGORITHMS[values.get('oauth_signature_method') ?? ''];
    if (algorithm === undefined) {
      throw refused('Invalid signature - signature method is invalid.');
    }
    const base = signatureBase(request, params);
    const expected = createHmac(algorithm, `${this.#key.consumerSecret}&`).update(base).digest();
    const given = Buffer.from(values.get('oauth_signature') ?? '', 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw refused('Invalid signature - provided signature does not match.');
    }
  }

  #checkNonce(values: ReadonlyMap<string, string>): void {
    const now = this.#nowSeconds();
    const timestamp = Number(values.get('oauth_timestamp'));
    if (Number.isNaN(timestamp) || Math.abs(now - timestamp) > WINDOW_SECONDS) {
      throw refused('Invalid timestamp.');
    }
    const nonce = values.get('oauth_nonce') ?? '';
    if (this.#nonces.has(nonce)) {
      throw refused('Invalid nonce - nonce has already been used.');
    }
    if (this.#nonces.size > 50_000) {
      this.#forgetOldNonces(now);
    }
    this.#nonces.set(nonce, timestamp);
  }

  #forgetOldNonces(now: number): void {
    for (const [nonce, timestamp] of this.#nonces) {
      if (now - timestamp > WINDOW_SECONDS) {
        this.#nonces.delete(nonce);
      }
    }
  }
}

/** Observed: no key and a key sent over plain http get the same answer. */
function notSigned({ method, url }: SignedRequest): RestError {
  if (method !== 'GET') {
    return new RestError(
      401,
      'woocommerce_rest_cannot_create',
      'Sorry, you are not allowed to create resources.',
    );
  }
  const isItem = /\/\d+$/.test(url);
  const message = isItem ? 'Sorry, you cannot view this resource.' : 'Sorry, you cannot list resources.';
  return new RestError(401, 'woocommerce_rest_cannot_view', message);
}

function refused(message: string): RestError {
  return new RestError(401, 'woocommerce_rest_authentication_error', message);
}

/** Names and values as PHP sees them: of equal names the last, `name[]` numbered. */
function readParams(search: string): (readonly [string, string])[] {
  const params = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (name.endsWith('[]')) {
      const list = name.slice(0, -2);
      const index = counts.get(list) ?? 0;
      counts.set(list, index + 1);
      params.set(`${list}[${index}]`, value);
    } else {
      params.set(name, value);
    }
  }
  return [...params];
}

function signatureBase(request: SignedRequest, params: readonly (readonly [string, string])[]): string {
  const pairs = params
    .filter(([name]) => name !== 'oauth_signature')
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  return [request.method, request.url, pairs.join('&')].map(percentEncode).join('&');
}

function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
