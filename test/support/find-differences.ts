/**
 * Compares both sides from outside: what is lost, doubled or unequal, as
 * sentences. It knows nothing of how wcodoo works, only what must have come of
 * it: the expectations are derived from the shop.
 */
import { formatAmount, fromFloat } from '../../src/lib/money';
import { renderOrder } from '../../src/sandbox/woo/render-order';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';
import type { ChaosRig, Row, Sides } from './chaos-rig';

/** What an order of a status is in Odoo; one that is missing here is left out. */
const STATES: Readonly<Record<string, 'draft' | 'sale' | 'cancel'>> = {
  pending: 'draft',
  'on-hold': 'draft',
  'awaiting-pickup': 'draft',
  processing: 'sale',
  completed: 'sale',
  cancelled: 'cancel',
  refunded: 'cancel',
  failed: 'cancel',
};

/** @returns one sentence for each difference; none when nothing was lost and nothing doubled */
export async function findDifferences(rig: ChaosRig): Promise<string[]> {
  const { sides } = rig;
  const orders = await readOrders(sides);
  return [
    ...sides.shop.orders.flatMap((order) => compareOrder(order, orders.get(order.id) ?? [], sides.store)),
    ...(await compareLines(sides, orders)),
    ...(await findDoubleDeliveries(sides, orders)),
    ...(await comparePeople(sides)),
    ...(await findDoubleProducts(sides)),
    ...(await compareStock(sides, orders)),
    ...(await findLooseEnds(rig)),
  ];
}

type OrdersInOdoo = ReadonlyMap<number, readonly Row[]>;

/** Sale orders by the id of the shop's; two of one id are what is looked for. */
async function readOrders({ shop, store, find }: Sides): Promise<OrdersInOdoo> {
  const rows = await find(
    'sale.order',
    [['origin', 'in', shop.orders.map(({ id }) => originOf(store, id))]],
    ['name', 'origin', 'state', 'amount_total', 'date_order'],
  );
  return new Map(
    shop.orders.map(({ id }) => [id, rows.filter((row) => row['origin'] === originOf(store, id))]),
  );
}

function originOf(store: string, id: number): string {
  return `woo:${store}:${id}`;
}

function compareOrder(order: ShopOrder, found: readonly Row[], store: string): string[] {
  const name = `order ${originOf(store, order.id)} (${order.status})`;
  const expected = STATES[order.status];
  const [row, ...doubles] = found;
  if (doubles.length > 0) {
    return [`${name} is in Odoo ${found.length} times`];
  }
  if (row === undefined) {
    return expected === undefined ? [] : [`${name} is not in Odoo`];
  }
  const total = formatAmount(fromFloat(Number(row['amount_total']), 2), 2);
  const shown = renderOrder(order, '');
  const date = String(shown['date_created_gmt']).replace('T', ' ');
  return [
    ...unequal(`${name}: state`, row['state'], expected ?? 'cancel'),
    ...unequal(`${name}: total`, total, shown['total']),
    ...unequal(`${name}: date`, row['date_order'], date),
  ];
}

function unequal(what: string, inOdoo: unknown, expected: unknown): string[] {
  return inOdoo === expected ? [] : [`${what} is ${String(inOdoo)} instead of ${String(expected)}`];
}

/**
 * Each line of the shop is there, and no line beside them. One may stand in
 * several pieces (a fee with two taxes); a line that the shop dropped stays,
 * with quantity 0.
 */
async function compareLines({ shop, store, find }: Sides, orders: OrdersInOdoo): Promise<string[]> {
  const ids = [...orders.values()].flatMap((rows) => rows.map(({ id }) => id));
  const lines = await find('sale.order.line', [['order_id', 'in', ids]], ['order_id', 'product_uom_qty']);
  const names = await find(
    'ir.model.data',
    [
      ['model', '=', 'sale.order.line'],
      ['res_id', 'in', lines.map(({ id }) => id)],
    ],
    ['name', 'res_id'],
  );
  const nameById = new Map(names.map((row) => [row['res_id'], String(row['name'])]));
  return shop.orders.flatMap((order) => {
    const [row] = orders.get(order.id) ?? [];
    if (row === undefined) {
      return [];
    }
    const found = lines
      .filter((line) => idOf(line['order_id']) === row.id && Number(line['product_uom_qty']) !== 0)
      .map(({ id }) => (nameById.get(id) ?? 'without an external id').replace(/_[ts]\d+$/, ''));
    const { lines: items, shippingLines, feeLines } = order.amounts;
    const expected = [
      ...items.map(({ id }) => `line_${id}`),
      ...shippingLines.map(({ id }) => `ship_${id}`),
      ...feeLines.map(({ id }) => `fee_${id}`),
    ].map((part) => `${store}_order_${order.id}_${part}`);
    return unequal(
      `order ${order.id}: lines`,
      [...new Set(found)].sort().join(' '),
      expected.sort().join(' '),
    );
  });
}

