import { FatalError, RetryableError, SkippableError, type WcodooError } from '../../src/core/errors';
import { createWoo } from '../../src/woo/client';
import {
  connect,
  KEY_TEXTS,
  KEYS,
  recorded,
  startShopServer,
  type Answer,
  type ShopServer,
} from './shop-server';

let shop: ShopServer;

beforeEach(async () => {
  shop = await startShopServer();
});

afterEach(() => shop.close());

/** What a read fails with when the shop answers so. */
async function failureOf(...answers: Answer[]): Promise<WcodooError & { reason?: string }> {
  shop.answers = answers;
  const error: unknown = await connect(shop.url)
    .woo.get('orders/7', { search: 'jane' })
    .catch((e: unknown) => e);
  return error as WcodooError & { reason?: string };
}

const wooError = (status: number, code: string, message: string, data: unknown = { status }): Answer => ({
  status,
  body: { code, message, data },
});

describe('a refusal', () => {
  it('of an unknown id leaves out that record only', async () => {
    const error = await failureOf(recorded('error-unknown-id'));
    expect(error).toBeInstanceOf(SkippableError);
    expect(error.reason).toBe('not-found');
    expect(error.message).toBe('Invalid ID. (GET orders/7, 404 woocommerce_rest_shop_order_invalid_id)');
  });

  it('of a parameter names the parameter and what is wrong with it', async () => {
    const limit = await failureOf(recorded('error-invalid-param'));
    expect(limit.reason).toBe('woo-refused');
    expect(limit.message).toContain('per_page must be between 1 (inclusive) and 100 (inclusive)');
    const date = await failureOf(recorded('error-invalid-date'));
    expect(date.message).toContain('(modified_after: Invalid date.)');
  });

  it('of an unknown route stops the run and points at the permalinks', async () => {
    const error = await failureOf(recorded('error-no-route'));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.hint).toContain('Permalinks');
  });

  it('of a key stops the run, and over http says that keys must be signed', async () => {
    const error = await failureOf(recorded('error-bad-key'));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toContain('Sorry, you cannot list resources.');
    expect(error.hint).toContain('Over plain http keys are accepted only as a signature');
  });

  it.each([
    ['The API key provided does not have write permissions.', 'read-only'],
    ['Invalid signature - provided signature does not match.', 'exactly the shop'],
  ])('says what to do about "%s"', async (message, hint) => {
    const error = await failureOf(wooError(401, 'woocommerce_rest_authentication_error', message));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it('of a timestamp says how far the clocks are apart', async () => {
    shop.answers = [
      {
        status: 401,
        headers: { date: 'Sun, 22 Nov 2026 23:30:00 GMT' },
        body: {
          code: 'woocommerce_rest_authentication_error',
          message: 'Invalid timestamp.',
          data: { status: 401 },
        },
      },
    ];
    const { woo } = connect(shop.url, { now: () => new Date('2026-11-22T23:10:00Z') });
    await expect(woo.get('orders')).rejects.toMatchObject({
      hint: expect.stringContaining('(the shop is 20 minutes ahead)') as unknown,
    });
  });

  it('of a signed-in user names the role that is missing', async () => {
    const error = await failureOf(wooError(403, 'woocommerce_rest_cannot_view', 'Sorry, you cannot view.'));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.hint).toContain('Shop manager');
  });

  it('holds no tags, no entities and no e-mail address', async () => {
    const error = await failureOf(
      wooError(
        400,
        'registration-error-email-exists',
        '<b>L&#8217;adresse</b> jane.doe@example.org &amp; co\u001b[31m',
      ),
    );
    expect(error.message).toContain('L’adresse <e-mail> & co [31m (GET orders/7');
  });

  it('by a firewall stops the run with the title of its page', async () => {
    const error = await failureOf({
      status: 403,
      headers: { 'cf-ray': '8f1c2d3e' },
      body: '<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>',
    });
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toBe(
      'a firewall (Cloudflare, Ray 8f1c2d3e) answered in the shop\'s place: "Attention Required! | Cloudflare" (GET orders/7, 403)',
    );
    expect(error.hint).toContain('Exempt /wp-json/wc/ from the firewall');
  });

  it('by a firewall that pretends to be busy is named too', async () => {
    const error = await failureOf({
      status: 503,
      headers: { 'cf-mitigated': 'challenge', 'cf-ray': '8f1c2d3e' },
      body: '<html><title>Just a moment...</title></html>',
    });
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toContain(
      'did not answer, a firewall did (Cloudflare, Ray 8f1c2d3e): "Just a moment..."',
    );
  });

  it('by a web server that knows no REST API stops the run', async () => {
    const error = await failureOf({ status: 404, body: '<html><title>404 Not Found</title></html>' });
    expect(error).toBeInstanceOf(FatalError);
    expect(error.hint).toContain('WOO_URL');
  });

  it('is not repeated', async () => {
    await failureOf(recorded('error-bad-key'), { body: [] });
    expect(shop.seen).toHaveLength(1);
  });
});

