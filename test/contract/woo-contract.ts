import { FatalError, SkippableError } from '../../src/core/errors';
import type { WooApi, WooPage, WooQuery, WooRow } from '../../src/core/ports';
import { parseWooTime, wooTime } from '../../src/lib/woo-time';
import { createSigner, basicAuthorization, type ApiKeys } from '../../src/woo/sign';

/** A shop to hold to the contract. */
export interface ContractShop {
  /** With a key that may read and write. */
  readonly woo: WooApi;
  /** With a key the shop does not know. */
  readonly badKey: WooApi;
  /** With a key that may only read. */
  readonly readOnly?: WooApi;
  /** Posts a body as it is, beside the client; see `createRawPost`. */
  readonly post?: RawPost;
}

export type RawPost = (path: string, body: unknown) => Promise<{ status: number; body: unknown }>;

const UNKNOWN_ID = 99_999_999;
const META_KEY = '_wcodoo_contract';

/**
 * What wcodoo relies on in a WooCommerce REST v3 API, observed on 11.0. The
 * sandbox and a real shop must both hold it. The shop needs a few products
 * (one with a SKU, one that keeps no stock), a variation with a SKU, orders,
 * customers and a refund of a line. A few products get a new date of
 * modification, two of them a `_wcodoo_contract` meta; nothing else is written.
 */
