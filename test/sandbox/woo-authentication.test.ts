import { SECRET, KEY, seedShop, signUrl, startShop, type TestShop } from './woo-shop-for-tests';

let shop: TestShop;

beforeAll(async () => {
  shop = await startShop();
});

afterAll(() => shop.server.close());

function refusal(message: string): object {
  return {
    status: 401,
    body: { code: 'woocommerce_rest_authentication_error', message, data: { status: 401 } },
  };
}

const NOT_SEEN = {
  code: 'woocommerce_rest_cannot_view',
  message: 'Sorry, you cannot list resources.',
  data: { status: 401 },
};

async function fetchJson(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  return (await fetch(url, { headers })).json();
}

it('answers a request without key, with Basic and with a key in the query alike over http', async () => {
  const address = `${shop.url}/wp-json/wc/v3/orders`;
  const basic = `Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`;
  expect(await fetchJson(address)).toEqual(NOT_SEEN);
  expect(await fetchJson(address, { authorization: basic })).toEqual(NOT_SEEN);
  expect(await fetchJson(`${address}?consumer_key=${KEY}&consumer_secret=${SECRET}`)).toEqual(NOT_SEEN);
});

it('shows its index without a key', async () => {
  expect(await fetchJson(`${shop.url}/wp-json/`)).toMatchObject({
    url: shop.url,
    timezone_string: 'Europe/Paris',
    namespaces: expect.arrayContaining(['wc/v3']) as unknown,
  });
});

it.each(['HMAC-SHA256', 'HMAC-SHA1'])('accepts a signature by %s, parameters and all', async (method) => {
  const path = 'orders?per_page=2&status=processing%2Ccompleted&search=exemple%20(x)!';
  expect(await shop.call('GET', path, undefined, { oauth_signature_method: method })).toMatchObject({
    status: 200,
  });
});

it('accepts indexed lists and refuses `status[]`, whose signature it reads differently', async () => {
  const indexed = await shop.get('orders?status[0]=processing&status[1]=completed');
  expect(indexed.status).toBe(200);
  expect(await shop.get('orders?status[]=processing')).toMatchObject(
    refusal('Invalid signature - provided signature does not match.'),
  );
});

it.each([
  ['another key', { oauth_consumer_key: 'ck_other' }, 'Consumer key is invalid.'],
  [
    'an unknown method',
    { oauth_signature_method: 'HMAC-SHA512' },
    'Invalid signature - signature method is invalid.',
  ],
  [
    'an old timestamp',
    { oauth_timestamp: String(Math.floor(Date.now() / 1000) - 960) },
    'Invalid timestamp.',
  ],
  [
    'a future timestamp',
    { oauth_timestamp: String(Math.floor(Date.now() / 1000) + 960) },
    'Invalid timestamp.',
  ],
])('refuses %s', async (_title, oauth, message) => {
  expect(await shop.call('GET', 'orders', undefined, oauth)).toMatchObject(refusal(message));
});

it('accepts a clock that is fourteen minutes behind', async () => {
  const oauth = { oauth_timestamp: String(Math.floor(Date.now() / 1000) - 840) };
  expect(await shop.call('GET', 'orders', undefined, oauth)).toMatchObject({ status: 200 });
});

it('refuses a signed address that was changed on the way', async () => {
  const signed = signUrl('GET', `${shop.url}/wp-json/wc/v3/orders?page=1`, new Date());
  const changed = signed.replace('page=1', 'page=2');
  expect(await fetchJson(changed)).toMatchObject({
    message: 'Invalid signature - provided signature does not match.',
  });
});

it('takes a nonce once, with another timestamp too', async () => {
  const once = { oauth_nonce: 'once' };
  expect(await shop.call('GET', 'orders', undefined, once)).toMatchObject({ status: 200 });
  const later = { ...once, oauth_timestamp: String(Math.floor(Date.now() / 1000) - 5) };
  expect(await shop.call('GET', 'orders', undefined, later)).toMatchObject(
    refusal('Invalid nonce - nonce has already been used.'),
  );
});

it('names the parameter that is missing', async () => {
  expect(await shop.call('GET', 'orders', undefined, { oauth_nonce: 'absent' })).toMatchObject({
    status: 401,
    body: {
      code: 'woocommerce_rest_authentication_missing_parameter',
      message: 'Missing OAuth parameter oauth_nonce',
    },
  });
});

it('lets a read-only key read and refuses its writes, counting none', async () => {
  const readOnly = await startShop({ seed: seedShop(5), readOnly: true });
  expect(await readOnly.get('orders')).toMatchObject({ status: 200 });
  expect(await readOnly.call('PUT', 'products/15', {})).toMatchObject(
    refusal('The API key provided does not have write permissions.'),
  );
  expect(readOnly.server.writes).toBe(0);
  expect(readOnly.server.requests).toBe(2);
  await readOnly.server.close();
});

it('knows no route beyond its own, with a key or without', async () => {
  const unknown = { code: 'rest_no_route', data: { status: 404 } };
  expect(await shop.get('nope')).toMatchObject({ status: 404, body: unknown });
  expect(await shop.get('orders/abc')).toMatchObject({ status: 404, body: unknown });
  expect(await shop.call('DELETE', 'orders')).toMatchObject({ status: 404, body: unknown });
  expect(await fetchJson(`${shop.url}/wp-json/wc/v3/nope`)).toMatchObject(unknown);
});
