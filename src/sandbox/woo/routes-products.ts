/** Products, the variations of one and the list of all variations. */
import { runBatch } from './batch';
import { isInDates, listAnswer } from './list-answer';
import { readListQuery } from './list-query';
import type { ListQuery, ListSpec } from './list-query';
import { createProduct, writeProduct } from './product-edits';
import type { Strictness } from './product-edits';
import { renderProduct, renderVariation } from './render-product';
import { created, idOf, listOf, ok, RestError, textOf } from './rest';
import type { RestAnswer, RestQuery, RestRequest } from './rest';
import { BATCH_ALLOW, COLLECTION_ALLOW, ITEM_ALLOW } from './routes';
import type { Route } from './routes';
import { isForced } from './routes-orders';
import type { Shop } from './shop';
import { PRODUCT_STATUSES } from './shop-model';
import type { ShopProduct } from './shop-model';

type Body = Readonly<Record<string, unknown>>;

const TYPES = ['simple', 'grouped', 'external', 'variable'];

const VARIATIONS: ListSpec = {
  orderby: ['date', 'id', 'include', 'title', 'slug', 'modified', 'menu_order'],
  defaultOrderby: 'date',
  defaultOrder: 'desc',
  dates: true,
  choices: { status: PRODUCT_STATUSES, stock_status: ['instock', 'outofstock', 'onbackorder'] },
  listChoices: { include_status: PRODUCT_STATUSES, exclude_status: PRODUCT_STATUSES },
};

const PRODUCTS: ListSpec = {
  ...VARIATIONS,
  orderby: [...VARIATIONS.orderby, 'popularity', 'rating', 'post__in', 'price', 'sales', 'random'],
  choices: { ...VARIATIONS.choices, type: TYPES },
  listChoices: { ...VARIATIONS.listChoices, include_types: TYPES, exclude_types: TYPES },
};

/** The product routes; `api` gives the address below which they live. */
export function productRoutes(shop: Shop, api: () => string): Route[] {
  const render = (product: ShopProduct): Body => renderProduct(product, shop, api());
  const renderOption = (product: ShopProduct): Body => renderVariation(product, shop, api());

  function find(id: number, status: 404 | 400, parentId?: number): ShopProduct {
    const product = shop.products.get(id);
    if (product === undefined || (parentId !== undefined && product.parentId !== parentId)) {
      const kind = parentId === undefined ? 'product' : 'product_variation';
      throw new RestError(status, `woocommerce_rest_${kind}_invalid_id`, 'Invalid ID.');
    }
    return product;
  }

  function update(id: number, body: Body, strictness: Strictness, parentId?: number): Body {
    const product = find(id, 400, parentId);
    shop.poison.checkSaved(id);
    writeProduct(shop, product, body, strictness);
    return parentId === undefined ? render(product) : renderOption(product);
  }

  function remove(product: ShopProduct, force: boolean): void {
    if (force) {
      dropVariation(shop, product);
      shop.products.remove(product.id);
      return;
    }
    if (product.status === 'trash') {
      throw new RestError(410, 'woocommerce_rest_already_trashed', 'The product has already been deleted.');
    }
    product.status = 'trash';
    dropVariation(shop, product);
    shop.touchProduct(product);
  }

  function removeAndShow(id: number, force: boolean, parentId?: number): Body {
    const product = find(id, 404, parentId);
    const before = parentId === undefined ? render(product) : renderOption(product);
    remove(product, force);
    return before;
  }

  return [
    {
      path: '/wc/v3/products',
      allow: COLLECTION_ALLOW,
      handlers: {
        GET: (request) => listProducts(shop, request, render),
        POST: (request) => created(render(createProduct(shop, request.body, 'strict'))),
      },
    },
    {
      path: '/wc/v3/products/batch',
      allow: BATCH_ALLOW,
      handlers: {
        POST: (request) =>
          runBatch(request.body, {
            create: (item) => render(createProduct(shop, item, 'lax')),
            update: (id, item) => update(id, item, 'lax'),
            remove: (id) => removeAndShow(id, true),
          }),
      },
    },
    {
      path: '/wc/v3/products/:id',
      allow: ITEM_ALLOW,
      handlers: {
        GET: (request) => ok(render(find(idOf(request, 'id'), 404))),
        PUT: (request) => ok(update(idOf(request, 'id'), request.body, 'strict')),
        POST: (request) => ok(update(idOf(request, 'id'), request.body, 'strict')),
        DELETE: (request) => ok(removeAndShow(idOf(request, 'id'), isForced(request))),
      },
    },
    {
      path: '/wc/v3/products/:id/variations',
      allow: COLLECTION_ALLOW,
      handlers: {
        GET: (request) => listVariations(shop, request, renderOption, idOf(request, 'id')),
        POST: (request) => {
          const parent = find(idOf(request, 'id'), 404);
          return created(renderOption(createProduct(shop, request.body, 'strict', parent)));
        },
      },
    },
    {
      path: '/wc/v3/products/:id/variations/batch',
      allow: BATCH_ALLOW,
      handlers: {
        POST: (request) => {
          const parentId = idOf(request, 'id');
          return runBatch(request.body, {
            create: (item) => renderOption(createProduct(shop, item, 'lax', find(parentId, 404))),
            update: (id, item) => update(id, item, 'lax', parentId),
            remove: (id) => removeAndShow(id, true, parentId),
          });
        },
      },
    },
    {
      path: '/wc/v3/products/:id/variations/:variation',
      allow: ITEM_ALLOW,
      handlers: {
        GET: (request) => ok(renderOption(find(idOf(request, 'variation'), 404, idOf(request, 'id')))),
        PUT: (request) => ok(update(idOf(request, 'variation'), request.body, 'strict', idOf(request, 'id'))),
        DELETE: (request) =>
          ok(removeAndShow(idOf(request, 'variation'), isForced(request), idOf(request, 'id'))),
      },
    },
    {
      path: '/wc/v3/variations',
      allow: 'GET',
      handlers: { GET: (request) => listVariations(shop, request, renderOption) },
    },
  ];
}

