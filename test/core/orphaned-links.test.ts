import type { Flow } from '../../src/core/entity';
import { recordKey } from '../../src/core/keys';
import { findOrphanedLinks } from '../../src/core/orphaned-links';
import type { Link, OdooApi, WooApi } from '../../src/core/ports';

const FLOWS = [
  {
    entities: ['customer', 'guest'],
    wooCollection: (entity: string) => (entity === 'customer' ? 'customers' : undefined),
  },
  { entities: ['order'], wooCollection: () => 'orders' },
] as unknown as Flow[];

interface World {
  /** Ids that Odoo has. */
  readonly odoo?: readonly number[];
  readonly hidden?: readonly number[];
  /** External ids that lead somewhere. */
  readonly external?: Readonly<Record<string, number>>;
  /** Ids that the shop shows, in its trash too. */
  readonly shop?: readonly number[];
  readonly isShopEmpty?: boolean;
}

function link(entity: string, id: string, odooId: number): Link {
  return {
    key: recordKey('shop', entity, id),
    odooModel: entity === 'order' ? 'sale.order' : 'res.partner',
    odooId,
    hash: '',
    fields: {},
    odooHash: null,
    step: null,
    adopted: false,
    matchKey: null,
  };
}

async function orphansAmong(links: readonly Link[], world: World): Promise<string[]> {
  const { odoo = [], hidden = [], external = {}, shop = [], isShopEmpty = false } = world;
  const sides = {
    odoo: {
      read: (_model: string, ids: readonly number[]) =>
        Promise.resolve(ids.filter((id) => odoo.includes(id)).map((id) => ({ id }))),
      findHidden: (_model: string, ids: readonly number[]) =>
        Promise.resolve(new Map(ids.filter((id) => hidden.includes(id)).map((id) => [id, 'hidden']))),
      findExternalId: (name: string) => Promise.resolve(external[name]),
    } as unknown as OdooApi,
    woo: {
      find: (_path: string, id: number) => Promise.resolve(shop.includes(id) ? { id } : undefined),
      list: () => Promise.resolve({ rows: isShopEmpty ? [] : [{ id: 1 }], total: 1, serverTime: new Date() }),
    } as unknown as WooApi,
  };
  return (await findOrphanedLinks(sides, FLOWS, links)).map(({ key }) => `${key.entity}/${key.id}`);
}

test('a link is orphaned when neither side has its record', async () => {
  const links = [link('order', '1', 11), link('customer', '1', 21)];
  expect(await orphansAmong(links, {})).toEqual(['order/1', 'customer/1']);
});

test.each<[string, World]>([
  ['Odoo has', { odoo: [11] }],
  ['a record rule of Odoo hides', { hidden: [11] }],
  ['was merged into another in Odoo', { external: { '__wcodoo__.shop_order_1': 99 } }],
  ['the shop has, or has in its trash', { shop: [1] }],
])('a link whose record %s is kept', async (_what, world) => {
  expect(await orphansAmong([link('order', '1', 11)], world)).toEqual([]);
});

test('a link of a record that has none of its own in the shop is never taken for orphaned', async () => {
  const links = [link('guest', 'abc', 21), link('unknown', '1', 31)];
  expect(await orphansAmong(links, {})).toEqual([]);
});

test('a link that names no record of Odoo yet is kept', async () => {
  expect(await orphansAmong([link('order', '1', 0)], {})).toEqual([]);
});

test('a shop that shows nothing at all proves nothing', async () => {
  await expect(orphansAmong([link('order', '1', 11)], { isShopEmpty: true })).rejects.toThrow(
    'so none of them counts as gone',
  );
});
