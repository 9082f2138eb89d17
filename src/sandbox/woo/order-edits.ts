/** Creating, changing and trashing orders. */
import { EMPTY_ADDRESS, withoutEmail } from '../seed-customers';
import { mergeMeta } from './meta';
import { draftFromInput, priceLinesInput } from './order-input';
import type { NewOrder, NewOrderLine } from './order-input';
import { priceOrder } from './price-order';
import { asList, asRecord, asText, RestError } from './rest';
import type { Shop } from './shop';
import type { Address, ShopOrder } from './shop-model';
import { parseUtc } from './shop-time';
import { settleStock } from './stock-moves';

const PAID: ReadonlySet<string> = new Set(['processing', 'completed']);

/**
 * Adds an order priced by WooCommerce's rules; it takes stock when its status says so.
 * @throws RestError woocommerce_rest_invalid_customer_id
 */
export function createOrder(shop: Shop, input: NewOrder): ShopOrder {
  const customerId = input.customer_id ?? 0;
  const customer = customerId === 0 ? undefined : shop.customers.get(customerId);
  if (customerId !== 0 && customer === undefined) {
    throw new RestError(400, 'woocommerce_rest_invalid_customer_id', 'Customer ID is invalid.');
  }
  const billing = mergeAddress(customer?.billing ?? { ...EMPTY_ADDRESS, email: '' }, input.billing);
  const ownShipping = customer?.shipping.country === '' ? undefined : customer?.shipping;
  const shipping = mergeAddress(ownShipping ?? withoutEmail(billing), input.shipping);
  const now = shop.seconds();
  const status = input.status ?? 'processing';
  const draft = draftFromInput(shop, input, shipping.country);
  const order: ShopOrder = {
    id: shop.takePostId(),
    status,
    amounts: priceOrder(draft, () => shop.takeItemId()),
    pricesIncludeTax: draft.pricesIncludeTax,
    customerId,
    billing,
    shipping,
    paymentMethod: input.payment_method ?? 'stripe',
    paymentTitle: input.payment_method_title ?? 'Carte bancaire',
    createdVia: input.created_via ?? 'checkout',
    customerNote: input.customer_note ?? '',
    createdAt: now,
    modifiedAt: now,
    completedAt: status === 'completed' ? now : null,
    paidAt: PAID.has(status) ? now : null,
    meta: mergeMeta([], input.meta_data, () => shop.takeItemId()),
    refunds: [],
    overrides: null,
  };
  shop.orders.add(order);
  settleStock(shop, order);
  if (customer !== undefined) {
    shop.touchCustomer(customer);
  }
  return order;
}

/**
 * Merges REST fields into an order and moves its date. `lines` replaces the
 * lines and prices the order again; a field the model does not compute
 * (`total`, `line_items`, `currency` …) is shown as given from then on.
 */
export function editOrder(shop: Shop, order: ShopOrder, patch: Readonly<Record<string, unknown>>): void {
  const overrides: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(patch)) {
    if (!applyField(shop, order, name, value)) {
      overrides[name] = value;
    }
  }
  if (Object.keys(overrides).length > 0) {
    order.overrides = { ...order.overrides, ...overrides };
  }
  shop.touchOrder(order);
  const modified = patch['date_modified_gmt'];
  if (typeof modified === 'string') {
    order.modifiedAt = parseUtc(modified) ?? order.modifiedAt;
  }
}

/** The fields a REST client may write; the others are ignored, as WooCommerce does. */
const WRITABLE = [
  'status',
  'billing',
  'shipping',
  'customer_id',
  'customer_note',
  'payment_method',
  'payment_method_title',
  'meta_data',
];

/** A write through the REST API: `{}` moves the date too (observed). */
export function writeOrder(shop: Shop, order: ShopOrder, body: Readonly<Record<string, unknown>>): void {
  const writable = Object.entries(body).filter(([name]) => WRITABLE.includes(name));
  const patch: Record<string, unknown> = Object.fromEntries(writable);
  if (body['set_paid'] === true && order.paidAt === null) {
    patch['status'] = 'processing';
  }
  editOrder(shop, order, patch);
}

/** Changes the status with what hangs on it: dates and stock. */
export function changeStatus(shop: Shop, order: ShopOrder, status: string): void {
  order.status = status;
  if (status === 'completed') {
    order.completedAt ??= shop.seconds();
  }
  if (PAID.has(status)) {
    order.paidAt ??= shop.seconds();
  }
  settleStock(shop, order);
  shop.touchOrder(order);
}

function applyField(shop: Shop, order: ShopOrder, name: string, value: unknown): boolean {
  switch (name) {
    case 'status':
      changeStatus(shop, order, asText(value).replace(/^wc-/, ''));
      return true;
    case 'billing':
      return setAddress(value, (patch) => {
        order.billing = mergeAddress(order.billing, patch);
      });
    case 'shipping':
      return setAddress(value, (patch) => {
        order.shipping = mergeAddress(order.shipping, patch);
      });
    case 'customer_id':
      order.customerId = Number(value);
      return true;
    case 'customer_note':
      order.customerNote = asText(value);
      return true;
    case 'payment_method':
      order.paymentMethod = asText(value);
      return true;
    case 'payment_method_title':
      order.paymentTitle = asText(value);
      return true;
    case 'prices_include_tax':
      order.pricesIncludeTax = value === true;
      return true;
    case 'meta_data':
      order.meta = mergeMeta(order.meta, value, () => shop.takeItemId());
      return true;
    case 'lines':
      replaceLines(shop, order, asList(value) as readonly NewOrderLine[]);
      return true;
    case 'date_modified_gmt':
      return true;
    case 'date_created_gmt':
      order.createdAt = parseUtc(asText(value)) ?? order.createdAt;
      return true;
    default:
      return false;
  }
}

function replaceLines(shop: Shop, order: ShopOrder, lines: readonly NewOrderLine[]): void {
  const taken = order.amounts.lines.some((line) => line.reducedStock !== null);
  const status = order.status;
  if (taken) {
    order.status = 'cancelled';
    settleStock(shop, order);
  }
  const { lines: priced } = priceOrder(
    {
      pricesIncludeTax: order.pricesIncludeTax,
      country: order.shipping.country,
      lines: priceLinesInput(shop, lines, order.pricesIncludeTax),
      shipping: null,
      fees: [],
      coupon: null,
    },
    () => shop.takeItemId(),
  );
  order.amounts = { ...order.amounts, lines: priced };
  order.status = status;
  settleStock(shop, order);
}

function setAddress(value: unknown, set: (patch: Readonly<Record<string, unknown>>) => void): boolean {
  const patch = asRecord(value);
  if (patch === undefined) {
    return false;
  }
  set(patch);
  return true;
}

function mergeAddress(address: Address, patch: object | undefined): Address {
  return { ...address, ...patch };
}
