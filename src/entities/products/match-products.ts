/** Finds Odoo's products by internal reference, which is the shop's SKU. */
import { chunk } from '../../lib/chunk';
import { groupBy } from '../../lib/group-by';
import type { RunContext } from '../../core/context';
import type { OdooRow } from '../../core/ports';
import { textOf } from '../../odoo/schema';

export const PRODUCT_MODEL = 'product.product';

export type ProductMatch =
  | { readonly kind: 'found'; readonly odooId: number }
  | { readonly kind: 'ambiguous'; readonly message: string };

/**
 * Looks references up, 500 a request, archived products included: a line may
 * stand on an archived product. An active product wins over archived ones; two
 * active ones are ambiguous.
 */
export async function findProducts(
  context: RunContext,
  skus: readonly string[],
): Promise<Map<string, ProductMatch>> {
  const found = new Map<string, ProductMatch>();
  const wanted = [...new Set(skus)].filter((sku) => sku !== '');
  for (const part of chunk(wanted, 500)) {
    const rows = await context.odoo.searchRead(
      PRODUCT_MODEL,
      [
        ['default_code', 'in', part],
        ['active', 'in', [true, false]],
      ],
      ['default_code', 'active'],
    );
    for (const [sku, candidates] of groupBy(rows, (row) => textOf(row['default_code']))) {
      const match = chooseProduct(sku, candidates);
      if (match !== undefined) {
        found.set(sku, match);
      }
    }
  }
  return found;
}

function chooseProduct(sku: string, candidates: readonly OdooRow[]): ProductMatch | undefined {
  const active = candidates.filter((row) => row['active'] === true);
  const usable = active.length > 0 ? active : candidates;
  const [first, second] = usable;
  if (first === undefined) {
    return undefined;
  }
  if (second === undefined) {
    return { kind: 'found', odooId: first.id };
  }
  const ids = usable.map(({ id }) => id).join(', ');
  return {
    kind: 'ambiguous',
    message: `several products in Odoo have the internal reference ${sku} (ids ${ids}); give each its own`,
  };
}
