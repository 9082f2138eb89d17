/** What the shop says of itself: index, settings, taxes, statuses, currency. */
import { isInDates, listAnswer } from './list-answer';
import { readListQuery } from './list-query';
import type { ListSpec } from './list-query';
import { renderCoupon } from './render-customer';
import { CATEGORIES } from './render-product';
import { selfLinks } from './links';
import { idOf, ok, RestError, textOf } from './rest';
import type { RestAnswer, RestRequest } from './rest';
import { COLLECTION_ALLOW, ITEM_ALLOW } from './routes';
import type { Route } from './routes';
import type { Shop } from './shop';
import { ORDER_STATUSES, TAX_RATES } from './shop-model';
import { offsetHours, SHOP_ZONE } from './shop-time';

type Json = Record<string, unknown>;

const ITEM_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const PLAIN_LIST: ListSpec = {
  orderby: [
    'id',
    'include',
    'name',
    'slug',
    'term_group',
    'description',
    'count',
    'order',
    'priority',
    'date',
    'modified',
    'title',
  ],
  defaultOrderby: 'id',
  defaultOrder: 'asc',
  dates: false,
  choices: {},
  listChoices: {},
};

const COUPONS: ListSpec = {
  orderby: ['date', 'id', 'include', 'title', 'slug', 'modified'],
  defaultOrderby: 'date',
  defaultOrder: 'desc',
  dates: true,
  choices: {},
  listChoices: {},
};

const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  general: {
    woocommerce_store_address: '1 rue de la Paix',
    woocommerce_store_city: 'Paris',
    woocommerce_default_country: 'FR',
    woocommerce_store_postcode: '75002',
    woocommerce_calc_taxes: 'yes',
    woocommerce_enable_coupons: 'yes',
    woocommerce_currency: 'EUR',
    woocommerce_currency_pos: 'right_space',
    woocommerce_price_thousand_sep: ' ',
    woocommerce_price_decimal_sep: ',',
    woocommerce_price_num_decimals: '2',
  },
  products: {
    woocommerce_weight_unit: 'kg',
    woocommerce_dimension_unit: 'cm',
    woocommerce_manage_stock: 'yes',
    woocommerce_hold_stock_minutes: '60',
    woocommerce_notify_low_stock_amount: '2',
    woocommerce_notify_no_stock_amount: '0',
  },
  tax: {
    woocommerce_prices_include_tax: 'yes',
    woocommerce_tax_based_on: 'shipping',
    woocommerce_shipping_tax_class: 'inherit',
    woocommerce_tax_round_at_subtotal: 'no',
    woocommerce_tax_classes: '',
    woocommerce_tax_display_shop: 'excl',
    woocommerce_tax_display_cart: 'excl',
    woocommerce_tax_total_display: 'itemized',
  },
};

const STATUS_NAMES: Readonly<Record<string, string>> = {
  pending: 'Pending payment',
  processing: 'Processing',
  'on-hold': 'On hold',
  completed: 'Completed',
  cancelled: 'Cancelled',
  refunded: 'Refunded',
  failed: 'Failed',
  'checkout-draft': 'Draft',
  'awaiting-pickup': 'Awaiting pickup',
};

