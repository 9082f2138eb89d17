import { offsetAt, parseDateFilter } from '../../src/sandbox/woo/shop-time';
import { seedShop, startShop, type TestShop } from './woo-shop-for-tests';

type Json = Record<string, unknown>;

let shop: TestShop;

beforeAll(async () => {
  shop = await startShop({ seed: seedShop(120) });
});

afterAll(() => shop.server.close());

async function ids(path: string): Promise<number[]> {
  const { body } = await shop.get(path);
  return (body as { id: number }[]).map(({ id }) => id);
}

function seconds(text: string, gmt = false): number | undefined {
  return parseDateFilter(text, gmt);
}

function utc(text: string): number {
  return Date.parse(text) / 1000;
}

describe('a date filter', () => {
  it('without offset is Paris time, in winter and in summer', () => {
    expect(seconds('2026-01-10T12:00:00')).toBe(utc('2026-01-10T11:00:00Z'));
    expect(seconds('2026-07-10T12:00:00')).toBe(utc('2026-07-10T10:00:00Z'));
  });

  it('without offset is UTC with dates_are_gmt', () => {
    expect(seconds('2026-07-10T12:00:00', true)).toBe(utc('2026-07-10T12:00:00Z'));
  });

  it('with an offset is exact without dates_are_gmt', () => {
    expect(seconds('2026-07-10T12:00:00Z')).toBe(utc('2026-07-10T12:00:00Z'));
    expect(seconds('2026-07-10T12:00:00+02:00')).toBe(utc('2026-07-10T10:00:00Z'));
    expect(seconds('2026-07-10T12:00:00-05:00')).toBe(utc('2026-07-10T17:00:00Z'));
  });

  it('with an offset and dates_are_gmt is wrong by the shop’s offset, as observed', () => {
    const created = utc('2026-07-10T12:00:00Z');
    const at = (behind: number): number | undefined =>
      seconds(new Date((created - behind) * 1000).toISOString().replace('.000', ''), true);
    expect(created > (at(7_201) ?? 0)).toBe(true);
    expect(created > (at(7_199) ?? 0)).toBe(false);
  });

  it('drops fractions and takes nothing that is no date', () => {
    expect(seconds('2026-07-10T12:00:00.999', true)).toBe(utc('2026-07-10T12:00:00Z'));
    for (const text of ['yesterday', '2026-07-10', '2026-13-10T12:00:00', '', '1783684800']) {
      expect(seconds(text)).toBeUndefined();
    }
  });

  it('knows both offsets of the shop', () => {
    expect([offsetAt(utc('2026-01-10T12:00:00Z')), offsetAt(utc('2026-07-10T12:00:00Z'))]).toEqual([
      3_600, 7_200,
    ]);
  });

  it('limits orders by creation with after and before', async () => {
    const all = (await shop.get('orders?per_page=100&orderby=date&order=asc')).body as Json[];
    const middle = String(all[40]?.['date_created_gmt']);
    const after = await ids(`orders?per_page=100&dates_are_gmt=true&orderby=date&order=asc&after=${middle}`);
    const before = await ids(
      `orders?per_page=100&dates_are_gmt=true&orderby=date&order=asc&before=${middle}`,
    );
    expect(before).toEqual(all.slice(0, 40).map(({ id }) => id));
    expect(after[0]).toBe(all[41]?.['id']);
  });
});

describe('a page', () => {
  it('says total, pages and its neighbours', async () => {
    const { headers } = await shop.get('products?per_page=10&page=2');
    const total = Number(headers.get('x-wp-total'));
    expect(Number(headers.get('x-wp-totalpages'))).toBe(Math.ceil(total / 10));
    expect(headers.get('link')).toMatch(/page=1>; rel="prev", <http.*page=3>; rel="next"$/);
    expect(headers.get('allow')).toBe('GET, POST');
  });

  it('repeats the spent signature in its links, and on orders the defaults', async () => {
    const { headers } = await shop.get('orders?per_page=10');
    expect(headers.get('link')).toContain('oauth_signature=');
    expect(headers.get('link')).toContain('status%5B0%5D=any&dp=2&context=view');
  });

  it.each([
    ['orders', false],
    ['refunds', false],
    ['products', true],
    ['customers', true],
    ['products/categories', true],
  ])('of %s beyond the end keeps its total: %s', async (path, keeps) => {
    const { body, headers } = await shop.get(`${path}?page=999`);
    expect(body).toEqual([]);
    expect(headers.get('x-wp-total') !== '0').toBe(keeps);
    expect(headers.get('x-wp-totalpages') !== '0').toBe(keeps);
  });

  it('takes a hundred at most even of ids that are named', async () => {
    const all = await ids('products?per_page=100');
    const wanted = [...all, ...(await ids('products?per_page=100&page=2'))].slice(0, 150);
    const { body, headers } = await shop.get(`products?include=${wanted.join(',')}&per_page=100`);
    expect(body).toHaveLength(100);
    expect(headers.get('x-wp-total')).toBe('150');
  });

  it('in the order of modification shows every row once, equal dates too', async () => {
    const everything = [...shop.server.shop.orders].filter(({ status }) => status !== 'trash');
    for (const { id } of everything.slice(0, 30)) {
      shop.server.shop.editOrder(id, { date_modified_gmt: '2026-11-01T10:00:00' });
    }
    const seen: number[] = [];
    for (let page = 1; seen.length < everything.length; page += 1) {
      seen.push(...(await ids(`orders?orderby=modified&order=asc&per_page=7&page=${page}`)));
    }
    expect(new Set(seen).size).toBe(everything.length);
    expect([...seen].sort((left, right) => left - right)).toEqual(everything.map(({ id }) => id));
  });
});

