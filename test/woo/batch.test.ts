import { FatalError, RetryableError } from '../../src/core/errors';
import type { WooBatchItem } from '../../src/core/ports';
import {
  connect,
  recorded,
  startShopServer,
  type Answer,
  type PlainAnswer,
  type SeenRequest,
  type ShopServer,
} from './shop-server';

interface Body {
  readonly create?: { name: string }[];
  readonly update?: { id: number }[];
}

let shop: ShopServer;

beforeEach(async () => {
  shop = await startShopServer();
});

afterEach(() => shop.close());

const bodyOf = (seen: SeenRequest): Body => JSON.parse(seen.body) as Body;

/** Answers as a shop that accepts everything; what is created gets the id 1000 + its name. */
const accept: Answer = { make: (seen) => ({ body: accepted(bodyOf(seen)) }) };

function accepted({ create, update }: Body): unknown {
  return {
    ...(create && { create: create.map((item) => ({ ...item, id: 1000 + Number(item.name) })) }),
    ...(update && { update }),
  };
}

const updates = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index + 1 }));
const creates = (count: number) => Array.from({ length: count }, (_, index) => ({ name: String(index) }));

describe('a batch', () => {
  it('gives one result for each object, in order, with the reason of those refused', async () => {
    shop.answers = [recorded('batch-mixed')];
    const result = await connect(shop.url).woo.batch('products', {
      create: [{ name: 'dup', sku: 'SIM-0001' }],
      update: [
        { id: 15, stock_quantity: 0 },
        { id: 99_999_999, stock_quantity: 1 },
      ],
    });
    expect(result.create).toEqual([
      {
        ok: false,
        id: undefined,
        code: 'product_invalid_sku',
        message: 'Invalid or duplicated SKU.',
        resourceId: 15,
      },
    ]);
    expect(result.update[0]).toMatchObject({
      ok: true,
      id: 15,
      body: { sku: 'SIM-0001', stock_quantity: 0 },
    });
    expect(result.update[1]).toEqual({
      ok: false,
      id: 99_999_999,
      code: 'woocommerce_rest_product_invalid_id',
      message: 'Invalid ID.',
    });
    expect(shop.seen[0]).toMatchObject({ method: 'POST', path: '/wp-json/wc/v3/products/batch' });
    expect(shop.seen[0]?.headers['content-type']).toBe('application/json');
    expect(shop.seen[0]?.query.has('_fields')).toBe(false);
  });

  it('tolerates a result that carries no id', async () => {
    const error = { code: 'missing_id', message: 'No id.', data: 400 };
    shop.answers = [{ body: { update: [{ error }, { id: null, error }] } }];
    const { update } = await connect(shop.url).woo.batch('products', { update: updates(2) });
    expect(update).toEqual([
      { ok: false, id: 1, code: 'missing_id', message: 'No id.' },
      { ok: false, id: 2, code: 'missing_id', message: 'No id.' },
    ]);
  });

  it('sends nothing when it is empty', async () => {
    const { woo } = connect(shop.url);
    expect(await woo.batch('products', { create: [], update: [] })).toEqual({ create: [], update: [] });
    expect(woo.requests).toBe(0);
  });

  it('is sent a hundred objects at a time, creates and updates counted together', async () => {
    shop.answers = [accept];
    const result = await connect(shop.url).woo.batch('products', {
      create: creates(130),
      update: updates(120),
    });
    const sizes = shop.seen.map(bodyOf).map(({ create, update }) => [create?.length, update?.length]);
    expect(sizes).toEqual([
      [100, undefined],
      [30, 70],
      [undefined, 50],
    ]);
    expect(result.create.map(({ id }) => id)).toEqual(creates(130).map(({ name }) => 1000 + Number(name)));
    expect(result.update.map(({ id }) => id)).toEqual(updates(120).map(({ id }) => id));
  });

  it('is halved while the shop says that it is too large, and keeps its order', async () => {
    shop.answers = [
      {
        make: (seen) => {
          const body = bodyOf(seen);
          const size = (body.create?.length ?? 0) + (body.update?.length ?? 0);
          return size > 30 ? recorded('error-batch-over-limit') : { body: accepted(body) };
        },
      },
    ];
    const result = await connect(shop.url).woo.batch('products', {
      create: creates(40),
      update: updates(60),
    });
    expect(result.create.map(({ id }) => id)).toEqual(creates(40).map(({ name }) => 1000 + Number(name)));
    expect(result.update.map(({ id }) => id)).toEqual(updates(60).map(({ id }) => id));
    expect(result.update.every(({ ok }) => ok)).toBe(true);
  });

  it('fails the one object that is too large by itself, not the others', async () => {
    shop.answers = [
      {
        make: (seen) =>
          (bodyOf(seen).update ?? []).some(({ id }) => id === 2)
            ? { status: 413, body: '<html><title>413 Request Entity Too Large</title></html>' }
            : { body: accepted(bodyOf(seen)) },
      },
    ];
    const { update } = await connect(shop.url).woo.batch('products', { update: updates(4) });
    expect(update.map(({ ok }) => ok)).toEqual([true, false, true, true]);
    expect(update[1]).toMatchObject({ id: 2, code: 'http-413' });
  });

  it('that is refused as a whole fails its own objects only', async () => {
    const refusal: Answer = { status: 400, body: { code: 'rest_invalid_param', message: 'No.', data: 400 } };
    shop.answers = [refusal, accept];
    const { update } = await connect(shop.url).woo.batch('products', { update: updates(101) });
    expect(update.filter(({ ok }) => ok).map(({ id }) => id)).toEqual([101]);
    expect(update[0]).toMatchObject({ ok: false, id: 1, code: 'rest_invalid_param' });
  });

  it('takes an error of WooCommerce with status 500 for a refusal and does not repeat it', async () => {
    const code = 'woocommerce_rest_cannot_create_order_refund';
    shop.answers = [{ status: 500, body: { code, message: 'Invalid refund amount.', data: 500 } }, accept];
    const { create } = await connect(shop.url).woo.batch('orders/1/refunds', { create: creates(1) });
    expect(create[0]).toMatchObject({ ok: false, code });
    expect(shop.seen).toHaveLength(1);
  });

  it('stops the run when the key is read-only', async () => {
    const message = 'The API key provided does not have write permissions.';
    shop.answers = [{ status: 401, body: { code: 'woocommerce_rest_authentication_error', message } }];
    await expect(connect(shop.url).woo.batch('products', { update: updates(1) })).rejects.toThrow(FatalError);
  });
});

