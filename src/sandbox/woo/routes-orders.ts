/** Orders, their refunds and the list of all refunds. */
import { runBatch } from './batch';
import { isInDates, listAnswer } from './list-answer';
import { invalidParam, readListQuery } from './list-query';
import type { ListSpec } from './list-query';
import { changeStatus, createOrder, writeOrder } from './order-edits';
import type { NewOrder } from './order-input';
import { createRefund, deleteRefund } from './refund-edits';
import { renderOrder, renderRefund } from './render-order';
import { asList, asText, created, idOf, listOf, ok, RestError, textOf } from './rest';
import type { RestAnswer, RestRequest } from './rest';
import { BATCH_ALLOW, COLLECTION_ALLOW, ITEM_ALLOW } from './routes';
import type { Route } from './routes';
import type { Shop } from './shop';
import { ORDER_STATUSES } from './shop-model';
import type { ShopOrder, ShopRefund } from './shop-model';

type Body = Readonly<Record<string, unknown>>;

const ORDERBY = ['date', 'id', 'include', 'title', 'slug', 'modified'];

const REFUNDS: ListSpec = {
  orderby: ORDERBY,
  defaultOrderby: 'date',
  defaultOrder: 'desc',
  dates: true,
  choices: {},
  listChoices: {},
};

const ORDERS: ListSpec = {
  ...REFUNDS,
  listChoices: { status: ['any', 'trash', 'auto-draft', ...ORDER_STATUSES] },
};

/** The order routes; `api` gives the address below which they live. */
export function orderRoutes(shop: Shop, api: () => string): Route[] {
  const render = (order: ShopOrder): Body => renderOrder(order, api());

  function find(id: number, status: 404 | 400): ShopOrder {
    const order = shop.orders.get(id);
    if (order === undefined) {
      const message = status === 404 ? 'Invalid ID.' : 'ID is invalid.';
      throw new RestError(status, 'woocommerce_rest_shop_order_invalid_id', message);
    }
    return order;
  }

  function update(id: number, body: Body): Body {
    const order = find(id, 400);
    checkStatus(body);
    writeOrder(shop, order, body);
    return render(order);
  }

  function create(body: Body): Body {
    checkStatus(body);
    const lines = asList(body['line_items']) as NewOrder['lines'];
    const input = { status: 'pending', shipping_total: null, created_via: 'rest-api', ...body, lines };
    return render(createOrder(shop, input));
  }

  function remove(id: number, force: boolean): Body {
    const order = find(id, 404);
    if (force) {
      const before = render(order);
      shop.orders.remove(id);
      return before;
    }
    if (order.status === 'trash') {
      throw new RestError(
        410,
        'woocommerce_rest_already_trashed',
        'The shop_order has already been deleted.',
      );
    }
    const before = render(order);
    changeStatus(shop, order, 'trash');
    return before;
  }

  function listRefundsOf(request: RestRequest): RestAnswer {
    const order = find(idOf(request, 'id'), 404);
    const query = readListQuery(request.query, REFUNDS);
    return listAnswer(query, {
      sorted: () => order.refunds,
      matches: (refund) => isInDates(query, refund),
      render: (refund) => renderRefund(refund, order, api(), false),
      forgetsTotalPastEnd: true,
    });
  }

  return [
    {
      path: '/wc/v3/orders',
      allow: COLLECTION_ALLOW,
      handlers: {
        GET: (request) => listOrders(shop, request, render),
        POST: (request) => created(create(request.body)),
      },
    },
    {
      path: '/wc/v3/orders/batch',
      allow: BATCH_ALLOW,
      handlers: {
        POST: (request) => runBatch(request.body, { create, update, remove: (id) => remove(id, true) }),
      },
    },
    {
      path: '/wc/v3/orders/:id',
      allow: ITEM_ALLOW,
      handlers: {
        GET: (request) => ok(render(find(idOf(request, 'id'), 404))),
        PUT: (request) => ok(update(idOf(request, 'id'), request.body)),
        POST: (request) => ok(update(idOf(request, 'id'), request.body)),
        DELETE: (request) => ok(remove(idOf(request, 'id'), isForced(request))),
      },
    },
    {
      path: '/wc/v3/orders/:id/refunds',
      allow: COLLECTION_ALLOW,
      handlers: {
        GET: listRefundsOf,
        POST: (request) => {
          const order = find(idOf(request, 'id'), 404);
          const refund = createRefund(shop, order, request.body);
          return created(renderRefund(refund, order, api(), false));
        },
      },
    },
    {
      path: '/wc/v3/orders/:id/refunds/:refund',
      allow: 'GET, DELETE',
      handlers: {
        GET: (request) => {
          const order = find(idOf(request, 'id'), 404);
          return ok(renderRefund(findRefund(order, idOf(request, 'refund')), order, api(), false));
        },
        DELETE: (request) => {
          const order = find(idOf(request, 'id'), 404);
          const refund = findRefund(order, idOf(request, 'refund'));
          const before = renderRefund(refund, order, api(), false);
          deleteRefund(order, refund.id);
          return ok(before);
        },
      },
    },
    {
      path: '/wc/v3/refunds',
      allow: 'GET',
      handlers: { GET: (request) => listAllRefunds(shop, request, api()) },
    },
  ];
}

