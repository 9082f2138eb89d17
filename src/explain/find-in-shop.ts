/** Finds the records of a subject in the shop, and reads what they hold there. */
import type { ShopContext } from '../core/context';
import { recordKey, type RecordKey } from '../core/keys';
import type { WooRow } from '../core/ports';
import { addressRecords, emailKey, normalizeEmail } from '../entities/customers/map-partner';
import { fetchOrders, loadStatuses } from '../entities/orders/read-orders';
import { chunkSkus } from '../entities/stock/chunk-skus';
import { CUSTOMER_FIELDS, ORDER_FIELDS, readOrderStock, STOCK_FIELDS, WooCustomer } from '../woo/schema';
import { bothOf, idAsKey, isId, uniqueKeys } from './find-in-state';
import { describeCustomer, describeItem, describeOrder } from './shop-records';
import type { SideRecord } from './side';
import type { Subject } from './subject';

/** What the shop has of a subject. */
export interface InShop {
  readonly keys: readonly RecordKey[];
  readonly records: readonly SideRecord[];
  /** Records by which those come that have no source of their own. */
  readonly sources: readonly RecordKey[];
  /** SKUs as the shop spells them. */
  readonly aliases: readonly string[];
  /** Remarks for the person, sentences. */
  readonly notes: readonly string[];
}

const FOUND_ORDERS = 20;

/**
 * Asks the shop.
 * @param known records that the state knows by this name
 * @throws RetryableError, FatalError, SkippableError when the shop does not answer
 */
export function findInShop(
  shop: ShopContext,
  subject: Subject,
  known: readonly RecordKey[],
): Promise<InShop> {
  switch (subject.kind) {
    case 'order':
      return findOrder(shop, subject, known);
    case 'sku':
      return findItems(shop, subject, known);
    case 'customer':
      return findCustomers(shop, subject, known);
  }
}

async function findOrder(shop: ShopContext, subject: Subject, known: readonly RecordKey[]): Promise<InShop> {
  const { store } = shop;
  const candidates = uniqueKeys([
    ...known,
    ...(subject.key === undefined ? idAsKey(store, subject.name) : []),
  ]);
  const rows = await fetchRows(shop, candidates);
  if (subject.key !== undefined) {
    return ordersFound(store, rows);
  }
  const byNumber = [...rows, ...(await searchOrders(shop, subject.name))].filter(
    (row) => numberOf(row) === subject.name,
  );
  const chosen = byNumber.length > 0 ? byNumber : rows;
  return { ...ordersFound(store, chosen), notes: rows.flatMap((row) => noteOf(row, subject.name, chosen)) };
}

/** What to say of the order whose id was taken for a number. */
function noteOf(row: WooRow, name: string, chosen: readonly WooRow[]): string[] {
  if (String(row.id) !== name || numberOf(row) === name) {
    return [];
  }
  return chosen.some(({ id }) => id === row.id)
    ? [`${name} is the id of this order; its number is ${numberOf(row)}`]
    : [
        `the order with the id ${row.id} is another one (number ${numberOf(row)}): \`wcodoo audit explain order/${row.id}\``,
      ];
}

function ordersFound(store: string, rows: readonly WooRow[]): InShop {
  const keys = uniqueKeys(rows.map(({ id }) => recordKey(store, 'order', id)));
  const unique = new Map(rows.map((row) => [row.id, row]));
  return { keys, sources: keys, records: [...unique.values()].map(describeOrder), aliases: [], notes: [] };
}

async function fetchRows(shop: ShopContext, keys: readonly RecordKey[]): Promise<WooRow[]> {
  const ids = keys.filter(({ entity, id }) => entity === 'order' && isId(id));
  const records = ids.length === 0 ? [] : await fetchOrders(shop, ids);
  return records.flatMap(({ raw }) => (raw === null ? [] : [raw as WooRow]));
}

/** Observed: the search looks into ids and e-mail addresses; plugins that number orders add their number. */
async function searchOrders(shop: ShopContext, text: string): Promise<readonly WooRow[]> {
  const { rows } = await shop.woo.list('orders', {
    search: text,
    status: await loadStatuses(shop),
    orderby: 'date',
    order: 'desc',
    per_page: FOUND_ORDERS,
    _fields: ORDER_FIELDS,
  });
  return rows;
}

