import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ConfigError, FatalError } from '../../src/core/errors';
import type { WooRow } from '../../src/core/ports';
import { createWoo } from '../../src/woo/client';
import { basicAuthorization } from '../../src/woo/sign';
import {
  connect,
  KEY_TEXTS,
  KEYS,
  recorded,
  startShopServer,
  type PlainAnswer,
  type SeenRequest,
  type ShopServer,
} from './shop-server';

let shop: ShopServer;

beforeEach(async () => {
  shop = await startShopServer();
  shop.answers = [{ body: [] }];
});

afterEach(() => shop.close());

describe('a request', () => {
  it('returns the body, the total and the clock of the shop', async () => {
    const answer = recorded('products-fields');
    shop.answers = [{ ...answer, headers: { ...answer.headers, date: 'Sun, 22 Nov 2026 23:10:40 GMT' } }];
    const response = await connect(shop.url).woo.get('products', { per_page: 3 });
    expect(response.body).toEqual(answer.body);
    expect(response.total).toBe(221);
    expect(response.serverTime.toISOString()).toBe('2026-11-22T23:10:40.000Z');
  });

  it('asks for half an emoji by a replacement character: neither addresses nor signatures can hold it', async () => {
    await connect(shop.url).woo.get('products', { sku: ['A-1', 'cut \ud83d'] });
    expect(shop.seen[0]?.query.get('sku')).toBe('A-1,cut \ufffd');
  });

  it('has no total where the shop gives none', async () => {
    expect((await connect(shop.url).woo.get('products')).total).toBeUndefined();
  });

  it('goes below the address of the shop, with a subdirectory and with or without a slash', async () => {
    await connect(`${shop.url}/boutique/`).woo.get('orders/12');
    await connect(`${shop.url}/boutique`).woo.get('orders');
    await connect(`${shop.url}/`).woo.get('orders');
    expect(shop.seen.map(({ path }) => path)).toEqual([
      '/boutique/wp-json/wc/v3/orders/12',
      '/boutique/wp-json/wc/v3/orders',
      '/wp-json/wc/v3/orders',
    ]);
  });

  it('asks for JSON, gzip and says who it is', async () => {
    await connect(shop.url, { userAgent: 'wcodoo/9.9' }).woo.get('orders');
    expect(shop.seen[0]?.headers).toMatchObject({
      accept: 'application/json',
      'accept-encoding': 'gzip',
      'user-agent': 'wcodoo/9.9',
      connection: 'keep-alive',
    });
  });

  it('reads a gzipped answer', async () => {
    const body = gzipSync(JSON.stringify([{ id: 1, name: 'Crème brûlée 🎁' }]));
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    shop.answers = [{ headers, body }];
    expect((await connect(shop.url).woo.get('products')).body).toEqual([{ id: 1, name: 'Crème brûlée 🎁' }]);
  });

  it('reads JSON behind a byte order mark', async () => {
    shop.answers = [{ body: '\uFEFF[{"id":1}]' }];
    expect((await connect(shop.url).woo.get('products')).body).toEqual([{ id: 1 }]);
  });

  it('sends lists as comma lists and drops what is undefined', async () => {
    await connect(shop.url).woo.get('orders', {
      status: ['processing', 'on-hold'],
      include: [1, 2],
      dates_are_gmt: true,
      search: undefined,
    });
    const query = [...(shop.seen[0]?.query ?? [])].filter(([name]) => !name.startsWith('oauth_'));
    expect(query).toEqual([
      ['status', 'processing,on-hold'],
      ['include', '1,2'],
      ['dates_are_gmt', 'true'],
    ]);
  });

  it('refuses a path that would smuggle in an unsigned query', async () => {
    await expect(connect(shop.url).woo.get('orders?status=any')).rejects.toThrow(RangeError);
    expect(shop.seen).toEqual([]);
  });

  it('runs at most the configured number at a time', async () => {
    let running = 0;
    let most = 0;
    shop.answers = [
      {
        act: (response) => {
          running += 1;
          most = Math.max(most, running);
          setTimeout(() => {
            running -= 1;
            response.end('[]');
          }, 15);
        },
      },
    ];
    const { woo } = connect(shop.url, { concurrency: 3 });
    await Promise.all(Array.from({ length: 9 }, () => woo.get('orders')));
    expect(most).toBe(3);
    expect(woo.requests).toBe(9);
  });
});