describe('a batch that gets no proper answer', () => {
  it.each<[string, Answer]>([
    ['502', { status: 502, body: '<html>' }],
    ['504', { status: 504, body: '' }],
    ['a crash of PHP', { status: 500, body: { code: 'internal_server_error', message: 'x', data: {} } }],
    ['503 from a cache', { status: 503, headers: { 'retry-after': '5' }, body: '<html>' }],
    ['a broken connection', { act: (response) => void response.destroy() }],
    ['JSON cut short', { body: '{"update":[{"id":1}' }],
    ['a list of another length', { body: { update: [] } }],
    ['something else', { body: [] }],
  ])('may have been written and is not sent again: %s', async (_name, answer) => {
    shop.answers = [answer, accept];
    const error: unknown = await connect(shop.url)
      .woo.batch('products', { update: updates(1) })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ ambiguous: true });
    expect(shop.seen).toHaveLength(1);
  });

  it('may have been written when time runs out', async () => {
    shop.answers = [{ act: () => undefined }];
    const { woo } = connect(shop.url, { timeoutMs: 40 });
    await expect(woo.batch('products', { update: updates(1) })).rejects.toMatchObject({ ambiguous: true });
    expect(shop.seen).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['a rate limit', { status: 429, body: '' }],
    [
      "WordPress's maintenance mode",
      {
        status: 503,
        headers: { 'retry-after': '600' },
        body: { code: 'wp_die', message: 'Briefly.', data: {} },
      },
    ],
  ])('was certainly not written and is sent again: %s', async (_name, answer) => {
    shop.answers = [answer, accept];
    const { update } = await connect(shop.url).woo.batch('products', { update: updates(1) });
    expect(update).toMatchObject([{ ok: true, id: 1 }]);
    expect(shop.seen).toHaveLength(2);
  });

  it('was certainly not written when no connection was made', async () => {
    await shop.close();
    const { woo } = connect(shop.url, { retries: 2 });
    await expect(woo.batch('products', { update: updates(1) })).rejects.toMatchObject({ ambiguous: false });
    expect(woo.requests).toBe(3);
    shop = await startShopServer();
  });

  it('is ambiguous once an earlier part of it was written', async () => {
    shop.answers = [accept, { status: 429, body: '' }];
    const error: unknown = await connect(shop.url, { retries: 0 })
      .woo.batch('products', { update: updates(101) })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ ambiguous: true });
    expect((error as Error).message).toContain('earlier parts of the batch were written');
  });

  it('goes over a connection of its own, never one that the shop may be closing', async () => {
    shop.answers = [{ body: [] }, accept];
    const { woo } = connect(shop.url);
    await woo.get('products');
    await woo.batch('products', { update: updates(1) });
    expect(shop.seen.map(({ headers }) => headers.connection)).toEqual(['keep-alive', 'close']);
  });
});

