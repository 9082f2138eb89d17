/** What the WooCommerce adapter asks before it writes: whether this run may still do so. */
import { LockHeldError } from '../../src/core/errors';
import type { WooApi } from '../../src/core/ports';
import { connect, startShopServer, type Answer, type ShopServer } from './shop-server';

let shop: ShopServer;

beforeEach(async () => {
  shop = await startShopServer();
});
afterEach(() => shop.close());

const accept: Answer = {
  make: ({ body, method }) => ({ body: method === 'GET' ? [] : (JSON.parse(body) as unknown) }),
};
const updates = Array.from({ length: 150 }, (_, index) => ({ id: index + 1, stock_quantity: 1 }));

/** A client that may write so many times; the lock is lost then. */
function clientFor(writes: number): WooApi {
  let left = writes;
  return connect(shop.url, {
    beforeWrite: () => {
      left -= 1;
      return left >= 0 ? Promise.resolve() : Promise.reject(new LockHeldError('the lock was lost'));
    },
  }).woo;
}

test('a batch that loses the lock between two of its parts sends no more', async () => {
  shop.answers = [accept];
  await expect(clientFor(1).batch('products', { update: updates })).rejects.toThrow(LockHeldError);
  expect(shop.seen.map(({ method }) => method)).toEqual(['POST']);
});

test('a batch that loses the lock while it waits to be tried again is not sent again', async () => {
  shop.answers = [{ status: 429, body: 'slow down' }];
  await expect(clientFor(1).batch('products', { update: updates.slice(0, 1) })).rejects.toThrow(
    LockHeldError,
  );
  expect(shop.seen).toHaveLength(1);
});

test('without the lock nothing is written, and everything can be read', async () => {
  shop.answers = [accept];
  const woo = clientFor(0);
  await expect(woo.batch('products', { update: updates })).rejects.toThrow(LockHeldError);
  expect(shop.seen).toEqual([]);
  await woo.get('products');
  expect(shop.seen).toHaveLength(1);
});