export function wooContract(title: string, connect: () => Promise<ContractShop>): void {
  describe(title, () => {
    let shop: ContractShop;
    let woo: WooApi;

    beforeAll(async () => {
      shop = await connect();
      woo = shop.woo;
    });

    async function list(
      path: string,
      query: WooQuery = {},
    ): Promise<{ rows: WooRow[]; total: number | undefined }> {
      const { body, total } = await woo.get(path, query);
      expect(Array.isArray(body)).toBe(true);
      return { rows: body as WooRow[], total };
    }

    async function first(path: string, query: WooQuery, isWanted: (row: WooRow) => boolean): Promise<WooRow> {
      const { rows } = await list(path, { per_page: 100, orderby: 'id', order: 'asc', ...query });
      const row = rows.find(isWanted);
      if (row === undefined) {
        throw new Error(`the shop has no suitable row in ${path}`);
      }
      return row;
    }

    const simpleProduct = (): Promise<WooRow> =>
      first('products', { type: 'simple' }, (row) => typeof row['sku'] === 'string' && row['sku'] !== '');

    describe('a collection', () => {
      it.each(['products', 'orders', 'customers', 'variations', 'products/categories'])(
        'of %s counts its rows in a header and pages by offset',
        async (path) => {
          const query = { orderby: 'id', order: 'asc', _fields: 'id' };
          const front = await list(path, { ...query, per_page: 3 });
          const shifted = await list(path, { ...query, per_page: 2, offset: 1 });
          expect(front.rows.length).toBeGreaterThan(0);
          expect(front.total).toBeGreaterThanOrEqual(front.rows.length);
          expect(shifted.total).toBe(front.total);
          expect(idsOf(shifted.rows)).toEqual(idsOf(front.rows).slice(1));
        },
      );

      it('is empty beyond its end, where orders forget their total and products do not', async () => {
        const products = await list('products', { per_page: 100, page: 5000 });
        const orders = await list('orders', { per_page: 100, page: 5000 });
        expect([products.rows, orders.rows]).toEqual([[], []]);
        expect(products.total).toBeGreaterThan(0);
        expect(orders.total).toBe(0);
      });

      it('ignores parameters it does not know', async () => {
        const all = await list('products', { per_page: 1 });
        expect((await list('products', { per_page: 1, no_such_filter: 'x' })).total).toBe(all.total);
      });

      it('refuses more than a hundred rows a page', async () => {
        await expect(woo.get('orders', { per_page: 101 })).rejects.toMatchObject({
          reason: 'woo-refused',
          message: containing('per_page must be between 1 (inclusive) and 100 (inclusive)'),
        });
      });

      it('refuses a date that is none', async () => {
        await expect(woo.get('orders', { modified_after: 'yesterday' })).rejects.toMatchObject({
          reason: 'woo-refused',
          message: containing('Invalid date.'),
        });
      });

      it('trims its rows to `_fields`, into objects but not into lists', async () => {
        const query = { per_page: 1, _fields: ['id', 'billing.email', 'line_items.sku'] };
        const { rows } = await list('orders', query);
        expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['billing', 'id']);
        expect(Object.keys(rows[0]?.['billing'] as object)).toEqual(['email']);
      });
    });

    describe('records by id', () => {
      it.each(['products', 'orders', 'customers', 'variations'])(
        'of %s are those asked for and no other, whatever order they are named in',
        async (path) => {
          const { rows } = await list(path, { per_page: 5, orderby: 'id', order: 'asc', _fields: 'id' });
          const wanted = idsOf(rows).slice(0, 3).reverse();
          const found = await woo.list(path, { include: [...wanted, UNKNOWN_ID], per_page: 100 });
          expect(idsOf(found.rows).sort((a, b) => a - b)).toEqual([...wanted].sort((a, b) => a - b));
          expect(found.rows.every((row) => row.unreadable === undefined)).toBe(true);
        },
      );

      it('are found among variations too where a SKU is asked for beside them', async () => {
        const variation = await first('variations', {}, ({ sku }) => typeof sku === 'string' && sku !== '');
        const query = { sku: String(variation['sku']), include: [variation.id], _fields: 'id' };
        expect((await woo.list('products', query)).rows).toEqual([{ id: variation.id }]);
      });

      it('are found one by one, variations by the address of a product, and are undefined when gone', async () => {
        const product = await simpleProduct();
        const variation = await first('variations', {}, () => true);
        expect(await woo.find('products', product.id, { _fields: ['id', 'sku'] })).toMatchObject({
          id: product.id,
          sku: product['sku'],
        });
        expect(await woo.find('products', variation.id)).toMatchObject({ id: variation.id });
        expect(await woo.find('products', UNKNOWN_ID)).toBeUndefined();
      });
    });

    describe('a sweep', () => {
      it.each(['products', 'orders', 'customers', 'variations'])(
        'of %s hands out every id once, ascending',
        async (path) => {
          const expected = await readAllIds(path);
          const pageSize = Math.min(100, Math.max(2, Math.ceil(expected.length / 4)));
          const pages = await sweep(path, { _fields: 'id' }, pageSize);
          expect(pages.flatMap(({ rows }) => idsOf(rows))).toEqual(expected);
          expect(pages.every(({ position }) => position.upperId === expected.at(-1))).toBe(true);
          expect(pages[0]?.total).toBe(expected.length);
        },
      );

      it('starts at the clock of the shop', async () => {
        const { serverTime } = await woo.get('products', { per_page: 1, _fields: 'id' });
        const [page] = await sweep('products', { include: [UNKNOWN_ID] }, 10);
        expect(page?.rows).toEqual([]);
        const startedAt = Date.parse(page?.position.startedAt ?? '');
        expect(startedAt).toBeGreaterThanOrEqual(serverTime.getTime());
        expect(startedAt).toBeLessThan(serverTime.getTime() + 30_000);
      });

      it('resumes behind the page that was durable', async () => {
        const expected = await readAllIds('orders');
        const pageSize = Math.min(100, Math.max(2, Math.ceil(expected.length / 3)));
        const sweeping = woo.sweep('orders', { _fields: 'id' }, { pageSize });
        const before = await sweeping.next();
        await sweeping.return();
        const page = before.value as WooPage;
        const after = await sweep('orders', { _fields: 'id' }, pageSize, page);
        expect([...idsOf(page.rows), ...after.flatMap(({ rows }) => idsOf(rows))]).toEqual(expected);
      });
    });

    describe('a filter by date of modification', () => {
      it.each(['orders', 'products', 'variations'])(
        'of %s takes bare UTC with dates_are_gmt and excludes both ends',
        async (path) => {
          const row = await first(path, {}, () => true);
          const modified = parseWooTime(String(row['date_modified_gmt']));
          const finds = async (
            filter: 'modified_after' | 'modified_before',
            seconds: number,
          ): Promise<boolean> => {
            const time = wooTime(new Date(modified.getTime() + seconds * 1000));
            const { rows } = await list(path, { include: [row.id], dates_are_gmt: true, [filter]: time });
            return idsOf(rows).includes(row.id);
          };
          expect(await finds('modified_after', -1)).toBe(true);
          expect(await finds('modified_after', 0)).toBe(false);
          expect(await finds('modified_before', 1)).toBe(true);
          expect(await finds('modified_before', 0)).toBe(false);
        },
      );

      it('is shifted by the time zone of the shop where a Z stands beside dates_are_gmt', async () => {
        const row = await first('orders', {}, () => true);
        const modified = parseWooTime(String(row['date_modified_gmt'])).getTime();
        const offsetMs = parseWooTime(String(row['date_modified'])).getTime() - modified;
        const finds = async (time: number, suffix: string): Promise<boolean> => {
          const filter = { dates_are_gmt: true, modified_after: wooTime(new Date(time)) + suffix };
          return idsOf((await list('orders', { include: [row.id], ...filter })).rows).includes(row.id);
        };
        expect(await finds(modified - 1000, '')).toBe(true);
        expect(await finds(modified - offsetMs - 1000, 'Z')).toBe(true);
        expect(await finds(modified - offsetMs + 1000, 'Z')).toBe(false);
      });

      it('does not exist for customers: it is silently ignored', async () => {
        const all = await list('customers', { per_page: 1 });
        const filter = { modified_after: '2099-01-01T00:00:00', dates_are_gmt: true };
        expect((await list('customers', { per_page: 1, ...filter })).total).toBe(all.total);
        await expect(woo.get('customers', { orderby: 'modified' })).rejects.toThrow(SkippableError);
      });
    });

    describe('a list of statuses', () => {
      it('takes explicit ones, the trash included', async () => {
        const statuses = ['processing', 'completed', 'trash'];
        const { rows, total } = await list('orders', { status: statuses, per_page: 100 });
        expect(new Set(rows.map((row) => row['status']))).toEqual(
          new Set(statuses.filter((status) => rows.some((row) => row['status'] === status))),
        );
        const counts = await Promise.all(
          statuses.map(async (status) => (await list('orders', { status, per_page: 1 })).total ?? 0),
        );
        expect(total).toBe(counts.reduce((sum, count) => sum + count, 0));
      });

      it('leaves the trash out with `any`, even where both are named', async () => {
        const any = await list('orders', { status: 'any', per_page: 1 });
        const both = await list('orders', { status: ['any', 'trash'], per_page: 100 });
        expect(both.total).toBe(any.total);
        expect(both.rows.some((row) => row['status'] === 'trash')).toBe(false);
      });

      it('refuses one that does not exist', async () => {
        await expect(woo.get('orders', { status: 'no-such-status' })).rejects.toMatchObject({
          reason: 'woo-refused',
        });
      });
    });

    describe('refunds', () => {
      it('have a collection of their own, with positive amounts and negative quantities', async () => {
        const { rows } = await list('refunds', { per_page: 100, orderby: 'id', order: 'asc' });
        const lines = rows.flatMap((row) => row['line_items'] as { quantity: number }[]);
        expect(rows.filter((row) => !(Number(row['parent_id']) > 0) || Number(row['amount']) < 0)).toEqual(
          [],
        );
        expect(lines.filter(({ quantity }) => quantity > 0)).toEqual([]);
        expect(lines.some(({ quantity }) => quantity < 0)).toBe(true);
      });

      it('share their ids with orders but are no orders', async () => {
        const { rows } = await list('refunds', { per_page: 1 });
        await expect(woo.get(`orders/${rows[0]?.id ?? 0}`)).rejects.toMatchObject({ reason: 'not-found' });
      });
    });

    describe('products', () => {
      it('are found by SKU in any case, variations too', async () => {
        const product = await simpleProduct();
        const variation = await first(
          'variations',
          {},
          (row) => typeof row['sku'] === 'string' && row['sku'] !== '',
        );
        const sku = [String(product['sku']).toLowerCase(), String(variation['sku'])];
        const { rows } = await list('products', { sku, per_page: 100 });
        expect(idsOf(rows).sort()).toEqual([product.id, variation.id].sort());
        expect(rows.find(({ id }) => id === variation.id)).toMatchObject({
          type: 'variation',
          parent_id: expect.any(Number) as unknown,
        });
      });

      it('do not list variations, which have a collection of their own', async () => {
        const variations = await list('variations', { per_page: 100 });
        const products = new Set(await readAllIds('products'));
        expect(idsOf(variations.rows).filter((id) => products.has(id))).toEqual([]);
        expect(variations.rows.every((row) => Number(row['parent_id']) > 0)).toBe(true);
      });

      it('that do not exist have no variations, rather than an error', async () => {
        expect((await list(`products/${UNKNOWN_ID}/variations`)).rows).toEqual([]);
      });
    });

    describe('an address', () => {
      it.each([
        ['orders', 'woocommerce_rest_shop_order_invalid_id'],
        ['products', 'woocommerce_rest_product_invalid_id'],
        ['customers', 'wc_user_invalid_id'],
      ])('of unknown %s is not found', async (path, code) => {
        await expect(woo.get(`${path}/${UNKNOWN_ID}`)).rejects.toMatchObject({
          reason: 'not-found',
          message: containing(code),
        });
      });

      it('that leads nowhere stops the run', async () => {
        const failure = woo.get('no-such-route');
        await expect(failure).rejects.toThrow(FatalError);
        await expect(failure).rejects.toThrow('rest_no_route');
      });
    });

    describe('a batch of updates', () => {
      it('keeps its order and fails only what is refused', async () => {
        const { rows } = await list('products', { type: 'simple', per_page: 2, orderby: 'id', order: 'asc' });
        const [one, two] = idsOf(rows);
        const meta = { meta_data: [{ key: META_KEY, value: 'order' }] };
        const { update } = await woo.batch('products', {
          update: [
            { id: two!, ...meta },
            { id: UNKNOWN_ID, ...meta },
            { id: one!, ...meta },
          ],
        });
        expect(update.map(({ ok, id }) => [ok, id])).toEqual([
          [true, two],
          [false, UNKNOWN_ID],
          [true, one],
        ]);
        expect(update[1]).toMatchObject({ code: 'woocommerce_rest_product_invalid_id' });
      });

      it('of more than a hundred is split by the client', async () => {
        const ids = Array.from({ length: 101 }, (_, index) => UNKNOWN_ID + index);
        const sentBefore = woo.requests;
        const { update } = await woo.batch('products', { update: ids.map((id) => ({ id })) });
        expect(woo.requests - sentBefore).toBe(2);
        expect(update.map(({ ok, id }) => [ok, id])).toEqual(ids.map((id) => [false, id]));
      });

      it('of more than a hundred is refused by the shop', async () => {
        if (shop.post === undefined) {
          return;
        }
        const update = Array.from({ length: 101 }, (_, index) => ({ id: UNKNOWN_ID + index }));
        expect(await shop.post('products/batch', { update })).toMatchObject({
          status: 413,
          body: { code: 'woocommerce_rest_request_entity_too_large' },
        });
      });

      it('ignores a quantity where no stock is kept', async () => {
        const { id } = await first('products', {}, (row) => row['manage_stock'] === false);
        const { update } = await woo.batch('products', { update: [{ id, stock_quantity: 5 }] });
        expect(update).toMatchObject([{ ok: true, id, body: { manage_stock: false, stock_quantity: null } }]);
      });

      it('replaces a meta value by its key', async () => {
        const { id } = await simpleProduct();
        const write = async (value: string): Promise<unknown> => {
          const meta = { meta_data: [{ key: META_KEY, value }] };
          const { update } = await woo.batch('products', { update: [{ id, ...meta }] });
          const [item] = update;
          return item?.ok === true ? item.body['meta_data'] : item;
        };
        await write('first');
        const entries = (await write('second')) as { key: string; value: unknown }[];
        expect(entries.filter(({ key }) => key === META_KEY).map(({ value }) => value)).toEqual(['second']);
      });

      it('moves the date of modification, even when nothing differs', async () => {
        const { id } = await simpleProduct();
        const { serverTime } = await woo.get(`products/${id}`);
        await woo.batch('products', { update: [{ id }] });
        const { body } = await woo.get(`products/${id}`);
        const modified = parseWooTime(String((body as WooRow)['date_modified_gmt']));
        expect(modified.getTime()).toBeGreaterThanOrEqual(serverTime.getTime() - 1000);
      });
    });

    describe('a batch of creates', () => {
      it('names the product that already has the SKU', async () => {
        const { id, sku } = await simpleProduct();
        const { create } = await woo.batch('products', { create: [{ name: 'wcodoo contract', sku }] });
        expect(create).toMatchObject([{ ok: false, code: 'product_invalid_sku', resourceId: id }]);
      });
    });

    describe('the shop', () => {
      it('tells its address, its time zone and its clock', async () => {
        const about = await woo.shop();
        expect(about.url).toMatch(/^https?:\/\/[^/].*[^/]$/);
        expect(about.timezone).toMatch(/^(UTC([+-]\d\d:\d\d)?|[A-Z][A-Za-z_]+(\/[\w+-]+)+)$/);
        expect(Math.abs(about.clockSkewSeconds)).toBeLessThan(3600);
      });

      it('refuses a key it does not know', async () => {
        await expect(shop.badKey.get('orders')).rejects.toThrow(FatalError);
        await expect(shop.badKey.get('orders')).rejects.toMatchObject({ hint: containing('consumer key') });
      });

      it('lets a read-only key read but not write', async () => {
        if (shop.readOnly === undefined) {
          return;
        }
        expect(Array.isArray((await shop.readOnly.get('products', { per_page: 1 })).body)).toBe(true);
        const writing = shop.readOnly.batch('products', { update: [{ id: UNKNOWN_ID }] });
        await expect(writing).rejects.toThrow('does not have write permissions');
      });
    });

    async function sweep(
      path: string,
      query: WooQuery,
      pageSize: number,
      after?: WooPage,
    ): Promise<WooPage[]> {
      const pages: WooPage[] = [];
      for await (const page of woo.sweep(path, query, { pageSize, from: after?.position })) {
        pages.push(page);
      }
      return pages;
    }

    async function readAllIds(path: string): Promise<number[]> {
      const ids: number[] = [];
      for (let page = 1; ; page += 1) {
        const query = { per_page: 100, page, orderby: 'id', order: 'asc', _fields: 'id' };
        const { rows } = await list(path, query);
        ids.push(...idsOf(rows));
        if (rows.length < 100) {
          return ids;
        }
      }
    }
  });
}

/** Posts beside the client, to see what the shop itself says. */
export function createRawPost(url: string, keys: ApiKeys): RawPost {
  const sign = createSigner(keys, () => new Date());
  return async (path, body) => {
    const address = `${url.replace(/\/+$/, '')}/wp-json/wc/v3/${path}`;
    const isSecure = address.startsWith('https:');
    const query = isSecure ? '' : `?${new URLSearchParams(sign('POST', address, {})).toString()}`;
    const response = await fetch(address + query, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(isSecure && { authorization: basicAuthorization(keys) }),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
}

function idsOf(rows: readonly WooRow[]): number[] {
  return rows.map(({ id }) => id);
}

function containing(text: string): unknown {
  return expect.stringContaining(text);
}