describe('a redirect', () => {
  it('is not followed, and the address for WOO_URL is named without the signature', async () => {
    const location =
      'https://www.shop.example/sub/wp-json/wc/v3/orders/7?oauth_signature=abc&oauth_nonce=def';
    const error = await failureOf({ status: 301, headers: { location }, body: '' });
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toBe(`${shop.url} redirects to https://www.shop.example/sub (GET orders/7, 301)`);
    expect(error.hint).toContain('Set WOO_URL to https://www.shop.example/sub');
    expect(shop.seen).toHaveLength(1);
  });

  it('to a login page names it', async () => {
    const error = await failureOf({
      status: 302,
      headers: { location: '/wp-login.php?redirect_to=x' },
      body: '',
    });
    expect(error.message).toContain('/wp-login.php (GET');
    expect(error.hint).not.toContain('Set WOO_URL');
  });

  it('without a readable target stops the run as well', async () => {
    expect(await failureOf({ status: 302, body: '' })).toBeInstanceOf(FatalError);
  });
});

describe('something temporary on a read', () => {
  const ok = { body: { id: 7 } };
  const cut: Answer = {
    act: (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('[{"id":1},');
      setTimeout(() => response.destroy(), 5);
    },
  };

  it.each<[string, Answer]>([
    ['502 from the web server', { status: 502, body: '<html><title>502 Bad Gateway</title></html>' }],
    [
      'a PHP crash',
      wooError(500, 'internal_server_error', 'There has been a critical error on this website.'),
    ],
    ['maintenance', wooError(503, 'wp_die', 'Briefly unavailable for scheduled maintenance.')],
    ['429', { status: 429, body: 'slow down' }],
    ['a page of HTML with 200', { body: '<html><title>Maintenance</title></html>' }],
    ['an empty body', { body: '' }],
    ['JSON cut short', { body: '[{"id":1,"meta_data":[1,2]' }],
    ['a connection that breaks in the middle', cut],
    ['a connection that breaks at once', { act: (response) => void response.destroy() }],
    [
      'a nonce that a proxy used up',
      wooError(401, 'woocommerce_rest_authentication_error', 'Invalid nonce - nonce has already been used.'),
    ],
  ])('is tried again: %s', async (_name, answer) => {
    shop.answers = [answer, ok];
    const { woo, waits } = connect(shop.url);
    expect((await woo.get('orders/7')).body).toEqual({ id: 7 });
    expect(woo.requests).toBe(2);
    expect(waits).toHaveLength(1);
  });

  it('waits a random time whose bound doubles', async () => {
    shop.answers = [{ status: 500, body: 'x' }];
    const { woo, waits } = connect(shop.url, { retries: 7 });
    await expect(woo.get('orders')).rejects.toThrow('tried 8 times');
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it('gives up as a RetryableError that is not ambiguous', async () => {
    const error = await failureOf({ status: 502, body: '<html><title>502 Bad  Gateway</title></html>' });
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ ambiguous: false });
    expect(error.message).toBe(
      'WooCommerce is not available (GET orders/7, 502): answered HTML instead of JSON: "502 Bad Gateway"; tried 5 times',
    );
    expect(shop.seen).toHaveLength(5);
  });

  it('obeys Retry-After in seconds up to its cap', async () => {
    shop.answers = [
      { status: 429, headers: { 'retry-after': '7' }, body: '' },
      { status: 503, headers: { 'retry-after': '600' }, body: '' },
      ok,
    ];
    const { woo, waits } = connect(shop.url);
    await woo.get('orders');
    expect(waits).toEqual([7000, 60_000]);
  });

  it('obeys Retry-After as a date by the clock of the shop', async () => {
    const headers = {
      date: 'Sun, 22 Nov 2026 23:00:00 GMT',
      'retry-after': 'Sun, 22 Nov 2026 23:00:12 GMT',
    };
    shop.answers = [{ status: 503, headers, body: '' }, ok];
    const { woo, waits } = connect(shop.url, { maxRetryAfterMs: 30_000 });
    await woo.get('orders');
    expect(waits).toEqual([12_000]);
  });

  it('ends an answer that takes too long, though bytes keep coming', async () => {
    shop.answers = [
      {
        act: (response) => {
          response.writeHead(200);
          const drip = setInterval(() => response.write(' '), 5);
          response.on('close', () => {
            clearInterval(drip);
          });
        },
      },
    ];
    const { woo } = connect(shop.url, { timeoutMs: 60, retries: 1 });
    const error: unknown = await woo.get('orders').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RetryableError);
    expect((error as Error).message).toBe('WooCommerce did not answer in time (GET orders); tried 2 times');
  });

  it('includes a shop that cannot be reached', async () => {
    await shop.close();
    const { woo } = connect(shop.url, { retries: 1 });
    await expect(woo.get('orders')).rejects.toThrow(
      /cannot be reached \(GET orders, ECONNREFUSED\); tried 2 times/,
    );
    shop = await startShopServer();
  });
});

