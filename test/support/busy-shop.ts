/** A shop and a warehouse at work: people buy, pay, cancel and change their minds, goods come in. */
import { pickFrom, pickInteger, type Random } from '../../src/sandbox/random';
import type { NewOrder, NewOrderLine } from '../../src/sandbox/woo/order-input';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';
import type { Sides } from './chaos-rig';

const NEW_STATUSES = ['pending', 'on-hold', 'processing', 'completed', 'cancelled', 'failed'];

/** What people do with an order of a status. None of it needs a person in Odoo. */
const NEXT_STATUSES: Readonly<Record<string, readonly string[]>> = {
  pending: ['processing', 'on-hold', 'cancelled', 'failed'],
  'on-hold': ['processing', 'processing', 'cancelled'],
  processing: ['completed', 'completed', 'cancelled', 'refunded', 'failed'],
  failed: ['processing', 'pending'],
  completed: ['refunded'],
};

/** Most changes come soon after the order: while a run was killed that was about to write it. */
const RECENT_ORDERS = 8;

export interface BusyShop {
  /** A few new orders, at least one of them paid; some orders change; goods are counted in Odoo. */
  work(): Promise<void>;
}

/** @param domain of the e-mail addresses of new guests and customers */
export function openBusyShop(sides: Sides, random: Random, domain: string): BusyShop {
  const { shop } = sides;
  let guests = 0;

  /** A product that only the shop has is bought by paid orders alone: what takes no stock is no news of a product. */
  function lines(status: string): NewOrderLine[] {
    const bought = Array.from({ length: pickInteger(random, 1, 3) }, (): NewOrderLine => ({
      sku: pickFrom(random, sides.skus),
      quantity: pickInteger(random, 1, 3),
    }));
    return status === 'processing' && sides.shopOnly.length > 0 && random() < 0.2
      ? [...bought, { product_id: pickFrom(random, sides.shopOnly), quantity: 1 }]
      : bought;
  }

  /** A new guest, or one who has bought before. */
  function guest(): Pick<NewOrder, 'billing' | 'shipping'> {
    guests += random() < 0.7 ? 1 : 0;
    const billing = {
      first_name: 'Invitée',
      last_name: `n°${guests}`,
      address_1: `${guests} rue de la Paix`,
      city: 'Paris',
      postcode: '75002',
      country: 'FR',
      email: `passage${guests}@${domain}`,
    };
    return random() < 0.3 ? { billing, shipping: { address_1: `${guests} quai des Brumes` } } : { billing };
  }

  /** A registered customer, at times one who has just registered. */
  function customer(): Pick<NewOrder, 'customer_id'> {
    const known = [...shop.shop.customers.values()].filter(({ role }) => role === 'customer');
    const number = known.length + 1;
    return random() < 0.3 || known.length === 0
      ? { customer_id: shop.addCustomer(newCustomer(number)).id }
      : { customer_id: pickFrom(random, known).id };
  }

  function newCustomer(number: number): Record<string, unknown> {
    const email = `fidele${number}@${domain}`;
    const billing = {
      first_name: 'Fidèle',
      last_name: `n°${number}`,
      address_1: `${number} cours Lafayette`,
      city: 'Lyon',
      postcode: '69003',
      country: 'FR',
      email,
      phone: '',
    };
    return { email, first_name: 'Fidèle', last_name: `n°${number}`, billing };
  }

  function buy(status: string): void {
    shop.addOrder({
      ...(random() < 0.5 ? guest() : customer()),
      lines: lines(status),
      status,
      prices_include_tax: random() < 0.5,
      ...(random() < 0.2 ? { coupon: pickFrom(random, ['bienvenue10', 'moins5']) } : {}),
      ...(random() < 0.2 ? { fees: [{ name: 'Emballage cadeau', total: '3.50' }] } : {}),
    });
  }

  function change(order: ShopOrder): void {
    if (order.status === 'pending' && random() < 0.4) {
      shop.editOrder(order.id, { lines: lines(order.status) });
      return;
    }
    const next = NEXT_STATUSES[order.status];
    if (next !== undefined) {
      shop.editOrder(order.id, { status: pickFrom(random, next) });
    }
  }

  return {
    async work() {
      buy('processing');
      buy('processing');
      buy(pickFrom(random, NEW_STATUSES));
      for (let count = pickInteger(random, 0, 3); count > 0; count -= 1) {
        change(pickFrom(random, random() < 0.7 ? shop.orders.slice(-RECENT_ORDERS) : shop.orders));
      }
      await sides.setStock(pickFrom(random, sides.skus), pickInteger(random, 100, 2000));
    },
  };
}
