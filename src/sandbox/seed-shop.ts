/** The embedded shop's first state: products, customers, coupons and orders, the same on every run. */
import type { CatalogueItem } from './catalogue';
import { createRandom } from './random';
import { seedCustomers } from './seed-customers';
import { seedOrders } from './seed-orders';
import { seedProducts } from './seed-products';
import type { ShopCoupon, ShopSeed } from './woo/shop-model';

export interface ShopSeedOptions {
  readonly catalogue: readonly CatalogueItem[];
  /** Registered customers, the administrator not counted. */
  readonly customers?: number;
  readonly orders?: number;
  /** Orders lie in the 120 days before. */
  readonly now: Date;
}

/** Builds the seed of a shop; only dates depend on `now`. */
export function buildShopSeed(options: ShopSeedOptions): ShopSeed {
  const random = createRandom(150_300);
  const now = Math.floor(options.now.getTime() / 1_000);
  const { products, sellable, nextPostId } = seedProducts(options.catalogue, now);
  const customers = seedCustomers(random, options.customers ?? 150, now);
  const coupons = seedCoupons(nextPostId, now);
  const orders = seedOrders({
    random,
    count: options.orders ?? 300,
    now,
    sellable,
    customers,
    coupons,
    firstPostId: nextPostId + coupons.length,
  });
  return {
    products,
    customers,
    coupons,
    orders: orders.orders,
    nextPostId: orders.nextPostId,
    nextCustomerId: customers.length + 1,
    nextItemId: orders.nextItemId,
  };
}

function seedCoupons(firstId: number, now: number): ShopCoupon[] {
  const createdAt = now - 200 * 86_400;
  return [
    { id: firstId, code: 'bienvenue10', type: 'percent', amount: 10, createdAt },
    { id: firstId + 1, code: 'moins5', type: 'fixed_cart', amount: 500, createdAt },
    { id: firstId + 2, code: 'parpiece2', type: 'fixed_product', amount: 200, createdAt },
  ];
}
