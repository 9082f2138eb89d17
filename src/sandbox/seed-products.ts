/** The shop's products, made from the shared catalogue. */
import { encode } from 'html-entities';
import type { CatalogueItem } from './catalogue';
import type { ShopProduct, TaxClass } from './woo/shop-model';

/** What a seeded order line needs to know of a product. */
export interface SellableItem {
  readonly productId: number;
  readonly variationId: number;
  readonly sku: string;
  /** As the shop stores it: `Parent - Option` of a variation. */
  readonly name: string;
  readonly parentName: string | null;
  readonly option: string | null;
  readonly taxClass: TaxClass;
  /** Cents. */
  readonly priceExclTax: number;
  readonly priceInclTax: number;
  readonly managesStock: boolean;
  readonly inOdoo: boolean;
}

export interface SeededProducts {
  readonly products: ShopProduct[];
  readonly sellable: SellableItem[];
  readonly nextPostId: number;
}

const FIRST_ID = 15;

/** Builds products, each variable one followed by its variations, and one in the trash that keeps its SKU. */
export function seedProducts(catalogue: readonly CatalogueItem[], now: number): SeededProducts {
  const createdAt = now - 340 * 86_400;
  const products: ShopProduct[] = [];
  const sellable: SellableItem[] = [];
  const parents = new Map<string, ShopProduct>();
  let nextId = FIRST_ID;
  for (const item of catalogue) {
    if (!item.inWoo) {
      continue;
    }
    const parent = item.parentName === null ? undefined : parentOf(item.parentName);
    const product = toProduct(item, nextId, createdAt + nextId * 60, parent);
    nextId += 1;
    products.push(product);
    parent?.variationIds.push(product.id);
    sellable.push(toSellable(item, product));
  }
  products.push({
    ...blankProduct(nextId, 'simple', createdAt + nextId * 60),
    name: 'Produit retiré',
    sku: 'TRASH-1',
    status: 'trash',
    regularPrice: '10.00',
  });
  return { products, sellable, nextPostId: nextId + 1 };

  function parentOf(name: string): ShopProduct {
    const known = parents.get(name);
    if (known !== undefined) {
      return known;
    }
    const number = parents.size + 1;
    const parent = {
      ...blankProduct(nextId, 'variable', createdAt + nextId * 60),
      name: encodeName(name),
      sku: `VAR-${String(number).padStart(2, '0')}`,
      ...(number === 20 ? { manageStock: true, stockQuantity: 50 } : {}),
    };
    nextId += 1;
    parents.set(name, parent);
    products.push(parent);
    return parent;
  }
}

/** A product with nothing but its place in the shop. */
export function blankProduct(id: number, type: ShopProduct['type'], createdAt: number): ShopProduct {
  return {
    id,
    type,
    name: '',
    sku: '',
    status: 'publish',
    parentId: 0,
    option: null,
    regularPrice: '',
    salePrice: '',
    taxClass: '',
    manageStock: false,
    stockQuantity: null,
    stockStatus: 'instock',
    backorders: 'no',
    createdAt,
    modifiedAt: createdAt,
    meta: [],
    variationIds: [],
    categoryId: 16 + (id % 3),
    globalUniqueId: '',
    extra: {},
  };
}

function toProduct(
  item: CatalogueItem,
  id: number,
  createdAt: number,
  parent: ShopProduct | undefined,
): ShopProduct {
  const managed = managesStock(item, id, parent);
  const unmanaged = managed !== true;
  return {
    ...blankProduct(id, parent === undefined ? 'simple' : 'variation', createdAt),
    name: parent === undefined ? encodeName(item.name) : (item.option ?? ''),
    sku: item.sku,
    status: parent === undefined ? statusOf(id) : 'publish',
    parentId: parent?.id ?? 0,
    option: item.option,
    regularPrice: (priceInclTax(item) / 100).toFixed(2),
    taxClass: taxClassOf(item),
    manageStock: managed,
    stockQuantity: unmanaged ? null : item.wooStock,
    stockStatus: unmanaged || item.wooStock > 0 ? 'instock' : 'outofstock',
    globalUniqueId: id % 9 === 0 ? `37012345${String(id).padStart(5, '0')}` : '',
  };
}

function managesStock(item: CatalogueItem, id: number, parent: ShopProduct | undefined): boolean | 'parent' {
  if (parent?.manageStock === true) {
    return 'parent';
  }
  return item.sku !== '' && id % 31 !== 0;
}

function statusOf(id: number): string {
  if (id % 53 === 0) {
    return 'draft';
  }
  return id % 59 === 0 ? 'private' : 'publish';
}

function toSellable(item: CatalogueItem, product: ShopProduct): SellableItem {
  const isVariation = product.type === 'variation';
  return {
    productId: isVariation ? product.parentId : product.id,
    variationId: isVariation ? product.id : 0,
    sku: item.sku,
    name: encodeName(item.name),
    parentName: item.parentName === null ? null : encodeName(item.parentName),
    option: item.option,
    taxClass: product.taxClass,
    priceExclTax: Math.round(Number(item.listPriceExclTax) * 100),
    priceInclTax: priceInclTax(item),
    managesStock: product.manageStock !== false,
    inOdoo: item.inOdoo,
  };
}

function taxClassOf(item: CatalogueItem): TaxClass {
  return item.taxClass === 'standard' ? '' : item.taxClass;
}

/** The price entered in the shop; a cent dearer where that makes the tax of one piece end in half a cent. */
function priceInclTax(item: CatalogueItem): number {
  const perMille = item.taxClass === 'standard' ? 200 : 55;
  const exact = Math.round(Number(item.listPriceExclTax) * 100) * (1_000 + perMille);
  const cents = Math.round(exact / 1_000);
  return perMille === 200 && cents % 6 === 2 ? cents + 1 : cents;
}

/** Names written through REST come back encoded, those written by PHP stay raw; the shop has both. */
function encodeName(name: string): string {
  return name.includes('<') ? name : encode(name, { mode: 'specialChars' }).replaceAll('&quot;', '"');
}