function listOrders(shop: Shop, request: RestRequest, render: (order: ShopOrder) => unknown): RestAnswer {
  const query = readListQuery(request.query, ORDERS);
  const statuses = new Set(listOf(request.query, 'status'));
  const any = statuses.size === 0 || statuses.has('any');
  const customer = textOf(request.query, 'customer');
  const product = textOf(request.query, 'product');
  const search = query.search.toLowerCase();
  return listAnswer(query, {
    sorted: () => sortOrders(shop, query.orderby, query.include),
    remember: (filter, choose) => shop.orders.selection(filter, choose),
    matches: (order) =>
      isInDates(query, order) &&
      (any ? order.status !== 'trash' : statuses.has(order.status)) &&
      (customer === undefined || order.customerId === Number(customer)) &&
      (product === undefined || order.amounts.lines.some((line) => line.productId === Number(product))) &&
      (search === '' || matchesSearch(order, search)) &&
      (query.parent.length === 0 || query.parent.includes(0)),
    render,
    forgetsTotalPastEnd: true,
    addedQuery: `${statuses.size === 0 ? 'status%5B0%5D=any&' : ''}dp=2&context=view`,
  });
}

function sortOrders(shop: Shop, orderby: string, include: readonly number[]): readonly ShopOrder[] {
  switch (orderby) {
    case 'modified':
      return shop.orders.sortedBy('modified', (order) => order.modifiedAt);
    case 'date':
      return shop.orders.sortedBy('date', (order) => order.createdAt);
    case 'include':
      return include.flatMap((id) => shop.orders.get(id) ?? []);
    default:
      return shop.orders.sortedBy('id', (order) => order.id);
  }
}

/** Observed: the search looks into ids and e-mail addresses, in any letter case. */
function matchesSearch(order: ShopOrder, search: string): boolean {
  return String(order.id) === search || (order.billing.email ?? '').toLowerCase().includes(search);
}

function listAllRefunds(shop: Shop, request: RestRequest, api: string): RestAnswer {
  const query = readListQuery(request.query, REFUNDS);
  const key = query.orderby === 'modified' ? 'modifiedAt' : query.orderby === 'date' ? 'createdAt' : 'id';
  const sorted = (): ShopRefund[] =>
    shop.refunds().sort((left, right) => left[key] - right[key] || left.id - right.id);
  return listAnswer<ShopRefund>(query, {
    sorted,
    matches: (refund) =>
      isInDates(query, refund) && (query.parent.length === 0 || query.parent.includes(refund.orderId)),
    render: (refund) => {
      const order = shop.orders.get(refund.orderId);
      return order === undefined ? {} : renderRefund(refund, order, api, true);
    },
    forgetsTotalPastEnd: true,
  });
}

function findRefund(order: ShopOrder, id: number): ShopRefund {
  const refund = order.refunds.find((candidate) => candidate.id === id);
  if (refund === undefined) {
    throw new RestError(404, 'woocommerce_rest_shop_order_refund_invalid_id', 'Invalid ID.');
  }
  return refund;
}

function checkStatus(body: Body): void {
  const status = body['status'];
  const allowed = ['auto-draft', ...ORDER_STATUSES, 'trash'];
  if (status !== undefined && !allowed.includes(asText(status))) {
    throw invalidParam([
      { name: 'status', code: 'rest_not_in_enum', message: `status is not one of ${allowed.join(', ')}.` },
    ]);
  }
}

/** True when a deletion is meant for good. */
export function isForced(request: RestRequest): boolean {
  const force = textOf(request.query, 'force') ?? request.body['force'];
  return force === true || force === 'true' || force === '1';
}
