/** What tests and the demo do to the shop behind the API's back: people buying, editing, deleting. */
import { createCustomer, writeCustomer } from './customer-edits';
import { createOrder, editOrder } from './order-edits';
import type { NewOrder } from './order-input';
import { createRefund } from './refund-edits';
import { RestError } from './rest';
import type { Shop } from './shop';
import type { ShopCustomer, ShopOrder, ShopProduct, ShopRefund } from './shop-model';
import { setQuantity } from './stock-moves';

type Fields = Readonly<Record<string, unknown>>;

/** The mutations; every one moves dates as the real shop does, unknown ids and SKUs throw. */
export interface ShopHandle {
  readonly shop: Shop;
  /** Every order in ascending id, the trash included. */
  readonly orders: readonly ShopOrder[];
  addOrder(input: NewOrder): ShopOrder;
  /** Merges REST fields into an order; `lines` prices it again, what the model does not compute is shown as given. */
  editOrder(id: number, patch: Fields): ShopOrder;
  trashOrder(id: number): ShopOrder;
  /** Removes an order without a trace. */
  deleteOrder(id: number): void;
  /** Refunds an order: `{amount?, reason?, line_items?}`. */
  refundOrder(id: number, refund: Fields): ShopRefund;
  addCustomer(fields: Fields): ShopCustomer;
  editCustomer(id: number, patch: Fields): ShopCustomer;
  deleteCustomer(id: number): void;
  /** Sets the quantity of a SKU, as a person in the shop's back office would. */
  setStock(sku: string, quantity: number): ShopProduct;
  product(sku: string): ShopProduct | undefined;
}

/** Builds the handle of a shop. */
export function shopHandle(shop: Shop): ShopHandle {
  function order(id: number): ShopOrder {
    const found = shop.orders.get(id);
    if (found === undefined) {
      throw new RestError(404, 'woocommerce_rest_shop_order_invalid_id', `No order ${id}.`);
    }
    return found;
  }

  function customer(id: number): ShopCustomer {
    const found = shop.customers.get(id);
    if (found === undefined) {
      throw new RestError(404, 'wc_user_invalid_id', `No customer ${id}.`);
    }
    return found;
  }

  return {
    shop,
    get orders() {
      return shop.orders.sortedBy('id', (candidate) => candidate.id);
    },
    addOrder: (input) => createOrder(shop, input),
    editOrder: (id, patch) => {
      const found = order(id);
      editOrder(shop, found, patch);
      return found;
    },
    trashOrder: (id) => {
      const found = order(id);
      editOrder(shop, found, { status: 'trash' });
      return found;
    },
    deleteOrder: (id) => {
      shop.orders.remove(order(id).id);
    },
    refundOrder: (id, refund) => createRefund(shop, order(id), { api_refund: false, ...refund }),
    addCustomer: (fields) => createCustomer(shop, fields),
    editCustomer: (id, patch) => {
      const found = customer(id);
      writeCustomer(shop, found, patch);
      return found;
    },
    deleteCustomer: (id) => {
      shop.customers.remove(customer(id).id);
    },
    setStock: (sku, quantity) => {
      const found = shop.productBySku(sku);
      if (found === undefined) {
        throw new RestError(404, 'woocommerce_rest_product_invalid_id', `No product has the SKU ${sku}.`);
      }
      setQuantity(found, quantity);
      shop.touchProduct(found);
      return found;
    },
    product: (sku) => shop.productBySku(sku),
  };
}
