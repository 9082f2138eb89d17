/** Turns what a test, the demo or a REST client says of a new order into a draft to be priced. */
import type { DraftLine, OrderDraft } from './price-order';
import { displayName } from './render-product';
import { asList, RestError } from './rest';
import type { Shop } from './shop';
import { rateOfClass } from './shop-model';
import type { Address, ShopProduct, TaxClass } from './shop-model';

export interface NewOrderLine {
  readonly sku?: string;
  readonly product_id?: number;
  readonly variation_id?: number;
  readonly quantity?: number;
  /** Price of the whole line as entered (EUR, including tax where the order's prices are); the product's otherwise. */
  readonly total?: string;
  /** Name of a line without product. */
  readonly name?: string;
  readonly tax_class?: TaxClass;
}

export interface NewOrder {
  /** A registered customer; 0 or absent for a guest. */
  readonly customer_id?: number;
  readonly billing?: Partial<Address>;
  readonly shipping?: Partial<Address>;
  readonly lines: readonly NewOrderLine[];
  readonly prices_include_tax?: boolean;
  /** `processing` unless given. */
  readonly status?: string;
  /** EUR excluding tax; 5.90 unless given, null for no shipping line. */
  readonly shipping_total?: string | null;
  readonly fees?: readonly { readonly name: string; readonly total: string }[];
  /** Code of one of the shop's coupons. */
  readonly coupon?: string;
  readonly payment_method?: string;
  readonly payment_method_title?: string;
  readonly created_via?: string;
  readonly customer_note?: string;
  readonly meta_data?: readonly { readonly key: string; readonly value: unknown }[];
}

/**
 * The draft of a new order.
 * @throws RestError when a line names neither a product nor a name, or the coupon is unknown
 */
export function draftFromInput(shop: Shop, input: NewOrder, country: string): OrderDraft {
  const pricesIncludeTax = input.prices_include_tax ?? true;
  const shipping = input.shipping_total === undefined ? '5.90' : input.shipping_total;
  return {
    pricesIncludeTax,
    country,
    // A control call is typed by hand: no lines are no crash.
    lines: priceLinesInput(shop, asList(input.lines) as readonly NewOrderLine[], pricesIncludeTax),
    shipping: shipping === null ? null : toCents(shipping),
    fees: (input.fees ?? []).map((fee) => ({ name: fee.name, total: toCents(fee.total) })),
    coupon: input.coupon === undefined ? null : findCoupon(shop, input.coupon),
  };
}

/** The draft lines of a list of SKUs or product ids. */
export function priceLinesInput(
  shop: Shop,
  lines: readonly NewOrderLine[],
  pricesIncludeTax: boolean,
): DraftLine[] {
  return lines.map((line) => draftLine(shop, line, pricesIncludeTax));
}

function draftLine(shop: Shop, line: NewOrderLine, pricesIncludeTax: boolean): DraftLine {
  const product = productOf(shop, line);
  const quantity = line.quantity ?? 1;
  const taxClass = line.tax_class ?? product?.taxClass ?? '';
  const gross = product === undefined ? 0 : toCents(product.salePrice || product.regularPrice || '0');
  const net = Math.round((gross * 1_000) / (1_000 + rateOfClass(taxClass).perMille));
  const entered =
    line.total === undefined ? (pricesIncludeTax ? gross : net) * quantity : toCents(line.total);
  const isVariation = product?.type === 'variation';
  const parent = isVariation ? shop.products.get(product.parentId) : undefined;
  return {
    name: product === undefined ? (line.name ?? '') : displayName(product, shop),
    productId: (isVariation ? product.parentId : product?.id) ?? 0,
    variationId: isVariation ? product.id : 0,
    sku: product?.sku ?? null,
    parentName: parent?.name ?? null,
    option: product?.option ?? null,
    quantity,
    entered,
    taxClass,
    reducedStock: null,
  };
}

/** Observed: an unknown product id is accepted (an empty line), a line that names nothing is not. */
function productOf(shop: Shop, line: NewOrderLine): ShopProduct | undefined {
  const id = line.variation_id ?? line.product_id;
  if (id !== undefined && id !== 0) {
    return shop.products.get(id);
  }
  if (line.sku !== undefined && line.sku !== '') {
    const product = shop.productBySku(line.sku);
    if (product === undefined) {
      throw new RestError(
        400,
        'woocommerce_rest_required_product_reference',
        `No product has the SKU ${line.sku}.`,
      );
    }
    return product;
  }
  if (line.name === undefined) {
    throw new RestError(400, 'woocommerce_rest_required_product_reference', 'Product ID or SKU is required.');
  }
  return undefined;
}

function findCoupon(shop: Shop, code: string): OrderDraft['coupon'] {
  const coupon = shop.coupons.find((candidate) => candidate.code === code.toLowerCase());
  if (coupon === undefined) {
    throw new RestError(400, 'woocommerce_rest_invalid_coupon', `Coupon "${code}" does not exist.`);
  }
  return coupon;
}

function toCents(amount: string): number {
  return Math.round(Number(amount) * 100);
}
