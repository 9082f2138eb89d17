/** Products and variations as the REST API shows them (shape observed on WooCommerce 11.0). */
import { selfLinks } from './links';
import type { Shop } from './shop';
import type { ShopProduct } from './shop-model';
import { formatLocal, formatUtc } from './shop-time';

type Json = Record<string, unknown>;

const ITEM_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A product as `products` shows it; a variation too, as `products/<its id>` and `?sku=` do. */
export function renderProduct(product: ShopProduct, shop: Shop, api: string): Json {
  const slug = slugOf(product);
  const site = api.replace('/wp-json/wc/v3', '');
  const isVariable = product.type === 'variable';
  return {
    id: product.id,
    name: displayName(product, shop),
    slug,
    permalink: `${site}/product/${slug}/`,
    ...dates(product),
    type: product.type,
    status: product.status,
    featured: false,
    catalog_visibility: 'visible',
    description: '',
    short_description: '',
    sku: product.sku,
    ...prices(product, shop),
    purchasable: product.status === 'publish',
    total_sales: 0,
    virtual: false,
    downloadable: false,
    downloads: [],
    download_limit: -1,
    download_expiry: -1,
    external_url: '',
    button_text: '',
    tax_status: 'taxable',
    tax_class: product.taxClass,
    ...stockOf(product, shop),
    low_stock_amount: null,
    sold_individually: false,
    weight: '',
    dimensions: { length: '', width: '', height: '' },
    shipping_required: true,
    shipping_taxable: true,
    shipping_class: '',
    shipping_class_id: 0,
    reviews_allowed: true,
    average_rating: '0.00',
    rating_count: 0,
    upsell_ids: [],
    cross_sell_ids: [],
    parent_id: product.parentId,
    purchase_note: '',
    categories: product.type === 'variation' ? [] : [categoryRef(product.categoryId)],
    brands: [],
    tags: [],
    images: [],
    attributes: attributesOf(product, shop),
    default_attributes: [],
    variations: [...product.variationIds],
    grouped_products: [],
    menu_order: 0,
    price_html: '',
    related_ids: [],
    meta_data: product.meta.map((entry) => ({ ...entry })),
    has_options: isVariable,
    post_password: '',
    global_unique_id: product.globalUniqueId,
    ...product.extra,
    _links: selfLinks(`${api}/products`, product.id, ITEM_METHODS),
  };
}

/** A variation as `products/<id>/variations` and `variations` show it. */
export function renderVariation(variation: ShopProduct, shop: Shop, api: string): Json {
  const site = api.replace('/wp-json/wc/v3', '');
  const parent = shop.products.get(variation.parentId);
  const option = variation.option ?? '';
  return {
    id: variation.id,
    type: 'variation',
    ...dates(variation),
    description: '',
    permalink: `${site}/product/${slugOf(parent ?? variation)}/?attribute_pa_couleur=${slugify(option)}`,
    sku: variation.sku,
    global_unique_id: variation.globalUniqueId,
    ...prices(variation, shop),
    status: variation.status,
    purchasable: variation.status === 'publish',
    virtual: false,
    downloadable: false,
    downloads: [],
    download_limit: -1,
    download_expiry: -1,
    tax_status: 'taxable',
    tax_class: variation.taxClass,
    ...stockOf(variation, shop),
    low_stock_amount: null,
    weight: '',
    dimensions: { length: '', width: '', height: '' },
    shipping_class: '',
    shipping_class_id: 0,
    image: null,
    gallery_image_ids: [],
    attributes: attributesOf(variation, shop),
    menu_order: 0,
    meta_data: variation.meta.map((entry) => ({ ...entry })),
    name: variation.name,
    parent_id: variation.parentId,
    ...variation.extra,
    _links: {
      ...selfLinks(`${api}/products/${variation.parentId}/variations`, variation.id, ITEM_METHODS),
      up: [{ href: `${api}/products/${variation.parentId}` }],
    },
  };
}

/** The name of a product; of a variation `Parent - Option`. */
export function displayName(product: ShopProduct, shop: Shop): string {
  const parent = product.type === 'variation' ? shop.products.get(product.parentId) : undefined;
  return parent === undefined ? product.name : `${parent.name} - ${product.name}`;
}

/** A category in the list of a product. */
export function categoryRef(id: number): { id: number; name: string; slug: string } {
  const found = CATEGORIES.find((category) => category.id === id) ?? CATEGORIES[0];
  return { id: found.id, name: found.name, slug: found.slug };
}

/** The shop's categories; names come back HTML-encoded (observed). */
export const CATEGORIES = [
  { id: 15, name: 'Uncategorized', slug: 'uncategorized', parent: 0 },
  { id: 16, name: 'Maison', slug: 'maison', parent: 0 },
  { id: 17, name: 'Cuisine &amp; table', slug: 'cuisine-table', parent: 16 },
  { id: 18, name: 'Épicerie &amp; Thé', slug: 'epicerie-the', parent: 0 },
  { id: 22, name: 'Café ☕', slug: 'cafe-%e2%98%95', parent: 18 },
] as const;

function dates(product: ShopProduct): Json {
  return {
    date_created: formatLocal(product.createdAt),
    date_created_gmt: formatUtc(product.createdAt),
    date_modified: formatLocal(product.modifiedAt),
    date_modified_gmt: formatUtc(product.modifiedAt),
  };
}

function prices(product: ShopProduct, shop: Shop): Json {
  return {
    price: priceOf(product, shop),
    regular_price: product.regularPrice,
    sale_price: product.salePrice,
    date_on_sale_from: null,
    date_on_sale_from_gmt: null,
    date_on_sale_to: null,
    date_on_sale_to_gmt: null,
    on_sale: product.salePrice !== '',
  };
}

function priceOf(product: ShopProduct, shop: Shop): string {
  if (product.type !== 'variable') {
    return product.salePrice === '' ? product.regularPrice : product.salePrice;
  }
  const lowest = product.variationIds
    .map((id) => Number(shop.products.get(id)?.regularPrice ?? 'NaN'))
    .filter((price) => !Number.isNaN(price));
  return lowest.length === 0 ? '' : String(Math.min(...lowest));
}

function stockOf(product: ShopProduct, shop: Shop): Json {
  const keeper = product.manageStock === 'parent' ? shop.products.get(product.parentId) : product;
  const quantity = keeper?.stockQuantity ?? null;
  return {
    manage_stock: product.manageStock,
    stock_quantity: quantity,
    stock_status: keeper?.stockStatus ?? product.stockStatus,
    backorders: product.backorders,
    backorders_allowed: product.backorders !== 'no',
    backordered: quantity !== null && quantity < 0 && product.backorders !== 'no',
  };
}

function attributesOf(product: ShopProduct, shop: Shop): Json[] {
  if (product.type === 'variation') {
    return [{ id: 1, name: 'Couleur', slug: 'pa_couleur', option: product.option ?? '' }];
  }
  if (product.type === 'simple') {
    return [];
  }
  const options = product.variationIds.map((id) => shop.products.get(id)?.option ?? '');
  return [
    { id: 1, name: 'Couleur', slug: 'pa_couleur', position: 0, visible: true, variation: true, options },
  ];
}

function slugOf(product: ShopProduct): string {
  const slug = slugify(product.name);
  return slug === '' ? `produit-${product.id}` : slug;
}

function slugify(text: string): string {
  const plain = text
    .replaceAll(/<[^>]*>|&\w+;|[’'"«»]/g, '')
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase();
  return encodeURIComponent(plain.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '')).toLowerCase();
}
