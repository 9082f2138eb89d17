/**
 * What the embedded shop keeps in memory. Amounts are whole cents, dates are
 * seconds since 1970 (UTC); `render-*.ts` turns them into WooCommerce's JSON.
 */

/** A billing or shipping address as the REST API shows it; only billing has an e-mail address. */
export interface Address {
  readonly first_name: string;
  readonly last_name: string;
  readonly company: string;
  readonly address_1: string;
  readonly address_2: string;
  readonly city: string;
  readonly state: string;
  readonly postcode: string;
  readonly country: string;
  readonly email?: string;
  readonly phone: string;
}

export interface MetaEntry {
  readonly id: number;
  readonly key: string;
  readonly value: unknown;
}

/** The slug of a tax class in orders and products; the standard class is the empty string. */
export type TaxClass = '' | 'reduced-rate';

/** Tax of one rate on one line, in cents; `subtotal` is null where WooCommerce shows none (shipping, fees). */
export interface TaxAmount {
  readonly rateId: number;
  readonly total: number;
  readonly subtotal: number | null;
}

export interface OrderLine {
  readonly id: number;
  readonly name: string;
  readonly productId: number;
  readonly variationId: number;
  readonly quantity: number;
  readonly taxClass: TaxClass;
  /** Before the coupon, excluding tax. */
  readonly subtotal: number;
  readonly subtotalTax: number;
  /** After the coupon, excluding tax. */
  readonly total: number;
  readonly totalTax: number;
  readonly taxes: readonly TaxAmount[];
  /** Null where the product is gone or never was. */
  readonly sku: string | null;
  /** EUR excluding tax, after the coupon, with more digits than cents. */
  readonly unitPrice: number;
  readonly parentName: string | null;
  readonly option: string | null;
  /** What this line took from the shop's stock; null where it took nothing. */
  reducedStock: number | null;
}

export interface ShippingLine {
  readonly id: number;
  readonly title: string;
  readonly total: number;
  readonly totalTax: number;
  readonly taxes: readonly TaxAmount[];
}

export interface FeeLine {
  readonly id: number;
  readonly name: string;
  readonly total: number;
  readonly totalTax: number;
  readonly taxes: readonly TaxAmount[];
}

export interface CouponLine {
  readonly id: number;
  readonly couponId: number;
  readonly code: string;
  readonly discount: number;
  readonly discountTax: number;
  readonly type: CouponType;
  /** Per cent, or EUR. */
  readonly nominalAmount: number;
}

export type CouponType = 'percent' | 'fixed_cart' | 'fixed_product';

/** Every status an order can have here; `awaiting-pickup` stands for one a plugin adds. */
export const ORDER_STATUSES = [
  'pending',
  'processing',
  'on-hold',
  'completed',
  'cancelled',
  'refunded',
  'failed',
  'checkout-draft',
  'awaiting-pickup',
] as const;

/** The priced parts of an order; what `priceOrder` returns. */
export interface OrderAmounts {
  readonly lines: readonly OrderLine[];
  readonly shippingLines: readonly ShippingLine[];
  readonly feeLines: readonly FeeLine[];
  readonly couponLines: readonly CouponLine[];
}

export interface ShopOrder {
  readonly id: number;
  /** One of ORDER_STATUSES, or `trash`. */
  status: string;
  amounts: OrderAmounts;
  pricesIncludeTax: boolean;
  customerId: number;
  billing: Address;
  shipping: Address;
  paymentMethod: string;
  paymentTitle: string;
  createdVia: string;
  customerNote: string;
  createdAt: number;
  modifiedAt: number;
  completedAt: number | null;
  paidAt: number | null;
  meta: readonly MetaEntry[];
  refunds: readonly ShopRefund[];
  /** REST fields a test has set by hand; they win over what is computed. */
  overrides: Readonly<Record<string, unknown>> | null;
}

export interface ShopRefund {
  readonly id: number;
  readonly orderId: number;
  readonly createdAt: number;
  modifiedAt: number;
  /** Positive, including tax. */
  readonly amount: number;
  readonly tax: number;
  readonly reason: string;
  /** Refunded lines: positive quantities and amounts here, negative in the API. */
  readonly lines: readonly RefundLine[];
}

export interface RefundLine {
  readonly id: number;
  readonly kind: 'line' | 'shipping' | 'fee';
  /** Id of the order's line it takes back. */
  readonly itemId: number;
  readonly quantity: number;
  readonly total: number;
  readonly totalTax: number;
}

export interface ShopProduct {
  readonly id: number;
  readonly type: 'simple' | 'variable' | 'variation';
  /** As stored: some names are HTML-encoded, some raw. Of a variation, its option. */
  name: string;
  sku: string;
  status: string;
  /** Id of the variable product, 0 otherwise. */
  readonly parentId: number;
  readonly option: string | null;
  regularPrice: string;
  salePrice: string;
  taxClass: TaxClass;
  /** `parent`: the variable product counts for all its variations. */
  manageStock: boolean | 'parent';
  stockQuantity: number | null;
  stockStatus: 'instock' | 'outofstock' | 'onbackorder';
  backorders: string;
  readonly createdAt: number;
  modifiedAt: number;
  meta: readonly MetaEntry[];
  /** Ids of the variations of a variable product. */
  variationIds: number[];
  readonly categoryId: number;
  globalUniqueId: string;
  /** Other REST fields written by a client (description, weight …), shown again as they are. */
  extra: Readonly<Record<string, unknown>>;
}

/** What `status` of a product may be asked for; a product itself has one of these but `any`. */
export const PRODUCT_STATUSES: readonly string[] = [
  'any',
  'future',
  'trash',
  'draft',
  'pending',
  'private',
  'publish',
];

export interface ShopCustomer {
  readonly id: number;
  email: string;
  firstName: string;
  lastName: string;
  readonly role: string;
  readonly username: string;
  billing: Address;
  shipping: Address;
  readonly createdAt: number;
  /** Null for the administrator. */
  modifiedAt: number | null;
  meta: readonly MetaEntry[];
}

export interface ShopCoupon {
  readonly id: number;
  readonly code: string;
  readonly type: CouponType;
  /** Per cent, or cents. */
  readonly amount: number;
  readonly createdAt: number;
}

/** Everything a shop starts with; records in ascending id. */
export interface ShopSeed {
  readonly products: ShopProduct[];
  readonly customers: ShopCustomer[];
  readonly coupons: ShopCoupon[];
  readonly orders: ShopOrder[];
  /** First free id of products, orders, refunds and coupons, which share one sequence. */
  readonly nextPostId: number;
  readonly nextCustomerId: number;
  readonly nextItemId: number;
}

/** The two tax rates of the shop; per mille, so that 5.5 % stays a whole number. */
export const TAX_RATES = [
  { id: 1, perMille: 200, taxClass: '', code: 'FR-TVA-1', label: 'TVA', slug: 'standard' },
  {
    id: 2,
    perMille: 55,
    taxClass: 'reduced-rate',
    code: 'FR-TVA RéDUITE-1',
    label: 'TVA réduite',
    slug: 'reduced-rate',
  },
] as const;

export type TaxRate = (typeof TAX_RATES)[number];

/** The rate of a tax class. */
export function rateOfClass(taxClass: TaxClass): TaxRate {
  return taxClass === 'reduced-rate' ? TAX_RATES[1] : TAX_RATES[0];
}

/** True where the shop charges tax: only France, as the two rates say. */
export function isTaxed(country: string): boolean {
  return country === 'FR' || country === '';
}