describe('PHP warnings in an answer', () => {
  const warning =
    '<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/x.php</b> on line <b>12</b><br />\n';

  it.each([
    ['before the JSON', `${warning}[{"id":1}]`],
    ['before an empty list', `${warning}[]`],
    ['after the JSON', `[{"id":1}]${warning}`],
    ['as plain text', 'PHP Notice:  Undefined index in /srv/x.php on line 3\n{"id":1}'],
    ['of a kind we do not know', 'debug: here\n[{"id":1}]'],
  ])('stop the run with a hint, and are never taken for nothing: %s', async (_name, body) => {
    const error = await failureOf({ body });
    expect(error).toBeInstanceOf(FatalError);
    expect(error.hint).toContain('WP_DEBUG_DISPLAY');
    expect(shop.seen).toHaveLength(1);
  });

  it('are not confused with a crash of PHP, which may pass', async () => {
    const body = '<br />\n<b>Fatal error</b>:  Allowed memory size exhausted in /srv/x.php on line 3';
    expect(await failureOf({ body })).toBeInstanceOf(RetryableError);
  });
});

describe('an answer without a Date header', () => {
  it('stops the run, since our own clock must not stand in for it', async () => {
    const error = await failureOf({
      act: (response) => {
        response.sendDate = false;
        response.end('[]');
      },
    });
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toContain('no Date header');
  });
});

describe('a certificate nobody vouches for', () => {
  it('and a server that speaks no TLS stop the run', async () => {
    const { woo } = connect(shop.url.replace('http:', 'https:'));
    const error: unknown = await woo.get('orders').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FatalError);
    expect((error as FatalError).message).toContain('No secure connection to 127.0.0.1');
  });
});

describe('secrets', () => {
  it('are in no message, no hint and no property of an error', async () => {
    const answers: Answer[] = [
      recorded('error-bad-key'),
      { status: 502, body: `<html><title>${KEY_TEXTS.consumerKey} oauth_signature=abc%3D</title></html>` },
      { status: 400, body: { code: 'x', message: `bad ${KEY_TEXTS.consumerSecret}`, data: 500 } },
      { act: (response) => void response.destroy() },
    ];
    for (const answer of answers) {
      shop.answers = [answer];
      const woo = createWoo({ url: shop.url, ...KEYS, retries: 0 });
      const error: unknown = await woo.get('orders', { search: 'jane' }).catch((e: unknown) => e);
      const text = dump(error);
      expect(text).not.toMatch(/ck_|cs_|abc%3D|oauth_nonce|jane/);
      expect(text).toContain('GET orders');
    }
  });

  function dump(error: unknown): string {
    if (!(error instanceof Error)) {
      return JSON.stringify({ error });
    }
    const own = JSON.stringify(Object.fromEntries(Object.entries(error)));
    return [error.message, error.stack, own, dump(error.cause)].join('\n');
  }
});