describe('authentication', () => {
  it('signs over http so that the shop finds the same signature', async () => {
    await connect(`${shop.url}/sub`).woo.get('products', {
      sku: "A&B (1) 'x' é+*!~",
      _fields: ['id', 'sku'],
      after: '2026-11-22T00:00:00',
    });
    const seen = shop.seen[0]!;
    expect(seen.query.get('oauth_signature')).toBe(
      signatureOf(seen, `${shop.url}/sub/wp-json/wc/v3/products`),
    );
    expect(seen.query.get('oauth_consumer_key')).toBe(KEY_TEXTS.consumerKey);
    expect(seen.query.get('oauth_signature_method')).toBe('HMAC-SHA256');
    expect(seen.query.get('sku')).toBe("A&B (1) 'x' é+*!~");
    expect(seen.headers.authorization).toBeUndefined();
    expect(seen.target).not.toContain(KEY_TEXTS.consumerSecret);
  });

  it('signs a batch without its body', async () => {
    shop.answers = [{ body: { update: [{ id: 1 }] } }];
    await connect(shop.url).woo.batch('products', { update: [{ id: 1, stock_quantity: 2 }] });
    const seen = shop.seen[0]!;
    expect(seen.query.get('oauth_signature')).toBe(
      signatureOf(seen, `${shop.url}/wp-json/wc/v3/products/batch`),
    );
  });

  it('signs every attempt anew, since the shop takes a nonce only once', async () => {
    shop.answers = [{ status: 502, body: '<html>' }, { status: 502, body: '<html>' }, { body: [] }];
    await connect(shop.url).woo.get('orders');
    const nonces = shop.seen.map(({ query }) => query.get('oauth_nonce'));
    expect(new Set(nonces).size).toBe(3);
  });

  it('stamps a signature with the clock it is given', async () => {
    await connect(shop.url, { now: () => new Date(1_700_000_000_999) }).woo.get('orders');
    expect(shop.seen[0]?.query.get('oauth_timestamp')).toBe('1700000000');
  });

  it('uses Basic over https', () => {
    expect(basicAuthorization(KEYS)).toBe(
      `Basic ${Buffer.from(`${KEY_TEXTS.consumerKey}:${KEY_TEXTS.consumerSecret}`).toString('base64')}`,
    );
  });

  it('accepts only a plain http or https address', () => {
    for (const url of [
      'shop.example',
      'ftp://shop.example',
      'https://a:b@shop.example',
      'https://x/?a=1',
      '',
    ]) {
      expect(() => createWoo({ url, ...KEYS })).toThrow(ConfigError);
    }
  });
});

describe('a sweep over HTTP', () => {
  it('asks by ascending id with the filters given, and takes its start from the first Date header', async () => {
    const ids = [1, 2, 3, 4, 5];
    let minute = 0;
    shop.answers = [
      {
        make: (seen) => {
          minute += 1;
          return { ...serveIds(ids, seen), headers: { date: `Sun, 22 Nov 2026 23:0${minute}:00 GMT` } };
        },
      },
    ];
    const query = { status: ['any'], orderby: 'date', offset: 7, page: 3, per_page: 1, _fields: 'id,total' };
    const { rows, positions } = await sweepAll(query, 2);
    expect(rows).toEqual(ids);
    expect(positions.map(({ startedAt }) => startedAt)).toEqual(
      positions.map(() => '2026-11-22T23:01:00.000Z'),
    );
    expect(shop.seen.map(({ query: asked }) => asked.get('page'))).toEqual(shop.seen.map(() => null));
    expect(shop.seen.map(({ query: asked }) => `${asked.get('order')} ${asked.get('offset')}`)).toEqual([
      'asc 0',
      'desc null',
      'asc 1',
      'asc 2',
      'asc 3',
    ]);
    expect(shop.seen.every(({ query: asked }) => asked.get('orderby') === 'id')).toBe(true);
    expect(shop.seen.every(({ query: asked }) => asked.get('status') === 'any')).toBe(true);
    expect(shop.seen[0]?.query.get('_fields')).toBe('id,total');
    expect(shop.seen[0]?.query.has('modified_before')).toBe(false);
  });

  it('says that an answer is malformed rather than pass over a row without an id', async () => {
    shop.answers = [{ body: [{ id: 1 }, { id: '2' }] }];
    await expect(sweepAll({}, 5)).rejects.toThrow(
      'The answer of WooCommerce is malformed: an entry of orders has no id',
    );
  });

  it('says that an answer is malformed when it is no list', async () => {
    shop.answers = [{ body: { orders: [] } }];
    await expect(sweepAll({}, 5)).rejects.toThrow(
      'The answer of WooCommerce is malformed: orders is not a list',
    );
  });

  it('drops the page fetched ahead when the consumer stops', async () => {
    let closed: (() => void) | undefined;
    const aborted = new Promise<void>((resolve) => (closed = resolve));
    shop.answers = [
      { make: (seen) => serveIds([1, 2, 3, 4, 5, 6], seen) },
      { make: (seen) => serveIds([1, 2, 3, 4, 5, 6], seen) },
      { act: (response) => void response.on('close', () => closed?.()) },
    ];
    const { woo } = connect(shop.url);
    for await (const page of woo.sweep('orders', {}, { pageSize: 2 })) {
      expect(page.rows.map(({ id }) => id)).toEqual([1, 2]);
      await until(() => shop.seen.length === 3);
      break;
    }
    await aborted;
    expect(woo.requests).toBe(3);
  });

  async function sweepAll(query: Record<string, string | number | string[]>, pageSize: number) {
    const rows: number[] = [];
    const positions = [];
    for await (const page of connect(shop.url).woo.sweep('orders', query, { pageSize })) {
      rows.push(...page.rows.map(({ id }) => id));
      positions.push(page.position);
    }
    return { rows, positions };
  }
});