/** The routes without records of their own; `origin` is the shop's address, `api` that of the REST API. */
export function settingsRoutes(shop: Shop, origin: () => string, api: () => string): Route[] {
  return [
    { path: '', allow: 'GET', isPublic: true, handlers: { GET: () => ok(siteIndex(shop, origin())) } },
    { path: '/wc/v3', allow: 'GET', isPublic: true, handlers: { GET: () => ok(apiIndex(origin())) } },
    ...taxRoutes(api),
    {
      path: '/wc/v3/settings/:group',
      allow: 'GET',
      handlers: { GET: (request) => settings(request, api()) },
    },
    get('/wc/v3/data/currencies/current', () => ok(currency(api()))),
    get('/wc/v3/payment_gateways', (request) => plainList(request, gateways(api()))),
    get('/wc/v3/shipping/zones', (request) => plainList(request, zones(api()))),
    get('/wc/v3/reports/orders/totals', () => ({ status: 200, body: orderTotals(shop) })),
    get('/wc/v3/products/categories', (request) => plainList(request, categories(shop, api()))),
    get('/wc/v3/system_status', () => ok(systemStatus(origin()))),
    get('/wc/v3/coupons', (request) => listCoupons(shop, request, api())),
    get('/wc/v3/coupons/:id', (request) => {
      const coupon = shop.coupons.get(idOf(request, 'id'));
      if (coupon === undefined) {
        throw new RestError(404, 'woocommerce_rest_shop_coupon_invalid_id', 'Invalid ID.');
      }
      return ok(renderCoupon(coupon, api()));
    }),
  ];
}

function get(path: string, handler: (request: RestRequest) => RestAnswer): Route {
  return { path, allow: path.endsWith(':id') ? ITEM_ALLOW : 'GET', handlers: { GET: handler } };
}

function siteIndex(shop: Shop, origin: string): Json {
  return {
    name: 'Boutique de démonstration',
    description: '',
    url: origin,
    home: origin,
    gmt_offset: String(offsetHours(shop.date())),
    timezone_string: SHOP_ZONE,
    page_for_posts: 0,
    page_on_front: 0,
    show_on_front: 'posts',
    namespaces: ['oembed/1.0', 'wc/v1', 'wc/v2', 'wc/v3', 'wp/v2'],
    authentication: [],
    routes: {},
    _links: { help: [{ href: 'https://developer.wordpress.org/rest-api/' }] },
  };
}

function apiIndex(origin: string): Json {
  return { namespace: 'wc/v3', routes: {}, _links: { up: [{ href: `${origin}/wp-json/` }] } };
}

function taxRoutes(api: () => string): Route[] {
  const rates = (): Json[] =>
    TAX_RATES.map((rate, index) => ({
      id: rate.id,
      country: 'FR',
      state: '',
      postcode: '',
      city: '',
      rate: (rate.perMille / 10).toFixed(4),
      name: rate.label,
      priority: 1,
      compound: false,
      shipping: true,
      order: index,
      class: rate.slug,
      postcodes: [],
      cities: [],
      _links: selfLinks(`${api()}/taxes`, rate.id, ITEM_METHODS),
    }));
  return [
    {
      path: '/wc/v3/taxes',
      allow: COLLECTION_ALLOW,
      handlers: { GET: (request) => plainList(request, rates()) },
    },
    {
      path: '/wc/v3/taxes/classes',
      allow: COLLECTION_ALLOW,
      handlers: { GET: (request) => plainList(request, taxClasses(api())) },
    },
    get('/wc/v3/taxes/:id', (request) => {
      const id = idOf(request, 'id');
      const rate = rates().find((candidate) => candidate['id'] === id);
      if (rate === undefined) {
        throw new RestError(404, 'woocommerce_rest_invalid_id', 'Invalid resource ID.');
      }
      return ok(rate);
    }),
  ];
}

function taxClasses(api: string): Json[] {
  const classes = [
    ['standard', 'Standard rate'],
    ['reduced-rate', 'Reduced rate'],
    ['zero-rate', 'Zero rate'],
  ];
  return classes.map(([slug, name]) => ({
    slug,
    name,
    _links: { collection: [{ href: `${api}/taxes/classes` }] },
  }));
}

function settings(request: RestRequest, api: string): RestAnswer {
  const group = request.params['group'] ?? '';
  const values = SETTINGS[group];
  if (values === undefined) {
    throw new RestError(404, 'rest_setting_setting_group_invalid', 'Invalid setting group.');
  }
  const body = Object.entries(values).map(([id, value]) => ({
    id,
    label: id,
    description: '',
    type: value === 'yes' || value === 'no' ? 'checkbox' : 'text',
    default: '',
    value,
    _links: selfLinks(`${api}/settings/${group}`, id, ITEM_METHODS.slice(0, 4)),
  }));
  return { status: 200, body };
}