/** Confirming twice would send the goods twice. */
async function findDoubleDeliveries({ find }: Sides, orders: OrdersInOdoo): Promise<string[]> {
  const names = [...orders.values()].flatMap((rows) => rows.map((row) => row['name']));
  const deliveries = await find(
    'stock.picking',
    [
      ['origin', 'in', names],
      ['state', '!=', 'cancel'],
    ],
    ['origin'],
  );
  return doubled(deliveries.map((row) => `the delivery of ${String(row['origin'])}`));
}

const ADDRESS_FIELDS = ['type', 'name', 'street', 'street2', 'zip', 'city', 'phone'];

function contentOf(address: Row): unknown[] {
  return ADDRESS_FIELDS.map((field) => address[field]);
}

/** One partner for each e-mail address, and each address of a partner once. */
async function comparePeople({ shop, find }: Sides): Promise<string[]> {
  const buyers = shop.orders
    .filter(({ status }) => STATES[status] !== undefined)
    .map(({ billing }) => billing.email ?? '');
  const customers = [...shop.shop.customers.values()]
    .filter(({ role }) => role === 'customer')
    .map(({ email }) => email);
  const emails = [...new Set([...buyers, ...customers].map((email) => email.trim().toLowerCase()))].filter(
    (email) => email !== '',
  );
  const people = await find(
    'res.partner',
    [
      ['email_normalized', 'in', emails],
      ['parent_id', '=', false],
    ],
    ['email_normalized'],
  );
  const addresses = await find(
    'res.partner',
    [['parent_id', 'in', people.map(({ id }) => id)]],
    ['parent_id', ...ADDRESS_FIELDS],
  );
  const found = people.map((row) => String(row['email_normalized']));
  return [
    ...emails.filter((email) => !found.includes(email)).map((email) => `${email} is not in Odoo`),
    ...doubled(found),
    ...doubled(
      addresses.map((row) => `the address ${JSON.stringify([idOf(row['parent_id']), ...contentOf(row)])}`),
    ),
  ];
}

/** Of the products that both sides have, and of those that the program may have created. */
function skusOf({ shop, skus, shopOnly }: Sides): string[] {
  const created = shopOnly.map((id) => shop.shop.products.get(id)?.sku ?? '').filter((sku) => sku !== '');
  return [...skus, ...created];
}

async function findDoubleProducts(sides: Sides): Promise<string[]> {
  const rows = await sides.find('product.product', [['default_code', 'in', skusOf(sides)]], ['default_code']);
  return doubled(rows.map((row) => `the product ${String(row['default_code'])}`));
}

/** The shop shows what is free in Odoo, less the units it has sold of orders that Odoo has not confirmed. */
async function compareStock(sides: Sides, orders: OrdersInOdoo): Promise<string[]> {
  const { shop, find } = sides;
  const held = new Map<number, number>();
  for (const order of shop.orders) {
    const [row] = orders.get(order.id) ?? [];
    const units = row?.['state'] === 'sale' || row?.['state'] === 'done' ? [] : order.amounts.lines;
    for (const { productId, variationId, reducedStock } of units) {
      for (const id of new Set([productId, variationId])) {
        held.set(id, (held.get(id) ?? 0) + (reducedStock ?? 0));
      }
    }
  }
  const rows = await find(
    'product.product',
    [['default_code', 'in', skusOf(sides)]],
    ['default_code', 'free_qty'],
  );
  return rows.flatMap((row) => {
    const sku = String(row['default_code']);
    const product = shop.product(sku);
    if (product?.manageStock !== true) {
      return [];
    }
    const expected = Math.max(0, Math.floor(Number(row['free_qty']) - (held.get(product.id) ?? 0)));
    return product.stockQuantity === expected
      ? []
      : [
          `${sku}: the shop shows ${String(product.stockQuantity)} pieces, Odoo has ${String(row['free_qty'])} free, ${held.get(product.id) ?? 0} are held`,
        ];
  });
}

/** What wcodoo itself still has on its list. */
async function findLooseEnds({ withState, sides }: ChaosRig): Promise<string[]> {
  return withState(async (state) => [
    ...(await state.intents.list(sides.store)).map(
      ({ key }) => `the intent of ${key.entity} ${key.id} is open`,
    ),
    ...(await state.debts.list(sides.store)).map(
      ({ key, reason, message }) => `${key.entity} ${key.id} is owed (${reason}): ${message}`,
    ),
  ]);
}

function doubled(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names
    .filter((name) => {
      const isDouble = seen.has(name);
      seen.add(name);
      return isDouble;
    })
    .map((name) => `${name} is in Odoo twice`);
}

function idOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

/** Compares everything once more: `sync --full` must find nothing to write. */
export async function findRewrites(rig: ChaosRig): Promise<string[]> {
  const before = rig.sides.writes();
  const calls: string[] = [];
  rig.watch({
    onRequest: (call) => {
      if (call.isWriting) {
        calls.push(`sync --full sent ${call.target}`);
      }
      return undefined;
    },
  });
  const { code, stdout, stderr } = await rig.run(['sync', '--full']);
  rig.watch({});
  return [
    ...calls,
    ...(code === 0 ? [] : [`sync --full ended with ${String(code)}: ${stdout}${stderr}`]),
    ...(rig.sides.writes() === before ? [] : ['sync --full wrote']),
  ];
}
