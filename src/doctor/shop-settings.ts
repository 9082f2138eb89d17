/** Settings of the shop that decide how money and stock are read. */
import { z } from 'zod';
import type { WooApi } from '../core/ports';
import type { Findings } from './findings';

const TOPIC = 'Shop settings';
const Group = z.array(z.looseObject({ id: z.string(), value: z.unknown() }));

export interface ShopSettings {
  /** ISO code, for example `EUR`; undefined when the shop did not say. */
  readonly currency: string | undefined;
  readonly pricesIncludeTax: boolean;
  readonly chargesTax: boolean;
}

export async function checkShopSettings(woo: WooApi, findings: Findings): Promise<ShopSettings | undefined> {
  return findings.attempt('woo', TOPIC, async () => {
    const [general, tax, products] = [
      await readGroup(woo, 'general'),
      await readGroup(woo, 'tax'),
      await readGroup(woo, 'products'),
    ];
    const currency = general.get('woocommerce_currency');
    const decimals = general.get('woocommerce_price_num_decimals');
    const chargesTax = general.get('woocommerce_calc_taxes') !== 'no';
    const pricesIncludeTax = tax.get('woocommerce_prices_include_tax') === 'yes';
    if (decimals === '2') {
      findings.ok(TOPIC, `prices are in ${currency ?? 'an unknown currency'} with 2 decimals`);
    } else {
      findings.problem(
        TOPIC,
        `prices have ${decimals ?? 'an unknown number of'} decimals; wcodoo compares totals to the cent`,
        'Set WooCommerce > Settings > General > Number of decimals to 2.',
      );
    }
    if (chargesTax) {
      findings.ok(TOPIC, `prices are entered ${pricesIncludeTax ? 'with' : 'without'} tax`);
    } else {
      findings.ok(TOPIC, 'the shop charges no tax');
    }
    if (tax.get('woocommerce_tax_round_at_subtotal') === 'yes') {
      findings.warn(
        TOPIC,
        'the shop rounds tax at the subtotal: more orders may differ by a cent from what Odoo computes and stay drafts',
        'Switch off WooCommerce > Settings > Tax > Rounding, if your accounting allows it.',
      );
    }
    if (products.get('woocommerce_manage_stock') === 'no') {
      findings.problem(
        TOPIC,
        'the shop does not count stock at all, so that quantities written to it are ignored',
        'Switch on WooCommerce > Settings > Products > Inventory > Enable stock management.',
      );
    }
    return { currency, pricesIncludeTax, chargesTax };
  });
}

async function readGroup(woo: WooApi, group: string): Promise<Map<string, string>> {
  const { body } = await woo.get(`settings/${group}`);
  const parsed = Group.safeParse(body);
  return new Map(
    (parsed.data ?? []).flatMap(({ id, value }) => (typeof value === 'string' ? [[id, value] as const] : [])),
  );
}