function currency(api: string): Json {
  return {
    code: 'EUR',
    name: 'Euro',
    symbol: '&euro;',
    _links: selfLinks(`${api}/data/currencies`, 'EUR', ['GET']),
  };
}

function gateways(api: string): Json[] {
  const known = [
    ['bacs', 'Virement bancaire'],
    ['stripe', 'Carte bancaire'],
    ['cod', 'Paiement à la livraison'],
  ];
  return known.map(([id, title]) => ({
    id,
    title,
    description: '',
    order: '',
    enabled: true,
    method_title: title,
    method_description: '',
    method_supports: ['products'],
    settings: {},
    needs_setup: false,
    post_install_scripts: [],
    settings_url: '',
    connection_url: null,
    setup_help_text: null,
    required_settings_keys: [],
    _links: selfLinks(`${api}/payment_gateways`, id ?? '', ITEM_METHODS.slice(0, 4)),
  }));
}

function zones(api: string): Json[] {
  const names = ['Locations not covered by your other zones', 'France'];
  return names.map((name, id) => ({
    id,
    name,
    order: 0,
    _links: {
      ...selfLinks(`${api}/shipping/zones`, id, ITEM_METHODS),
      describedby: [{ href: `${api}/shipping/zones/${id}/locations` }],
    },
  }));
}

function orderTotals(shop: Shop): Json[] {
  const counts = new Map<string, number>();
  for (const order of shop.orders.values()) {
    counts.set(order.status, (counts.get(order.status) ?? 0) + 1);
  }
  return ORDER_STATUSES.map((slug) => ({
    slug,
    name: STATUS_NAMES[slug] ?? slug,
    total: counts.get(slug) ?? 0,
  }));
}

function categories(shop: Shop, api: string): Json[] {
  return CATEGORIES.map((category) => {
    let count = 0;
    for (const product of shop.products.values()) {
      count += product.categoryId === category.id && product.type !== 'variation' ? 1 : 0;
    }
    return {
      ...category,
      description: '',
      display: 'default',
      image: null,
      menu_order: 0,
      count,
      _links: selfLinks(`${api}/products/categories`, category.id, ITEM_METHODS),
    };
  });
}

function systemStatus(origin: string): Json {
  return {
    environment: {
      home_url: origin,
      site_url: origin,
      version: '11.0.1',
      wp_version: '7.1.4',
      php_version: '8.2.36',
      default_timezone: 'UTC',
    },
    settings: { api_enabled: false, currency: 'EUR', HPOS_enabled: true, HPOS_sync_enabled: false },
  };
}

function listCoupons(shop: Shop, request: RestRequest, api: string): RestAnswer {
  const query = readListQuery(request.query, COUPONS);
  const code = textOf(request.query, 'code')?.toLowerCase();
  return listAnswer(query, {
    sorted: () => shop.coupons.sortedBy('id', (coupon) => coupon.id),
    matches: (coupon) =>
      isInDates(query, { createdAt: coupon.createdAt, modifiedAt: coupon.createdAt }) &&
      (code === undefined || coupon.code === code),
    render: (coupon) => renderCoupon(coupon, api),
    forgetsTotalPastEnd: false,
  });
}

/** A short list that is paged but not filtered. */
function plainList(request: RestRequest, rows: readonly Json[]): RestAnswer {
  const query = readListQuery(request.query, PLAIN_LIST);
  const numbered = rows.map((row, index) => ({ id: Number(row['id'] ?? index), row }));
  return listAnswer(query, {
    sorted: () => numbered,
    matches: () => true,
    render: ({ row }) => row,
    forgetsTotalPastEnd: false,
  });
}
