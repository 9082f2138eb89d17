/** When an order takes goods from the shop's stock and when it gives them back (observed on WooCommerce 11.0). */
import type { Shop } from './shop';
import type { OrderLine, ShopOrder, ShopProduct } from './shop-model';

const TAKES: ReadonlySet<string> = new Set(['processing', 'completed', 'on-hold']);
const GIVES_BACK: ReadonlySet<string> = new Set(['cancelled', 'pending']);

/** Moves stock as the order's status asks: each line takes once and gives back once. */
export function settleStock(shop: Shop, order: ShopOrder): void {
  for (const line of order.amounts.lines) {
    if (TAKES.has(order.status) && line.reducedStock === null) {
      takeStock(shop, line);
    }
    if (GIVES_BACK.has(order.status) && line.reducedStock !== null) {
      moveStock(shop, stockKeeper(shop, line), line.reducedStock);
      line.reducedStock = null;
    }
  }
}

/** Puts refunded pieces of a line back on the shelf. */
export function restock(shop: Shop, line: OrderLine, quantity: number): void {
  if (line.reducedStock === null) {
    return;
  }
  const back = Math.min(quantity, line.reducedStock);
  moveStock(shop, stockKeeper(shop, line), back);
  line.reducedStock -= back;
}

/** Sets the quantity and what follows from it. */
export function setQuantity(product: ShopProduct, quantity: number): void {
  product.stockQuantity = quantity;
  if (quantity > 0) {
    product.stockStatus = 'instock';
  } else {
    product.stockStatus = product.backorders === 'no' ? 'outofstock' : 'onbackorder';
  }
}

function takeStock(shop: Shop, line: OrderLine): void {
  const keeper = stockKeeper(shop, line);
  if (keeper !== undefined) {
    line.reducedStock = line.quantity;
    moveStock(shop, keeper, -line.quantity);
  }
}

/** The product whose quantity a line moves: the variable product where that one counts for its variations. */
function stockKeeper(shop: Shop, line: OrderLine): ShopProduct | undefined {
  const variation = shop.products.get(line.variationId);
  const product = shop.products.get(line.productId);
  if (variation?.manageStock === true) {
    return variation;
  }
  return product?.manageStock === true ? product : undefined;
}

function moveStock(shop: Shop, product: ShopProduct | undefined, by: number): void {
  if (product !== undefined && by !== 0) {
    setQuantity(product, (product.stockQuantity ?? 0) + by);
    shop.touchProduct(product);
  }
}
