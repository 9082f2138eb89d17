/** Canary records: products that must be there on either side before a run begins. */
import { z } from 'zod';
import type { RunContext } from '../../core/context';
import { PRODUCT_MODEL } from './match-products';
import { textOf } from '../../odoo/schema';

export const CanarySettings = z.strictObject({
  woo: z
    .array(
      z
        .string()
        .min(1)
        .regex(/^[^,]+$/, 'must hold no comma'),
    )
    .max(20)
    .default([])
    .describe('SKUs that the shop must have; without one of them a run ends before it begins (exit 4).'),
  odoo: z
    .array(z.string().min(1))
    .max(20)
    .default([])
    .describe('Internal references that Odoo must have, likewise.'),
});
export type CanarySettings = z.infer<typeof CanarySettings>;

/** A sentence for each canary that is missing: two requests at the most, none without canaries. */
export async function findMissingCanaries(context: RunContext, settings: CanarySettings): Promise<string[]> {
  const inShop = settings.woo.length === 0 ? new Set<string>() : await skusInShop(context, settings.woo);
  const inOdoo =
    settings.odoo.length === 0 ? new Set<string>() : await referencesInOdoo(context, settings.odoo);
  return [
    ...settings.woo
      .filter((sku) => !inShop.has(sku.toLowerCase()))
      .map((sku) => `the shop has no product with the SKU ${sku}`),
    ...settings.odoo
      .filter((reference) => !inOdoo.has(reference))
      .map((reference) => `Odoo has no product with the internal reference ${reference}`),
  ];
}

/**
 * In lower case: WooCommerce finds a SKU whatever its case (observed on 11.0).
 * A product that the shop lists and cannot show is there; which one it is
 * cannot be told, so then none counts as missing.
 */
async function skusInShop(context: RunContext, skus: readonly string[]): Promise<Set<string>> {
  const { rows } = await context.woo.list('products', { sku: skus, per_page: 100, _fields: ['id', 'sku'] });
  const isUnsure = rows.some(({ unreadable }) => unreadable !== undefined);
  const found = isUnsure ? skus : rows.map(({ sku }) => (typeof sku === 'string' ? sku : ''));
  return new Set(found.map((sku) => sku.toLowerCase()));
}

async function referencesInOdoo(context: RunContext, references: readonly string[]): Promise<Set<string>> {
  const domain = [['default_code', 'in', references]] as const;
  const rows = await context.odoo.searchRead(PRODUCT_MODEL, domain, ['default_code']);
  return new Set(rows.map((row) => textOf(row['default_code'])));
}
