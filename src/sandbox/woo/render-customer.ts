/** Customers and coupons as the REST API shows them (shape observed on WooCommerce 11.0). */
import { formatCents } from './render-order';
import { selfLinks } from './links';
import type { ShopCoupon, ShopCustomer } from './shop-model';
import { formatLocal, formatUtc } from './shop-time';

type Json = Record<string, unknown>;

export function renderCustomer(customer: ShopCustomer, api: string): Json {
  return {
    id: customer.id,
    date_created: formatLocal(customer.createdAt),
    date_created_gmt: formatUtc(customer.createdAt),
    date_modified: formatLocal(customer.modifiedAt),
    date_modified_gmt: formatUtc(customer.modifiedAt),
    email: customer.email,
    first_name: customer.firstName,
    last_name: customer.lastName,
    role: customer.role,
    username: customer.username,
    billing: { ...customer.billing },
    shipping: { ...customer.shipping },
    is_paying_customer: false,
    avatar_url: `https://secure.gravatar.com/avatar/${customer.id}?s=96&d=mm&r=g`,
    meta_data: customer.meta.map((entry) => ({ ...entry })),
    _links: selfLinks(`${api}/customers`, customer.id, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  };
}

export function renderCoupon(coupon: ShopCoupon, api: string): Json {
  const local = formatLocal(coupon.createdAt);
  const utc = formatUtc(coupon.createdAt);
  return {
    id: coupon.id,
    code: coupon.code,
    amount: coupon.type === 'percent' ? coupon.amount.toFixed(2) : formatCents(coupon.amount),
    status: 'publish',
    date_created: local,
    date_created_gmt: utc,
    date_modified: local,
    date_modified_gmt: utc,
    discount_type: coupon.type,
    description: '',
    date_expires: null,
    date_expires_gmt: null,
    usage_count: 0,
    individual_use: false,
    product_ids: [],
    excluded_product_ids: [],
    usage_limit: null,
    usage_limit_per_user: null,
    limit_usage_to_x_items: null,
    free_shipping: false,
    product_categories: [],
    excluded_product_categories: [],
    exclude_sale_items: false,
    minimum_amount: '0.00',
    maximum_amount: '0.00',
    email_restrictions: [],
    used_by: [],
    meta_data: [],
    _links: selfLinks(`${api}/coupons`, coupon.id, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  };
}
