/** Products of the shop: are their SKUs such that Odoo's products can be found by them? */
import { z } from 'zod';
import { FatalError } from '../core/errors';
import type { WooApi, WooRow } from '../core/ports';
import type { OrderSettings } from '../entities/orders/settings';
import { groupBy } from '../lib/group-by';
import { count, nameSome, type Findings } from './findings';

const TOPIC = 'Products of the shop';

const Item = z.object({
  id: z.number(),
  sku: z
    .string()
    .nullish()
    .transform((sku) => (sku ?? '').trim()),
  type: z.string().catch('simple'),
  manage_stock: z.union([z.boolean(), z.literal('parent')]).catch(false),
});
/** A simple product or a variation. */
export type ShopItem = z.infer<typeof Item>;

const FIELDS = Object.keys(Item.shape);
/** Sold as something else: their lines carry the SKU of a variation or of a part. */
const NOT_SOLD = ['variable', 'grouped'];
/** Never counted by the shop. */
const NOT_STOCKED = ['external'];

const WITHOUT_SKU: Readonly<Record<OrderSettings['missingProduct'], string>> = {
  quarantine: 'orders with them stay in quarantine',
  create: 'each gets a product of its own in Odoo',
  fallback: 'their lines stand on the fallback product',
};

/** What can be sold, or undefined when the shop could not be read. */
export async function checkShopProducts(
  woo: WooApi,
  settings: OrderSettings,
  findings: Findings,
): Promise<readonly ShopItem[] | undefined> {
  return findings.attempt('woo', TOPIC, async () => {
    const products = await sweepItems(woo, 'products', findings);
    const items = [
      ...products.filter(({ type }) => !NOT_SOLD.includes(type)),
      ...(await readVariations(woo, products, findings)),
    ];
    findings.ok(TOPIC, `${count(items.length, 'product')} and variations were looked at`);
    judgeSkus(items, settings, findings);
    judgeStock(items, findings);
    return items;
  });
}

/** One request lists all variations from WooCommerce 10.3 on; before, each variable product is asked. */
async function readVariations(
  woo: WooApi,
  products: readonly ShopItem[],
  findings: Findings,
): Promise<ShopItem[]> {
  try {
    return await sweepItems(woo, 'variations', findings);
  } catch (error) {
    if (!(error instanceof FatalError)) {
      throw error;
    }
  }
  const variations: ShopItem[] = [];
  for (const { id } of products.filter(({ type }) => type === 'variable')) {
    variations.push(...(await sweepItems(woo, `products/${id}/variations`, findings)));
  }
  return variations;
}

async function sweepItems(woo: WooApi, path: string, findings: Findings): Promise<ShopItem[]> {
  const rows: WooRow[] = [];
  for await (const page of woo.sweep(path, { _fields: FIELDS })) {
    rows.push(...page.rows);
  }
  const unreadable = rows.filter((row) => row.unreadable !== undefined);
  if (unreadable.length > 0) {
    findings.warn(
      TOPIC,
      `the shop cannot show ${count(unreadable.length, 'product')} or variations (ids ${nameSome(unreadable.map(({ id }) => String(id)))}): ${unreadable[0]?.unreadable ?? ''}`,
      'Open them in the shop and look into WooCommerce > Status > Logs: a plugin may crash on them.',
    );
  }
  const readable = rows.filter((row) => row.unreadable === undefined);
  return readable.flatMap((row) => {
    const item = Item.safeParse(row);
    return item.success ? [item.data] : [];
  });
}

function judgeSkus(items: readonly ShopItem[], settings: OrderSettings, findings: Findings): void {
  const bySku = groupBy(
    items.filter(({ sku }) => sku !== ''),
    ({ sku }) => sku.toLowerCase(),
  );
  const doubled = [...bySku.values()].filter((same) => same.length > 1);
  if (doubled.length > 0) {
    findings.problem(
      TOPIC,
      `${count(doubled.length, 'SKU')} of the shop ${doubled.length === 1 ? 'is' : 'are'} used more than once: ${nameSome(
        doubled.map((same) => `${same[0]?.sku ?? ''} (ids ${same.map(({ id }) => id).join(', ')})`),
      )}`,
      'Give each product and variation its own SKU.',
    );
  }
  const withoutSku = items.filter(({ sku }) => sku === '');
  if (withoutSku.length > 0) {
    findings.warn(
      TOPIC,
      `${count(withoutSku.length, 'product')} or variations have no SKU (ids ${nameSome(withoutSku.map(({ id }) => String(id)))}): ` +
        `Odoo's product cannot be found, and ${WITHOUT_SKU[settings.missingProduct]}`,
      "Give them the internal reference of Odoo's product as SKU.",
    );
  }
  const withComma = items.filter(({ sku }) => sku.includes(','));
  if (withComma.length > 0) {
    findings.warn(
      TOPIC,
      `${count(withComma.length, 'SKU')} with a comma (${nameSome(withComma.map(({ sku }) => sku))}): WooCommerce cannot be asked for ${withComma.length === 1 ? 'it' : 'them'}, and the stock is not kept in step`,
      'Use SKUs without a comma, in the shop and as internal reference in Odoo.',
    );
  }
  if (doubled.length + withoutSku.length + withComma.length === 0) {
    findings.ok(TOPIC, 'every one has its own SKU');
  }
}

function judgeStock(items: readonly ShopItem[], findings: Findings): void {
  const stocked = items.filter(({ type }) => !NOT_STOCKED.includes(type));
  const uncounted = stocked.filter(({ manage_stock }) => manage_stock === false).length;
  const byParent = stocked.filter(({ manage_stock }) => manage_stock === 'parent').length;
  if (uncounted > 0) {
    findings.warn(
      TOPIC,
      `the shop does not count the stock of ${count(uncounted, 'product')} or variations: nothing is written to them`,
      'Where the shop should show Odoo\'s quantity, switch on "Track stock quantity" for the product.',
    );
  }
  if (byParent > 0) {
    findings.warn(
      TOPIC,
      `${count(byParent, 'variation')} share the stock of their variable product: nothing is written to them`,
      'Switch on "Manage stock" for the variations and off for their variable product.',
    );
  }
  if (uncounted + byParent === 0) {
    findings.ok(TOPIC, 'the shop counts the stock of all of them');
  }
}
