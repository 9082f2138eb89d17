/** A shop that is out is left alone, and a run that is asked to stop does not wait for it. */
import { RetryableError, SkippableError } from '../../src/core/errors';
import { connect, recorded, startShopServer, type Answer, type ShopServer } from './shop-server';

let shop: ShopServer;

beforeEach(async () => {
  shop = await startShopServer();
});

afterEach(() => shop.close());

const down: Answer = { status: 502, body: '<html><title>502 Bad Gateway</title></html>' };

async function failureOf(attempt: Promise<unknown>): Promise<RetryableError> {
  const error: unknown = await attempt.then(
    () => new Error('no failure'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RetryableError);
  return error as RetryableError;
}

describe('a shop that is out', () => {
  it('is not asked any more after three calls in a row, for a minute', async () => {
    let nowMs = Date.now();
    const { woo } = connect(shop.url, { retries: 1, now: () => new Date(nowMs) });
    shop.answers = [down];
    for (let call = 0; call < 3; call += 1) {
      await failureOf(woo.get('orders'));
    }
    expect(shop.seen).toHaveLength(6);
    nowMs += 18_000;
    const refused = await failureOf(woo.batch('products', { update: [{ id: 1 }] }));
    expect(refused.message).toBe(
      `WooCommerce at ${new URL(shop.url).host} did not answer 3 calls in a row; not asked again for 42 s`,
    );
    expect(refused.ambiguous).toBe(false);
    expect(shop.seen).toHaveLength(6);
    nowMs += 42_000;
    shop.answers = [{ body: [] }];
    await woo.get('orders');
    await woo.get('orders');
    expect(shop.seen).toHaveLength(8);
  });

  it('ends a whole run soon: ten flows cost no more requests than three calls', async () => {
    const { woo } = connect(shop.url);
    shop.answers = [down];
    for (let flow = 0; flow < 10; flow += 1) {
      await failureOf(woo.sweep('orders').next());
    }
    // Each of three sweeps: two tries of the page, five of the light request.
    expect(shop.seen).toHaveLength(21);
  });

  it('is not one that refuses', async () => {
    const { woo } = connect(shop.url);
    shop.answers = [recorded('error-unknown-id')];
    for (let call = 0; call < 8; call += 1) {
      await expect(woo.get('orders/7')).rejects.toThrow(SkippableError);
    }
    expect(shop.seen).toHaveLength(8);
  });

  it('is not one that crashes on one record after the other', async () => {
    const { woo } = connect(shop.url);
    shop.answers = [
      {
        make: ({ query }) =>
          query.get('_fields') === 'id'
            ? { body: { id: 1 } }
            : { status: 500, body: { code: 'internal_server_error', message: 'Crash.', data: {} } },
      },
    ];
    for (const id of [1, 2, 3, 4, 5, 6]) {
      expect(await woo.find('orders', id)).toMatchObject({
        unreadable: expect.stringContaining('500: Crash.') as string,
      });
    }
    expect(shop.seen).toHaveLength(18);
  });
});

describe('a run that is asked to stop', () => {
  it('does not wait for another try, and says so', async () => {
    const controller = new AbortController();
    const { woo, waits } = connect(shop.url, { signal: controller.signal });
    shop.answers = [
      {
        act: (response) => {
          controller.abort();
          response.statusCode = 502;
          response.end('<html>');
        },
      },
    ];
    const error = await failureOf(woo.get('orders'));
    expect(error.message).toContain('not tried again: stopped on request');
    expect(waits).toEqual([]);
    expect(shop.seen).toHaveLength(1);
  });

  it('ends a wait under way at once', async () => {
    const controller = new AbortController();
    const { woo } = connect(shop.url, {
      signal: controller.signal,
      sleep: (_ms, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
          controller.abort();
        }),
    });
    shop.answers = [down];
    expect((await failureOf(woo.get('orders'))).message).toContain('stopped on request');
    expect(shop.seen).toHaveLength(1);
  });

  it('lets the request in flight finish, and the first try of others be made', async () => {
    const controller = new AbortController();
    const { woo } = connect(shop.url, { signal: controller.signal });
    shop.answers = [
      {
        act: (response) => {
          controller.abort();
          setTimeout(() => response.end('[{"id":1}]'), 10);
        },
      },
      { body: [{ id: 2 }] },
    ];
    expect((await woo.get('orders')).body).toEqual([{ id: 1 }]);
    expect((await woo.get('orders')).body).toEqual([{ id: 2 }]);
  });
});
