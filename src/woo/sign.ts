import { createHmac, randomBytes } from 'node:crypto';
import OAuth from 'oauth-1.0a';
import { Scrubber } from '../lib/scrubber';
import type { Secret } from '../lib/secret';

export interface ApiKeys {
  readonly consumerKey: Secret;
  readonly consumerSecret: Secret;
}

/** Adds the `oauth_…` parameters to those of a request; `url` is the address without a query. */
export type Signer = (
  method: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
) => Record<string, string>;

/**
 * A signer for shops over plain HTTP: OAuth 1.0a, one-legged, HMAC-SHA256, in
 * the query string. A JSON body is not part of the signature.
 *
 * Every call makes a new nonce, because WooCommerce takes each only once: an
 * attempt that is repeated must be signed again.
 */
export function createSigner(keys: ApiKeys, now: () => Date): Signer {
  return (method, url, parameters) => {
    const oauth = new OAuth({
      consumer: { key: keys.consumerKey.reveal(), secret: keys.consumerSecret.reveal() },
      signature_method: 'HMAC-SHA256',
      hash_function: (text, key) => createHmac('sha256', key).update(text).digest('base64'),
    });
    oauth.getNonce = () => randomBytes(16).toString('hex');
    oauth.getTimeStamp = () => Math.floor(now().getTime() / 1000);
    const signed = oauth.authorize({ method, url, data: { ...parameters } });
    return {
      ...parameters,
      ...Object.fromEntries(Object.entries(signed).map(([name, value]) => [name, String(value)])),
    };
  };
}

/** The header for shops over HTTPS; WooCommerce ignores it over plain HTTP. */
export function basicAuthorization(keys: ApiKeys): string {
  const pair = `${keys.consumerKey.reveal()}:${keys.consumerSecret.reveal()}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** Hides both keys, also inside of that header. */
export function createKeyScrubber(keys: ApiKeys): Scrubber {
  const scrubber = new Scrubber();
  scrubber.add(keys.consumerKey, keys.consumerSecret);
  return scrubber;
}
