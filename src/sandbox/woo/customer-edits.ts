/** Creating and changing customers. */
import { EMPTY_ADDRESS } from '../seed-customers';
import { mergeMeta } from './meta';
import { asRecord, asText, RestError } from './rest';
import type { Shop } from './shop';
import type { ShopCustomer } from './shop-model';

type Body = Readonly<Record<string, unknown>>;

/**
 * Registers a customer.
 * @throws RestError registration-error-email-exists (in any letter case)
 */
export function createCustomer(shop: Shop, body: Body): ShopCustomer {
  const email = asText(body['email']);
  const taken = shop.customers.find((customer) => customer.email.toLowerCase() === email.toLowerCase());
  if (email === '' || taken !== undefined) {
    throw email === ''
      ? new RestError(400, 'rest_missing_callback_param', 'Missing parameter(s): email', {
          status: 400,
          params: ['email'],
        })
      : new RestError(
          400,
          'registration-error-email-exists',
          'An account is already registered with your email address. Please log in.',
        );
  }
  const customer: ShopCustomer = {
    id: shop.takeCustomerId(),
    email,
    firstName: '',
    lastName: '',
    role: 'customer',
    username: asText(body['username']) || email.replace(/@.*/, ''),
    billing: { ...EMPTY_ADDRESS, email: '' },
    shipping: EMPTY_ADDRESS,
    createdAt: shop.seconds(),
    modifiedAt: shop.seconds(),
    meta: [],
  };
  assign(shop, customer, body);
  shop.customers.add(customer);
  return customer;
}

/** Merges fields into a customer and moves its date. */
export function writeCustomer(shop: Shop, customer: ShopCustomer, body: Body): void {
  assign(shop, customer, body);
  shop.touchCustomer(customer);
}

function assign(shop: Shop, customer: ShopCustomer, body: Body): void {
  if (typeof body['email'] === 'string' && body['email'] !== '') {
    customer.email = body['email'];
  }
  if (typeof body['first_name'] === 'string') {
    customer.firstName = body['first_name'];
  }
  if (typeof body['last_name'] === 'string') {
    customer.lastName = body['last_name'];
  }
  customer.billing = { ...customer.billing, ...asRecord(body['billing']) };
  customer.shipping = { ...customer.shipping, ...asRecord(body['shipping']) };
  customer.meta = mergeMeta(customer.meta, body['meta_data'], () => shop.takeItemId());
}