function listProducts(
  shop: Shop,
  request: RestRequest,
  render: (product: ShopProduct) => unknown,
): RestAnswer {
  const query = readListQuery(request.query, PRODUCTS);
  const matches = productFilter(query, request.query);
  const type = textOf(request.query, 'type');
  const includeTypes = listOf(request.query, 'include_types');
  const excludeTypes = listOf(request.query, 'exclude_types');
  const withVariations = request.query.has('sku');
  return listAnswer(query, {
    sorted: () => sortProducts(shop, query),
    remember: (filter, choose) => shop.products.selection(`products ${filter}`, choose),
    matches: (product) =>
      (withVariations || product.type !== 'variation') &&
      matches(product) &&
      (type === undefined || product.type === type) &&
      (includeTypes.length === 0 || includeTypes.includes(product.type)) &&
      !excludeTypes.includes(product.type),
    render,
    forgetsTotalPastEnd: false,
  });
}

/** Observed: the variations of an unknown product are an empty list. */
function listVariations(
  shop: Shop,
  request: RestRequest,
  render: (product: ShopProduct) => unknown,
  parentId?: number,
): RestAnswer {
  const query = readListQuery(request.query, VARIATIONS);
  const matches = productFilter(query, request.query);
  return listAnswer(query, {
    sorted: () => sortProducts(shop, query),
    remember: (filter, choose) => shop.products.selection(`variations ${parentId ?? ''} ${filter}`, choose),
    matches: (product) =>
      product.type === 'variation' &&
      (parentId === undefined || product.parentId === parentId) &&
      matches(product),
    render,
    forgetsTotalPastEnd: false,
  });
}

function productFilter(query: ListQuery, raw: RestQuery): (product: ShopProduct) => boolean {
  const skus = new Set(
    (textOf(raw, 'sku') ?? '')
      .toLowerCase()
      .split(',')
      .filter((sku) => sku !== ''),
  );
  const status = textOf(raw, 'status') ?? 'any';
  const includeStatus = new Set(listOf(raw, 'include_status'));
  const excludeStatus = new Set(listOf(raw, 'exclude_status'));
  const stockStatus = textOf(raw, 'stock_status');
  const searchSku = (textOf(raw, 'search_sku') ?? '').toLowerCase();
  const search = query.search.toLowerCase();
  function hasStatus(product: ShopProduct): boolean {
    if (includeStatus.size > 0 && !includeStatus.has('any')) {
      return includeStatus.has(product.status);
    }
    return status === 'any' ? product.status !== 'trash' : product.status === status;
  }
  return (product) =>
    isInDates(query, product) &&
    hasStatus(product) &&
    !excludeStatus.has(product.status) &&
    (skus.size === 0 || skus.has(product.sku.toLowerCase())) &&
    (searchSku === '' || product.sku.toLowerCase().includes(searchSku)) &&
    (stockStatus === undefined || product.stockStatus === stockStatus) &&
    (query.parent.length === 0 || query.parent.includes(product.parentId)) &&
    (search === '' || product.name.toLowerCase().includes(search));
}

function sortProducts(shop: Shop, query: ListQuery): readonly ShopProduct[] {
  switch (query.orderby) {
    case 'modified':
      return shop.products.sortedBy('modified', (product) => product.modifiedAt);
    case 'date':
      return shop.products.sortedBy('date', (product) => product.createdAt);
    case 'title':
    case 'slug':
      return shop.products.sortedBy('title', (product) => product.name.toLowerCase());
    case 'price':
      return shop.products.sortedBy('price', (product) => Number(product.regularPrice));
    case 'include':
      return query.include.flatMap((id) => shop.products.get(id) ?? []);
    default:
      return shop.products.sortedBy('id', (product) => product.id);
  }
}

/** A deleted variation leaves its parent's list, whose date moves (observed). */
function dropVariation(shop: Shop, product: ShopProduct): void {
  const parent = shop.products.get(product.parentId);
  if (parent !== undefined) {
    parent.variationIds = parent.variationIds.filter((id) => id !== product.id);
    shop.touchProduct(parent);
  }
}
