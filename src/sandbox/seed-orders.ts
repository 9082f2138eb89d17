/** The shop's orders: every status, every odd line, refunds, guests; priced as WooCommerce prices. */
import { pickFrom, pickInteger } from './random';
import type { Random } from './random';
import { randomAddress, withoutEmail } from './seed-customers';
import type { SellableItem } from './seed-products';
import { refundOrder } from './seed-refunds';
import { priceOrder } from './woo/price-order';
import type { DraftLine, OrderDraft } from './woo/price-order';
import type { Address, ShopCoupon, ShopCustomer, ShopOrder } from './woo/shop-model';

export interface OrderSeedInput {
  readonly random: Random;
  readonly count: number;
  /** Seconds since 1970; the orders lie in the 120 days before. */
  readonly now: number;
  readonly sellable: readonly SellableItem[];
  readonly customers: readonly ShopCustomer[];
  readonly coupons: readonly ShopCoupon[];
  readonly firstPostId: number;
}

export interface SeededOrders {
  readonly orders: ShopOrder[];
  readonly nextPostId: number;
  readonly nextItemId: number;
}

const SPREAD_DAYS = 120;

/** Out of every hundred orders. */
const STATUS_SHARES: readonly (readonly [status: string, share: number])[] = [
  ['pending', 9],
  ['processing', 21],
  ['on-hold', 9],
  ['completed', 30],
  ['cancelled', 9],
  ['refunded', 8],
  ['failed', 7],
  ['awaiting-pickup', 3],
  ['trash', 2],
  ['checkout-draft', 2],
];

const STATUSES = STATUS_SHARES.flatMap(([status, share]) => Array.from({ length: share }, () => status));

/** In these statuses WooCommerce has taken the goods from its stock. */
const STOCK_TAKEN: ReadonlySet<string> = new Set([
  'processing',
  'on-hold',
  'completed',
  'awaiting-pickup',
  'refunded',
]);

const PAID: ReadonlySet<string> = new Set(['processing', 'completed', 'refunded', 'awaiting-pickup']);

const NOTES: readonly string[] = [
  'Livrer après 18h 🙏 & sonner <2> fois — « merci »',
  'Digicode : 1234A\nMerci !',
  'Cadeau : ne pas mettre de facture',
];

const PAYMENTS: readonly (readonly [method: string, title: string])[] = [
  ['stripe', 'Carte bancaire'],
  ['bacs', 'Virement bancaire'],
  ['cod', 'Paiement à la livraison'],
];

/** Builds `count` orders in ascending id and date; a refund takes the id after its order. */
export function seedOrders(input: OrderSeedInput): SeededOrders {
  const { random } = input;
  const pools = poolsOf(input.sellable);
  const people = input.customers.filter((customer) => customer.role === 'customer');
  const orders: ShopOrder[] = [];
  let nextPostId = input.firstPostId;
  let nextItemId = 1;
  const takeItemId = (): number => nextItemId++;
  const takePostId = (): number => nextPostId++;
  const start = input.now - SPREAD_DAYS * 86_400;
  const step = (SPREAD_DAYS * 86_400 - 600) / Math.max(1, input.count);
  for (let index = 0; index < input.count; index += 1) {
    const createdAt = Math.floor(start + index * step + random() * step);
    const status = STATUSES[(index * 37 + 11) % 100] ?? 'processing';
    const buyer = pickBuyer(random, people, index);
    const taken = STOCK_TAKEN.has(status);
    const draft = draftOrder(random, input, pools, { index, country: buyer.shipping.country, taken });
    const [paymentMethod, paymentTitle] = pickFrom(random, PAYMENTS);
    const paidAt = PAID.has(status) ? createdAt + 60 : null;
    const completedAt =
      status === 'completed' || status === 'refunded' ? Math.min(input.now - 60, createdAt + 7_200) : null;
    const order: ShopOrder = {
      id: takePostId(),
      status,
      amounts: priceOrder(draft, takeItemId),
      pricesIncludeTax: draft.pricesIncludeTax,
      ...buyer,
      paymentMethod,
      paymentTitle,
      createdVia: index % 9 === 8 ? 'rest-api' : 'checkout',
      customerNote: random() < 0.08 ? pickFrom(random, NOTES) : '',
      createdAt,
      modifiedAt: Math.min(input.now - 60, completedAt ?? createdAt + pickInteger(random, 30, 3_600)),
      completedAt,
      paidAt,
      meta: [{ id: takeItemId(), key: '_source_ref', value: `WEB-${index + 1}` }],
      refunds: [],
      overrides: null,
    };
    const refund = refundOrder(random, order, { index, now: input.now, takePostId, takeItemId });
    if (refund !== null) {
      order.refunds = [refund];
      order.modifiedAt = Math.max(order.modifiedAt, refund.createdAt);
    }
    orders.push(order);
  }
  return { orders, nextPostId, nextItemId };
}

interface Buyer {
  readonly customerId: number;
  readonly billing: Address;
  readonly shipping: Address;
}