describe('an idempotent batch', () => {
  const IDEMPOTENT = { idempotent: true };
  const crash: Answer = {
    status: 500,
    body: { code: 'internal_server_error', message: 'There has been a critical error.', data: {} },
  };
  const light: Answer = { body: [{ id: 1 }] };

  /** A shop that crashes on a batch with one of these products in it, and answers reads. */
  function crashOn(bad: readonly number[], onCrash: Answer = crash): void {
    shop.answers = [
      {
        make: (seen) => {
          if (seen.method === 'GET') {
            return light as PlainAnswer;
          }
          const ids = (bodyOf(seen).update ?? []).map(({ id }) => id);
          return ids.some((id) => bad.includes(id))
            ? (onCrash as PlainAnswer)
            : { body: accepted(bodyOf(seen)) };
        },
      },
    ];
  }

  const failed = (items: readonly WooBatchItem[]): unknown[] =>
    items.flatMap((item) => (item.ok ? [] : [[item.id, item.code]]));

  it('is sent again after a crash or a broken connection', async () => {
    shop.answers = [{ status: 502, body: '<html>' }, accept];
    const { woo } = connect(shop.url);
    const { update } = await woo.batch('products', { update: updates(3) }, IDEMPOTENT);
    expect(update.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(shop.seen).toHaveLength(2);
  });

  it('refuses the one product whose save crashes PHP, and writes the other 99', async () => {
    crashOn([37]);
    const { woo } = connect(shop.url);
    const { update } = await woo.batch('products', { update: updates(100) }, IDEMPOTENT);
    expect(update.map(({ id }) => id)).toEqual(updates(100).map(({ id }) => id));
    expect(failed(update)).toEqual([[37, 'http-500']]);
    expect(update[36]).toMatchObject({
      message: 'the shop answers, but not to this write: 500: There has been a critical error.',
    });
    expect(shop.seen.length).toBeLessThan(40);
  });

  it('finds the bad ones wherever they are', async () => {
    crashOn([1, 2, 50, 99, 100]);
    const { woo } = connect(shop.url);
    const { update } = await woo.batch('products', { update: updates(100) }, IDEMPOTENT);
    expect(failed(update).map((item) => (item as [number])[0])).toEqual([1, 2, 50, 99, 100]);
  });

  it('goes in smaller requests at once after a time-out', async () => {
    const { woo } = connect(shop.url, { timeoutMs: 60 });
    shop.answers = [{ act: () => undefined }, light, accept];
    const { update } = await woo.batch('products', { update: updates(10) }, IDEMPOTENT);
    expect(update.every(({ ok }) => ok)).toBe(true);
    const sizes = shop.seen.filter(({ method }) => method === 'POST').map(bodyOf);
    expect(sizes.map(({ update: sent }) => sent?.length)).toEqual([10, 5, 5]);
  });

  it('is followed by smaller ones, whichever the parent', async () => {
    crashOn([3], { status: 504, body: '' });
    const { woo } = connect(shop.url);
    await woo.batch('products/7/variations', { update: updates(100) }, IDEMPOTENT);
    shop.seen.length = 0;
    shop.answers = [accept];
    await woo.batch('products/8/variations', { update: updates(100) }, IDEMPOTENT);
    const sizes = shop.seen.map(bodyOf).map(({ update }) => update?.length ?? 0);
    expect(Math.max(...sizes)).toBeLessThan(100);
  });

  it('ends soon when the shop is down, as not ambiguous: there is nothing to look up', async () => {
    shop.answers = [crash];
    const { woo } = connect(shop.url);
    const error: unknown = await woo
      .batch('products', { update: updates(100) }, IDEMPOTENT)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ ambiguous: false });
    expect(woo.requests).toBe(2 + 5);
  });

  it('ends soon when the shop goes down in between', async () => {
    let posts = 0;
    shop.answers = [
      {
        make: (seen) => {
          posts += seen.method === 'POST' ? 1 : 0;
          return posts <= 4 && seen.method === 'GET' ? light : crash;
        },
      },
    ];
    const { woo } = connect(shop.url);
    await expect(woo.batch('products', { update: updates(100) }, IDEMPOTENT)).rejects.toThrow(RetryableError);
    expect(woo.requests).toBeLessThan(20);
  });

  it('ends with an error when the shop fails on every write although it answers', async () => {
    crashOn(updates(100).map(({ id }) => id));
    const { woo } = connect(shop.url);
    await expect(woo.batch('products', { update: updates(100) }, IDEMPOTENT)).rejects.toThrow(RetryableError);
    expect(woo.requests).toBeLessThan(100);
  });

  it('gives up each of a parent whose variations all fail, once the shop has written something', async () => {
    crashOn([]);
    const { woo } = connect(shop.url);
    await woo.batch('products', { update: updates(1) }, IDEMPOTENT);
    crashOn(updates(15).map(({ id }) => id));
    const { update } = await woo.batch('products/7/variations', { update: updates(15) }, IDEMPOTENT);
    expect(failed(update)).toHaveLength(15);
  });

  it('refuses the one product whose content a firewall dislikes', async () => {
    crashOn([4], { status: 403, body: '<html><title>403 Forbidden</title> Mod_Security</html>' });
    const { woo } = connect(shop.url);
    const { update } = await woo.batch('products', { update: updates(8) }, IDEMPOTENT);
    expect(failed(update)).toEqual([[4, 'firewall']]);
  });

  it('stops the run where a firewall answers everything', async () => {
    shop.answers = [{ status: 403, body: '<html><title>403 Forbidden</title></html>' }];
    const { woo } = connect(shop.url);
    await expect(woo.batch('products', { update: updates(8) }, IDEMPOTENT)).rejects.toThrow(FatalError);
    expect(woo.requests).toBe(2);
  });

  it('cannot create', async () => {
    const { woo } = connect(shop.url);
    await expect(woo.batch('products', { create: creates(1) }, IDEMPOTENT)).rejects.toThrow(RangeError);
    expect(woo.requests).toBe(0);
  });
});
