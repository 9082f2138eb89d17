/** Creating and changing products and variations, with the checks and the leniency observed. */
import { decode, encode } from 'html-entities';
import { blankProduct } from '../seed-products';
import { invalidParam } from './list-query';
import { mergeMeta } from './meta';
import { asText, RestError } from './rest';
import type { Shop } from './shop';
import { PRODUCT_STATUSES } from './shop-model';
import type { ShopProduct, TaxClass } from './shop-model';
import { setQuantity } from './stock-moves';

type Body = Readonly<Record<string, unknown>>;

/** A single route checks types; a batch does not (observed). */
export type Strictness = 'strict' | 'lax';

/** Fields kept and shown as they were written. */
const PLAIN_FIELDS = [
  'description',
  'short_description',
  'weight',
  'dimensions',
  'featured',
  'catalog_visibility',
  'virtual',
  'downloadable',
  'categories',
  'tags',
  'images',
  'menu_order',
  'purchase_note',
  'low_stock_amount',
  'sold_individually',
  'shipping_class',
] as const;

/**
 * Creates a product, or a variation when a variable product is given.
 * @throws RestError rest_invalid_param, product_invalid_sku, woocommerce_rest_product_not_created
 */
export function createProduct(
  shop: Shop,
  body: Body,
  strictness: Strictness,
  parent?: ShopProduct,
): ShopProduct {
  checkTypes(body, strictness);
  checkSku(shop, body, undefined);
  const type = parent === undefined ? (body['type'] === 'variable' ? 'variable' : 'simple') : 'variation';
  const blank = blankProduct(shop.takePostId(), type, shop.seconds());
  const option = parent === undefined ? null : optionOf(body);
  const product: ShopProduct = {
    ...blank,
    name: option ?? 'Product',
    parentId: parent?.id ?? 0,
    option,
    categoryId: 15,
  };
  if (parent?.manageStock === true && body['manage_stock'] === undefined) {
    product.manageStock = 'parent';
  }
  assign(shop, product, body);
  shop.products.add(product);
  parent?.variationIds.push(product.id);
  shop.touchProduct(product);
  return product;
}

/**
 * Writes fields of a product; its date moves even when nothing changes (observed).
 * @throws RestError rest_invalid_param, product_invalid_sku
 */
export function writeProduct(shop: Shop, product: ShopProduct, body: Body, strictness: Strictness): void {
  checkTypes(body, strictness);
  checkSku(shop, body, product.id);
  assign(shop, product, body);
  shop.touchProduct(product);
}

function assign(shop: Shop, product: ShopProduct, body: Body): void {
  if (typeof body['name'] === 'string' && product.type !== 'variation') {
    product.name = cleanName(body['name']);
  }
  if (body['sku'] !== undefined) {
    product.sku = asText(body['sku']);
  }
  if (body['status'] !== undefined) {
    const status = asText(body['status']);
    product.status = PRODUCT_STATUSES.includes(status) && status !== 'any' ? status : 'draft';
  }
  if (body['regular_price'] !== undefined && product.type !== 'variable') {
    product.regularPrice = cleanPrice(body['regular_price']);
  }
  if (body['sale_price'] !== undefined && product.type !== 'variable') {
    product.salePrice = cleanPrice(body['sale_price']);
  }
  if (body['tax_class'] !== undefined) {
    product.taxClass = asTaxClass(body['tax_class']);
  }
  if (body['global_unique_id'] !== undefined) {
    product.globalUniqueId = asText(body['global_unique_id']);
  }
  product.meta = mergeMeta(product.meta, body['meta_data'], () => shop.takeItemId());
  const plain = PLAIN_FIELDS.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]);
  product.extra = { ...product.extra, ...(Object.fromEntries(plain) as Body) };
  assignStock(product, body);
}

/** Observed: a quantity written while `manage_stock` is false or `parent` is ignored without a word. */
function assignStock(product: ShopProduct, body: Body): void {
  if (typeof body['backorders'] === 'string') {
    product.backorders = body['backorders'];
  }
  if (typeof body['manage_stock'] === 'boolean') {
    product.manageStock = body['manage_stock'];
    product.stockQuantity = body['manage_stock'] ? (product.stockQuantity ?? 0) : null;
  }
  if (product.manageStock === true) {
    if (body['stock_quantity'] !== undefined && body['stock_quantity'] !== null) {
      setQuantity(product, Math.trunc(Number.parseFloat(asText(body['stock_quantity'])) || 0));
    }
    return;
  }
  const status = body['stock_status'];
  if (status === 'instock' || status === 'outofstock' || status === 'onbackorder') {
    product.stockStatus = status;
  }
}

function checkTypes(body: Body, strictness: Strictness): void {
  if (strictness === 'lax') {
    return;
  }
  const problems = [
    ...['regular_price', 'sale_price', 'name', 'sku']
      .filter((name) => body[name] !== undefined && typeof body[name] !== 'string')
      .map((name) => wrongType(name, 'string')),
    ...['stock_quantity']
      .filter((name) => body[name] !== undefined && body[name] !== null && !isInteger(body[name]))
      .map((name) => wrongType(name, 'integer')),
    ...(body['status'] === undefined || PRODUCT_STATUSES.includes(asText(body['status']))
      ? []
      : [
          {
            name: 'status',
            code: 'rest_not_in_enum',
            message: 'status is not one of draft, pending, private, publish, future, auto-draft, and trash.',
          },
        ]),
  ];
  if (problems.length > 0) {
    throw invalidParam(problems);
  }
}

function wrongType(name: string, type: string): { name: string; code: string; message: string } {
  return { name, code: 'rest_invalid_type', message: `${name} is not of type ${type}.` };
}

function isInteger(value: unknown): boolean {
  return typeof value === 'number'
    ? Number.isInteger(value)
    : typeof value === 'string' && /^-?\d+(\.0*)?$/.test(value);
}

/** A SKU is taken in any letter case, by products in the trash too (with another error). */
function checkSku(shop: Shop, body: Body, ownId: number | undefined): void {
  const sku = asText(body['sku'] ?? '');
  const taken = shop.productBySku(sku);
  if (taken === undefined || taken.id === ownId) {
    return;
  }
  if (taken.status === 'trash') {
    throw new RestError(
      400,
      'woocommerce_rest_product_not_created',
      `The product with SKU (${sku}) you are trying to insert is already present in the lookup table`,
    );
  }
  throw new RestError(400, 'product_invalid_sku', 'Invalid or duplicated SKU.', {
    status: 400,
    resource_id: taken.id,
    unique_sku: `${sku}-1`,
  });
}

/** Observed: `"abc"` erases the price, `"9,99"` becomes 9.99 in a shop with a decimal comma. */
function cleanPrice(value: unknown): string {
  const text = asText(value).replace(',', '.');
  return /^\d+(\.\d+)?$/.test(text) ? text : '';
}

/** Observed: a name written through REST comes back with `&` encoded and its tags kept. */
function cleanName(name: string): string {
  return encode(decode(name), { mode: 'specialChars' }).replaceAll(/&(lt|gt|quot|apos);/g, (entity) =>
    decode(entity),
  );
}

function optionOf(body: Body): string {
  const attributes = body['attributes'];
  const first: unknown = Array.isArray(attributes) ? attributes[0] : undefined;
  const option = typeof first === 'object' && first !== null ? (first as Body)['option'] : undefined;
  return asText(option ?? '');
}

function asTaxClass(value: unknown): TaxClass {
  return value === 'reduced-rate' ? 'reduced-rate' : '';
}
