/** Customers: no date filters and no order by date of modification (observed). */
import { runBatch } from './batch';
import { createCustomer, writeCustomer } from './customer-edits';
import { listAnswer } from './list-answer';
import { invalidParam, readListQuery } from './list-query';
import type { ListQuery, ListSpec } from './list-query';
import { renderCustomer } from './render-customer';
import { created, idOf, ok, RestError, textOf } from './rest';
import type { RestAnswer, RestQuery, RestRequest } from './rest';
import { BATCH_ALLOW, COLLECTION_ALLOW, ITEM_ALLOW } from './routes';
import type { Route } from './routes';
import { isForced } from './routes-orders';
import type { Shop } from './shop';
import type { ShopCustomer } from './shop-model';

type Body = Readonly<Record<string, unknown>>;

const ROLES = [
  'all',
  'administrator',
  'editor',
  'author',
  'contributor',
  'subscriber',
  'customer',
  'shop_manager',
];

const CUSTOMERS: ListSpec = {
  orderby: ['id', 'include', 'name', 'registered_date'],
  defaultOrderby: 'name',
  defaultOrder: 'asc',
  dates: false,
  choices: { role: ROLES },
  listChoices: {},
};

/** The customer routes; `api` gives the address below which they live. */
export function customerRoutes(shop: Shop, api: () => string): Route[] {
  const render = (customer: ShopCustomer): Body => renderCustomer(customer, api());

  function find(id: number, status: 404 | 400): ShopCustomer {
    const customer = shop.customers.get(id);
    if (customer === undefined) {
      throw status === 404
        ? new RestError(404, 'wc_user_invalid_id', 'Invalid user ID.')
        : new RestError(400, 'woocommerce_rest_invalid_id', 'Invalid resource ID.');
    }
    return customer;
  }

  function update(id: number, body: Body): Body {
    const customer = find(id, 400);
    writeCustomer(shop, customer, body);
    return render(customer);
  }

  function remove(id: number, force: boolean): Body {
    const customer = find(id, 404);
    if (!force) {
      throw new RestError(501, 'woocommerce_rest_trash_not_supported', 'Customers do not support trashing.');
    }
    shop.customers.remove(id);
    return render(customer);
  }

  return [
    {
      path: '/wc/v3/customers',
      allow: COLLECTION_ALLOW,
      handlers: {
        GET: (request) => listCustomers(shop, request, render),
        POST: (request) => created(render(createCustomer(shop, request.body))),
      },
    },
    {
      path: '/wc/v3/customers/batch',
      allow: BATCH_ALLOW,
      handlers: {
        POST: (request) =>
          runBatch(request.body, {
            create: (item) => render(createCustomer(shop, item)),
            update,
            remove: (id) => remove(id, true),
          }),
      },
    },
    {
      path: '/wc/v3/customers/:id',
      allow: ITEM_ALLOW,
      handlers: {
        GET: (request) => ok(render(find(idOf(request, 'id'), 404))),
        PUT: (request) => ok(update(idOf(request, 'id'), request.body)),
        POST: (request) => ok(update(idOf(request, 'id'), request.body)),
        DELETE: (request) => ok(remove(idOf(request, 'id'), isForced(request))),
      },
    },
  ];
}

function listCustomers(
  shop: Shop,
  request: RestRequest,
  render: (customer: ShopCustomer) => unknown,
): RestAnswer {
  const query = readListQuery(request.query, CUSTOMERS);
  checkEmail(request.query);
  const role = textOf(request.query, 'role') ?? 'customer';
  const email = textOf(request.query, 'email')?.toLowerCase();
  const search = query.search.toLowerCase();
  return listAnswer(query, {
    sorted: () => sortCustomers(shop, query),
    remember: (filter, choose) => shop.customers.selection(filter, choose),
    matches: (customer) =>
      (role === 'all' || customer.role === role) &&
      (email === undefined || customer.email.toLowerCase() === email) &&
      (search === '' || matchesSearch(customer, search)),
    render,
    forgetsTotalPastEnd: false,
  });
}

/** What WordPress takes for an e-mail address: ASCII before the @, a dot after it. */
const EMAIL = /^[\w!#$%&'*+/=?^`{|}~.-]+@[\w-]+(\.[\w-]+)+$/;

function checkEmail(query: RestQuery): void {
  const email = textOf(query, 'email');
  if (email !== undefined && !EMAIL.test(email)) {
    throw invalidParam([{ name: 'email', code: 'rest_invalid_email', message: 'Invalid email address.' }]);
  }
}

function sortCustomers(shop: Shop, query: ListQuery): readonly ShopCustomer[] {
  switch (query.orderby) {
    case 'name':
      return shop.customers.sortedBy('name', (customer) => customer.username);
    case 'registered_date':
      return shop.customers.sortedBy('registered', (customer) => customer.createdAt);
    case 'include':
      return query.include.flatMap((id) => shop.customers.get(id) ?? []);
    default:
      return shop.customers.sortedBy('id', (customer) => customer.id);
  }
}

function matchesSearch(customer: ShopCustomer, search: string): boolean {
  const text = `${customer.email} ${customer.username} ${customer.firstName} ${customer.lastName}`;
  return text.toLowerCase().includes(search);
}
