/** The shop's records and its counters; what changes a record says so here, so that dates and orders stay right. */
import { Collection } from './collection';
import { Poison } from './poison';
import type { ShopCoupon, ShopCustomer, ShopOrder, ShopProduct, ShopRefund, ShopSeed } from './shop-model';

export class Shop {
  readonly products: Collection<ShopProduct>;
  readonly orders: Collection<ShopOrder>;
  readonly customers: Collection<ShopCustomer>;
  readonly coupons: Collection<ShopCoupon>;
  /** Records on which the shop crashes on purpose. */
  readonly poison = new Poison();
  readonly #now: () => Date;
  #nextPostId: number;
  #nextCustomerId: number;
  #nextItemId: number;

  constructor(seed: ShopSeed, now: () => Date) {
    this.products = new Collection(seed.products);
    this.orders = new Collection(seed.orders);
    this.customers = new Collection(seed.customers);
    this.coupons = new Collection(seed.coupons);
    this.#now = now;
    this.#nextPostId = seed.nextPostId;
    this.#nextCustomerId = seed.nextCustomerId;
    this.#nextItemId = seed.nextItemId;
  }

  date(): Date {
    return this.#now();
  }

  /** The shop's time in whole seconds since 1970. */
  seconds(): number {
    return Math.floor(this.#now().getTime() / 1_000);
  }

  takePostId(): number {
    return this.#nextPostId++;
  }

  takeCustomerId(): number {
    return this.#nextCustomerId++;
  }

  /** Order items and meta entries share one sequence here. */
  takeItemId(): number {
    return this.#nextItemId++;
  }

  touchOrder(order: ShopOrder): void {
    order.modifiedAt = this.seconds();
    this.orders.touch();
  }

  /** Moves a product's date, and the date of its variable product with it (observed). */
  touchProduct(product: ShopProduct): void {
    product.modifiedAt = this.seconds();
    const parent = this.products.get(product.parentId);
    if (parent !== undefined) {
      parent.modifiedAt = product.modifiedAt;
    }
    this.products.touch();
  }

  touchCustomer(customer: ShopCustomer): void {
    customer.modifiedAt = this.seconds();
    this.customers.touch();
  }

  /** The product or variation of a SKU in any letter case, the trash included. */
  productBySku(sku: string): ShopProduct | undefined {
    const wanted = sku.toLowerCase();
    return wanted === '' ? undefined : this.products.find((product) => product.sku.toLowerCase() === wanted);
  }

  /** Every refund in ascending id. */
  refunds(): ShopRefund[] {
    const refunds: ShopRefund[] = [];
    for (const order of this.orders.values()) {
      refunds.push(...order.refunds);
    }
    return refunds.sort((left, right) => left.id - right.id);
  }
}