/** Every fifth buyer is a guest: some with a customer's address in another case, some without any. */
function pickBuyer(random: Random, people: readonly ShopCustomer[], index: number): Buyer {
  const customer = people.length === 0 ? undefined : pickFrom(random, people);
  if (customer !== undefined && index % 5 !== 4) {
    return registeredBuyer(random, customer);
  }
  const firstName = 'Invité';
  const lastName = `n°${index}`;
  const kind = Math.floor(index / 5) % 7;
  let email = `invite${String(index).padStart(3, '0')}@exemple.org`;
  if (kind === 2) {
    email = '';
  } else if (kind === 3 && customer !== undefined) {
    email = customer.email.replace('client', 'Client').toUpperCase();
  } else if (kind === 4) {
    email = 'Habituee@Exemple.ORG';
  }
  const billing = randomAddress(random, firstName, lastName, email);
  return { customerId: 0, billing, shipping: withoutEmail(billing) };
}

function registeredBuyer(random: Random, customer: ShopCustomer): Buyer {
  const blank = customer.billing.country === '';
  const billing = blank
    ? randomAddress(random, customer.firstName, customer.lastName, customer.email)
    : customer.billing;
  const shipping = customer.shipping.country === '' ? withoutEmail(billing) : customer.shipping;
  return { customerId: customer.id, billing, shipping };
}

interface Pools {
  readonly usual: readonly SellableItem[];
  readonly shopOnly: readonly SellableItem[];
  readonly withoutSku: readonly SellableItem[];
}

function poolsOf(sellable: readonly SellableItem[]): Pools {
  return {
    usual: sellable.filter((item) => item.inOdoo),
    shopOnly: sellable.filter((item) => !item.inOdoo && item.sku !== ''),
    withoutSku: sellable.filter((item) => item.sku === ''),
  };
}

interface DraftPlace {
  readonly index: number;
  readonly country: string;
  readonly taken: boolean;
}

function draftOrder(random: Random, input: OrderSeedInput, pools: Pools, place: DraftPlace): OrderDraft {
  const { index, country, taken } = place;
  const pricesIncludeTax = index % 2 === 0;
  const lineCount = index % 41 === 40 ? 12 : pickInteger(random, 1, 4);
  const lines: DraftLine[] = [];
  for (let line = 0; line < lineCount; line += 1) {
    const item = pickFrom(random, pools.usual);
    const quantity = random() < 0.55 ? 1 : pickInteger(random, 2, 5);
    const unit = pricesIncludeTax ? item.priceInclTax : item.priceExclTax;
    lines.push(toLine(item, quantity, unit * quantity, taken));
  }
  lines.push(...oddLines(random, pools, place));
  const coupon = index % 11 === 5 && input.coupons.length > 0 ? pickFrom(random, input.coupons) : null;
  const fees: { name: string; total: number }[] = [];
  if (index % 13 === 6) {
    fees.push({ name: 'Emballage cadeau', total: 350 });
  }
  if (index % 17 === 3) {
    fees.push({ name: 'Remise fidélité', total: -200 });
  }
  const shipping = index % 6 === 2 ? null : pickFrom(random, [590, 590, 490, 0, 1_299]);
  return { pricesIncludeTax, country, lines, shipping, fees, coupon };
}

function toLine(item: SellableItem, quantity: number, entered: number, taken: boolean): DraftLine {
  return {
    name: item.name,
    productId: item.productId,
    variationId: item.variationId,
    sku: item.sku,
    parentName: item.parentName,
    option: item.option,
    quantity,
    entered,
    taxClass: item.taxClass,
    reducedStock: taken && item.managesStock ? quantity : null,
  };
}

/** Lines no ordinary checkout makes: typed by hand, product deleted since, price that does not divide. */
function oddLines(random: Random, pools: Pools, { index, taken }: DraftPlace): DraftLine[] {
  const lines: DraftLine[] = [];
  if (index % 12 === 7) {
    lines.push(toLine(pickFrom(random, pools.usual), 3, 1_000, taken));
  }
  if (index % 37 === 20) {
    lines.push(toLine(pickFrom(random, pools.usual), 7, 9_999, taken));
  }
  if (index % 29 === 21) {
    lines.push(looseLine('Produit supprimé', 2, 6_666));
  }
  if (index % 43 === 30) {
    lines.push(looseLine('Gravure &amp; personnalisation', 1, 1_250));
  }
  if (index % 23 === 9) {
    lines.push(looseLine('Échantillon offert', 1, 0));
  }
  if (index % 47 === 33 && pools.withoutSku.length > 0) {
    lines.push(toLine(pickFrom(random, pools.withoutSku), 1, 1_250, false));
  }
  if (index % 71 === 50 && pools.shopOnly.length > 0) {
    lines.push(toLine(pickFrom(random, pools.shopOnly), 1, 1_990, taken));
  }
  return lines;
}

function looseLine(name: string, quantity: number, entered: number): DraftLine {
  return {
    name,
    productId: 0,
    variationId: 0,
    sku: null,
    parentName: null,
    option: null,
    quantity,
    entered,
    taxClass: '',
    reducedStock: null,
  };
}