describe('the shop', () => {
  const index = { timezone_string: 'Europe/Paris', gmt_offset: 1, url: 'https://shop.example/' };

  it('is read from the index of WordPress, once and without a key', async () => {
    shop.answers = [{ body: index }];
    const { woo } = connect(shop.url);
    expect(await woo.shop()).toMatchObject({ url: 'https://shop.example', timezone: 'Europe/Paris' });
    await woo.shop();
    expect(shop.seen).toHaveLength(1);
    expect(shop.seen[0]?.target).toBe('/wp-json/?_fields=timezone_string%2Cgmt_offset%2Curl');
  });

  it.each([
    [5.5, 'UTC+05:30'],
    [-3.5, 'UTC-03:30'],
    ['2', 'UTC+02:00'],
    [0, 'UTC'],
  ])('has a fixed offset where WordPress keeps %p hours and no name', async (gmtOffset, expected) => {
    shop.answers = [{ body: { ...index, timezone_string: '', gmt_offset: gmtOffset } }];
    expect((await connect(shop.url).woo.shop()).timezone).toBe(expected);
  });

  it.each([
    ['2026-11-22T23:00:00.400Z', 0],
    ['2026-11-22T22:58:30Z', 90],
    ['2026-11-22T23:00:20Z', -19],
  ])('has its clock compared with ours at %s', async (ours, expected) => {
    shop.answers = [{ body: index, headers: { date: 'Sun, 22 Nov 2026 23:00:00 GMT' } }];
    const { woo } = connect(shop.url, { now: () => new Date(ours) });
    expect((await woo.shop()).clockSkewSeconds).toBe(expected);
  });

  it('is asked again after a failure', async () => {
    shop.answers = [{ status: 404, body: 'nothing here' }, { body: index }];
    const { woo } = connect(shop.url);
    await expect(woo.shop()).rejects.toThrow(FatalError);
    expect((await woo.shop()).url).toBe('https://shop.example');
  });
});

/** The signature as WooCommerce computes it: all parameters but itself, sorted, encoded twice. */
function signatureOf(seen: SeenRequest, address: string): string {
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const parameters = [...seen.query]
    .filter(([name]) => name !== 'oauth_signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
  const text = `${seen.method}&${encode(address)}&${encode(parameters)}`;
  return createHmac('sha256', `${KEY_TEXTS.consumerSecret}&`).update(text).digest('base64');
}

function serveIds(ids: readonly number[], seen: SeenRequest): PlainAnswer {
  const sorted = [...ids].sort((a, b) => (seen.query.get('order') === 'desc' ? b - a : a - b));
  const offset = Number(seen.query.get('offset') ?? 0);
  const rows = sorted.slice(offset, offset + Number(seen.query.get('per_page')));
  return { body: rows.map((id): WooRow => ({ id })), headers: { 'x-wp-total': String(ids.length) } };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
