/** Gives each priced line the Odoo product it stands on. */
import type { RunContext } from '../../core/context';
import { formatKey } from '../../core/keys';
import { productsOf } from './map-order';
import type { PricedLine } from './price-lines';
import type { PreparedOrder } from './prepare-orders';
import type { OrderSettings } from './settings';
import type { ServiceProducts } from './surroundings';

/** A line ready to be written. */
export interface WriteLine extends PricedLine {
  /** Undefined while the product is not linked; the order then waits for it. */
  readonly productId: number | undefined;
}

export interface LineProducts {
  /**
   * @throws SkippableError `missing-service-product`
   */
  resolve(lines: readonly PricedLine[]): WriteLine[];
}

/** Looks up the products of a page's orders: one query of the state. */
export async function loadLineProducts(
  context: RunContext,
  orders: readonly PreparedOrder[],
  settings: OrderSettings,
  services: ServiceProducts,
): Promise<LineProducts> {
  const keys = orders.flatMap(({ order }) => productsOf(order.lines));
  const links = await context.state.links.find(keys);
  return {
    resolve: (lines) =>
      lines.map((line) => {
        const { kind, product } = line.source;
        if (kind !== 'product' || product === null) {
          return { ...line, productId: services.idFor(kind) };
        }
        const productId = links.get(formatKey(product))?.odooId;
        return productId === undefined && settings.missingProduct === 'fallback'
          ? { ...line, productId: services.idFor('product') }
          : { ...line, productId };
      }),
  };
}