describe('a parameter', () => {
  it.each([
    ['orders?per_page=0', 'per_page', 'rest_out_of_bounds', 'between 1 (inclusive) and 100 (inclusive)'],
    ['orders?per_page=x', 'per_page', 'rest_invalid_type', 'per_page is not of type integer.'],
    ['orders?page=0', 'page', 'rest_out_of_bounds', 'page must be greater than or equal to 1'],
    ['orders?status=bogus', 'status', 'rest_not_in_enum', 'status[0] is not one of any, trash,'],
    ['orders?orderby=total', 'orderby', 'rest_not_in_enum', 'title, slug, and modified.'],
    ['products?status=publish,trash', 'status', 'rest_not_in_enum', 'status is not one of any, future,'],
    ['products?include_types=variation', 'include_types', 'rest_not_in_enum', 'include_types[0]'],
    ['orders?modified_after=yesterday', 'modified_after', 'rest_invalid_date', 'Invalid date.'],
    ['customers?orderby=modified', 'orderby', 'rest_not_in_enum', 'orderby is not one of'],
    ['customers?email=nobody', 'email', 'rest_invalid_email', 'Invalid email address.'],
    ['orders?include=1,x', 'include', 'rest_invalid_type', 'include[1] is not of type integer.'],
  ])('%s is refused with its name and why', async (path, name, code, message) => {
    const { status, body } = await shop.get(path);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'rest_invalid_param',
      message: `Invalid parameter(s): ${name}`,
      data: { status: 400, details: { [name]: { code, data: null } } },
    });
    const { params } = (body as { data: { params: Record<string, string> } }).data;
    expect(params[name]).toContain(message);
  });

  it('that is unknown is ignored', async () => {
    const all = (await shop.get('orders')).headers.get('x-wp-total');
    const filtered = await shop.get('orders?meta_key=a&meta_value=b&nonsense=1');
    expect(filtered.headers.get('x-wp-total')).toBe(all);
  });
});

describe('orders', () => {
  it('are limited to statuses, the trash only by name', async () => {
    const statuses = async (query: string): Promise<unknown> => {
      const { body } = await shop.get(`orders?per_page=100&_fields=status&status=${query}`);
      return [...new Set((body as Json[]).map(({ status }) => status))].sort();
    };
    expect(await statuses('trash')).toEqual(['trash']);
    expect(await statuses('completed,trash')).toEqual(['completed', 'trash']);
    expect(await statuses('any,trash')).toEqual(await statuses('any'));
    expect(await statuses('any')).toContain('awaiting-pickup');
    expect(await statuses('any')).not.toContain('trash');
  });

  it('are found by e-mail address in any case and by customer', async () => {
    const { body } = await shop.get('orders?search=CLIENT0&per_page=100');
    expect((body as Json[]).length).toBeGreaterThan(5);
    const customer = shop.server.shop.orders.find(({ customerId }) => customerId > 0)?.customerId ?? 0;
    const own = (await shop.get(`orders?customer=${customer}`)).body as Json[];
    expect(own.every(({ customer_id: id }) => id === customer)).toBe(true);
  });

  it('know their refunds, with the parent in the list of all', async () => {
    const refunded = shop.server.shop.orders.find(({ refunds }) => (refunds[0]?.lines.length ?? 0) > 0)!;
    const [own] = (await shop.get(`orders/${refunded.id}/refunds`)).body as Json[];
    const [all] = (await shop.get(`refunds?parent=${refunded.id}`)).body as Json[];
    expect(all).toEqual({ ...own, parent_id: refunded.id });
    const lines = own?.['line_items'] as Json[];
    expect(Number(lines[0]?.['quantity'])).toBeLessThan(0);
    expect(lines[0]?.['meta_data']).toMatchObject([{ key: '_refunded_item_id' }]);
    expect(Number(own?.['amount'])).toBeGreaterThan(0);
    expect(await shop.get(`orders/${refunded.refunds[0]!.id}`)).toMatchObject({ status: 404 });
  });
});

describe('customers and products', () => {
  it('customers of any role include the administrator, by default they do not', async () => {
    expect((await shop.get('customers')).headers.get('x-wp-total')).toBe('150');
    expect((await shop.get('customers?role=all')).headers.get('x-wp-total')).toBe('151');
    expect(await ids('customers?email=CLIENT019@exemple.fr')).toEqual([20]);
  });

  it('products in the trash are seen by name or by include_status only', async () => {
    expect((await shop.get('products?sku=TRASH-1')).body).toEqual([]);
    expect((await shop.get('products?status=trash')).body).toMatchObject([{ sku: 'TRASH-1' }]);
    const both = await shop.get('products?include_status=publish,trash&search_sku=rash');
    expect(both.body).toMatchObject([{ sku: 'TRASH-1' }]);
  });

  it('a variation answers as a product too, under a parent that counts its stock', async () => {
    const [variation] = (await shop.get('products?sku=var-20-1')).body as Json[];
    expect(variation).toMatchObject({ type: 'variation', manage_stock: 'parent', stock_quantity: 50 });
    expect((await shop.get(`products/${String(variation?.['id'])}`)).body).toEqual(variation);
    expect((await shop.get('products/99999999/variations')).body).toEqual([]);
  });

  it('a single object keeps its links whatever fields are asked for', async () => {
    const { body } = await shop.get('products/15?_fields=id,dimensions.length');
    expect(Object.keys(body as Json)).toEqual(['id', 'dimensions', '_links']);
  });
});
