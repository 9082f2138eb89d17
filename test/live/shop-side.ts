/** What the shop says of its orders, and the orders that live cases add to it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createRandom, pickFrom, pickInteger } from '../../src/sandbox/random';
import type { Sandbox } from '../../src/sandbox/sandbox';
import type { CatalogueItem } from '../../src/sandbox/catalogue';
import { renderOrder } from '../../src/sandbox/woo/render-order';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

const TAXES = z.array(z.object({ id: z.number(), total: z.string() }));
const LINES = z.array(z.object({ taxes: TAXES }));
const RENDERED = z.object({
  id: z.number(),
  number: z.string(),
  status: z.string(),
  total: z.string(),
  total_tax: z.string(),
  date_created_gmt: z.string(),
  line_items: LINES,
  shipping_lines: LINES,
  fee_lines: LINES,
});

export interface OrderInShop {
  readonly id: number;
  readonly status: string;
  readonly total: string;
  readonly tax: string;
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly date: string;
  /** How many times a tax was computed: each may be a cent away in Odoo. */
  readonly taxedLines: number;
  readonly rateIds: readonly number[];
}

/** Orders as the REST API shows them. */
export function ordersInShop(sandbox: Sandbox): OrderInShop[] {
  return sandbox.woo.shop.orders.map((order) => {
    const shown = RENDERED.parse(renderOrder(order, ''));
    const taxes = [...shown.line_items, ...shown.shipping_lines, ...shown.fee_lines]
      .flatMap((line) => line.taxes)
      .filter(({ total }) => total !== '' && Number(total) !== 0);
    return {
      id: shown.id,
      status: shown.status,
      total: shown.total,
      tax: shown.total_tax,
      date: shown.date_created_gmt.replace('T', ' '),
      taxedLines: taxes.length,
      rateIds: taxes.map(({ id }) => id),
    };
  });
}

/** What orders of a status must become; undefined for those that are left out. */
export function expectedState(status: string): 'draft' | 'sale' | 'cancel' | undefined {
  switch (status) {
    case 'processing':
    case 'completed':
      return 'sale';
    case 'cancelled':
    case 'refunded':
    case 'failed':
      return 'cancel';
    case 'trash':
    case 'checkout-draft':
      return undefined;
    default:
      return 'draft';
  }
}

const RECORDED_FOLDER = join(__dirname, '../fixtures/woo/orders');

/** Orders as a real WooCommerce 11.0 answered them, each once. */
export function recordedOrders(): Readonly<Record<string, unknown>>[] {
  const bodies = readdirSync(RECORDED_FOLDER)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => JSON.parse(readFileSync(join(RECORDED_FOLDER, name), 'utf8')) as object[] | object);
  const byId = new Map(bodies.map((body) => [(body as { id: number }).id, body]));
  return [...byId.values()] as Readonly<Record<string, unknown>>[];
}

/** Puts a recorded order into the shop; the shop shows it to the letter. */
export function addRecordedOrder(sandbox: Sandbox, body: Readonly<Record<string, unknown>>): void {
  const { shop } = sandbox.woo.shop;
  const shown = RENDERED.parse(body);
  const seconds = Date.parse(`${shown.date_created_gmt}Z`) / 1000;
  const blank: ShopOrder = {
    id: shown.id,
    status: shown.status,
    amounts: { lines: [], shippingLines: [], feeLines: [], couponLines: [] },
    pricesIncludeTax: body['prices_include_tax'] === true,
    customerId: 0,
    billing: NOWHERE,
    shipping: NOWHERE,
    paymentMethod: '',
    paymentTitle: '',
    createdVia: 'checkout',
    customerNote: '',
    createdAt: seconds,
    modifiedAt: seconds,
    completedAt: null,
    paidAt: null,
    meta: [],
    refunds: [],
    overrides: body,
  };
  shop.orders.add(blank);
}

const NOWHERE = {
  first_name: '',
  last_name: '',
  company: '',
  address_1: '',
  address_2: '',
  city: '',
  state: '',
  postcode: '',
  country: '',
  phone: '',
};

const COUPONS = ['bienvenue10', 'moins5', 'parpiece2'];
/** Prices of a whole line that do not divide by most quantities. */
const ODD_TOTALS = ['10.00', '99.99', '0.07', '33.33', '1234.57', '7.01'];

/** Adds orders of a seeded generator, priced by the shop's own arithmetic; all of them stay drafts. */
export function addGeneratedOrders(
  sandbox: Sandbox,
  catalogue: readonly CatalogueItem[],
  count: number,
  seed: number,
): void {
  const random = createRandom(seed);
  const skus = catalogue
    .filter(({ inOdoo, inWoo, sku }) => inOdoo && inWoo && sku !== '')
    .map(({ sku }) => sku);
  for (let index = 0; index < count; index += 1) {
    const lines = Array.from({ length: pickInteger(random, 1, 5) }, () => ({
      sku: pickFrom(random, skus),
      quantity: random() < 0.4 ? pickInteger(random, 2, 13) : 1,
      ...(random() < 0.3 ? { total: pickFrom(random, ODD_TOTALS) } : {}),
    }));
    const fees = [
      ...(random() < 0.25 ? [{ name: 'Emballage', total: pickFrom(random, ['3.50', '0.99', '12.34']) }] : []),
      ...(random() < 0.25 ? [{ name: 'Remise', total: pickFrom(random, ['-2.00', '-0.55', '-7.77']) }] : []),
    ];
    sandbox.woo.shop.addOrder({
      billing: {
        first_name: 'Généré',
        last_name: `n°${index}`,
        address_1: '1 rue du Test',
        city: 'Lyon',
        postcode: '69001',
        country: random() < 0.1 ? 'DE' : 'FR',
        email: `genere${index % 20}@exemple.org`,
      },
      lines,
      fees,
      status: 'pending',
      prices_include_tax: random() < 0.5,
      shipping_total: pickFrom(random, ['5.90', '0.00', '12.99', '4.17', null]),
      ...(random() < 0.4 ? { coupon: pickFrom(random, COUPONS) } : {}),
    });
  }
}