function numberOf(row: WooRow): string {
  return (readOrderStock(row)?.number ?? String(row.id)).replace(/^#/, '');
}

async function findItems(shop: ShopContext, subject: Subject, known: readonly RecordKey[]): Promise<InShop> {
  const rows = new Map<number, WooRow>();
  for (const id of new Set(known.map((key) => key.id).filter(isId))) {
    const row = await shop.woo.find('products', Number(id), { _fields: STOCK_FIELDS });
    if (row !== undefined) {
      rows.set(row.id, row);
    }
  }
  const [skus = []] = subject.key === undefined ? chunkSkus([subject.name]) : [];
  if (skus.length > 0) {
    const listed = await shop.woo.list('products', { sku: skus, per_page: 100, _fields: STOCK_FIELDS });
    for (const row of listed.rows) {
      rows.set(row.id, row);
    }
  }
  const found = [...rows.values()].filter(
    (row) => subject.key !== undefined || row.unreadable !== undefined || hasSku(row, subject.name),
  );
  const keys = found.map(({ id }) => recordKey(shop.store, 'stock', id));
  return {
    keys: bothOf(shop.store, keys),
    sources: keys,
    records: found.map(describeItem),
    aliases: found.flatMap(({ sku }) => (typeof sku === 'string' && sku !== '' ? [sku] : [])),
    notes: found.flatMap(({ id, manage_stock: managed }) =>
      managed === false
        ? [`the shop does not count the stock of product ${id} (manage stock is off): wcodoo leaves it alone`]
        : managed === 'parent'
          ? [
              `the shop counts the variable product's stock, not that of variation ${id}: wcodoo leaves it alone`,
            ]
          : [],
    ),
  };
}

function hasSku(row: WooRow, sku: string): boolean {
  return typeof row['sku'] === 'string' && row['sku'].trim().toLowerCase() === sku.trim().toLowerCase();
}

async function findCustomers(
  shop: ShopContext,
  subject: Subject,
  known: readonly RecordKey[],
): Promise<InShop> {
  const { store } = shop;
  const rows = await fetchCustomerRows(shop, subject, known);
  const email = subject.key === undefined ? normalizeEmail(subject.name) : '';
  const orders = email === '' ? [] : (await searchOrders(shop, email)).filter((row) => billedTo(row, email));
  const guestOrders = orders.filter((row) => row['customer_id'] === 0);
  const hash = emailKey(email);
  const customers = rows.map(({ id }) => recordKey(store, 'customer', id));
  const [latest] = guestOrders;
  return {
    keys: uniqueKeys([
      ...customers,
      ...rows.flatMap((row) => addressesOf(store, row)),
      ...(latest === undefined || hash === null ? [] : [recordKey(store, 'guest', hash)]),
    ]),
    sources: [...customers, ...(latest === undefined ? [] : [recordKey(store, 'order', latest.id)])],
    records: [
      ...rows.map(describeCustomer),
      ...(latest === undefined ? [] : [{ ...describeOrder(latest), what: 'last order as a guest' }]),
    ],
    aliases: [],
    notes:
      orders.length === 0
        ? []
        : [
            `orders with this address: ${orders.map(numberOf).join(', ')}${orders.length === FOUND_ORDERS ? ', …' : ''}`,
          ],
  };
}

async function fetchCustomerRows(
  shop: ShopContext,
  subject: Subject,
  known: readonly RecordKey[],
): Promise<WooRow[]> {
  const ids = known.filter(({ entity }) => entity === 'customer').map(({ id }) => Number(id));
  const base = { role: 'all', per_page: 100, _fields: CUSTOMER_FIELDS };
  const byId = ids.length === 0 ? [] : (await shop.woo.list('customers', { ...base, include: ids })).rows;
  const byEmail =
    subject.key !== undefined || !/^\S+@\S+\.\S+$/.test(subject.name)
      ? []
      : (await shop.woo.list('customers', { ...base, email: subject.name })).rows;
  return [...new Map([...byId, ...byEmail].map((row) => [row.id, row])).values()];
}

function billedTo(row: WooRow, email: string): boolean {
  const billing = row['billing'] as { readonly email?: unknown } | null | undefined;
  return typeof billing?.email === 'string' && normalizeEmail(billing.email) === email;
}

function addressesOf(store: string, row: WooRow): RecordKey[] {
  const parsed = WooCustomer.safeParse(row);
  if (!parsed.success) {
    return [];
  }
  const parent = recordKey(store, 'customer', row.id);
  const { invoice, delivery } = addressRecords(store, parent, parsed.data.billing, parsed.data.shipping);
  return [invoice, delivery].flatMap((record) => (record === undefined ? [] : [record.key]));
}
