/** Everything `wcodoo doctor` looks at. Nothing is written on either side. */
import type { Config } from '../config/load';
import type { OdooApi, WooApi } from '../core/ports';
import type { OrderSettings } from '../entities/orders/settings';
import type { StockSettings } from '../entities/stock/settings';
import { Findings, type Finding } from './findings';
import { checkProductMatches, checkServiceProducts } from './odoo-products';
import { checkRights } from './odoo-rights';
import { checkCompany, checkLanguages, checkPriceDigits, checkServer, type Company } from './odoo-server';
import { checkPricelists } from './pricelists';
import { proposeYaml } from './proposal';
import { checkDateFilter, checkShopConnection } from './shop-connection';
import { checkShopProducts, type ShopItem } from './shop-products';
import { checkShopSettings, type ShopSettings } from './shop-settings';
import { checkStatuses } from './shop-statuses';
import { checkStockPlace } from './stock-place';
import { checkTaxes, readOdooTaxes, readRates, type ShopRate } from './tax-rows';

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Configuration to paste, where something is missing that Odoo has. */
  readonly proposal: string | undefined;
}

export interface Patient {
  readonly config: Config;
  openWoo(): WooApi;
  openOdoo(): Promise<OdooApi>;
  /** What must be set before the first real run; sentences. */
  readonly missingSettings: readonly string[];
  /** Files with keys or personal data that others can read; sentences. */
  readonly openFiles: readonly string[];
  readonly signal?: AbortSignal;
}

/** Asks both sides; what is wrong with one does not keep the other from being looked at. */
export async function diagnose(patient: Patient): Promise<Diagnosis> {
  const { config, missingSettings, openFiles } = patient;
  const findings = new Findings(patient.signal);
  for (const sentence of openFiles) {
    findings.warn('Secrets', sentence, 'It holds keys or personal data, which nobody else needs to see.');
  }
  for (const sentence of missingSettings) {
    findings.problem(
      'Orders of the shop',
      sentence,
      `Set it in ${config.configPath ?? 'config/wcodoo.yaml'}; \`wcodoo sync --dry-run\` shows the plan without it.`,
    );
  }
  const [shop, odoo] = await Promise.all([examineShop(patient, findings), examineOdoo(patient, findings)]);
  const proposal = odoo === undefined ? undefined : await compare(patient, shop, odoo, findings);
  return { findings: findings.list, proposal };
}

interface ShopFacts {
  readonly settings: ShopSettings | undefined;
  readonly rates: readonly ShopRate[] | undefined;
  readonly items: readonly ShopItem[] | undefined;
}

interface OdooFacts {
  readonly odoo: OdooApi;
  readonly company: Company | undefined;
}

async function examineShop(patient: Patient, findings: Findings): Promise<ShopFacts | undefined> {
  const { config } = patient;
  const orders = config.file['orders'] as OrderSettings;
  const woo = await findings.attempt('woo', 'WooCommerce', () => Promise.resolve(patient.openWoo()));
  if (woo === undefined || !(await checkShopConnection(woo, config.environment.WOO_URL, findings))) {
    return undefined;
  }
  const settings = await checkShopSettings(woo, findings);
  await checkDateFilter(woo, findings);
  await checkStatuses(woo, orders, findings);
  const rates = await readRates(woo, findings);
  const items = await checkShopProducts(woo, orders, findings);
  return { settings, rates, items };
}

async function examineOdoo(patient: Patient, findings: Findings): Promise<OdooFacts | undefined> {
  const { config } = patient;
  const odoo = await findings.attempt('odoo', 'Odoo', () => patient.openOdoo());
  if (odoo === undefined) {
    return undefined;
  }
  checkServer(odoo, config, findings);
  const company = await checkCompany(odoo, config, findings);
  await checkLanguages(odoo, config, findings);
  await checkPriceDigits(odoo, findings);
  await checkRights(odoo, config, findings);
  await checkServiceProducts(odoo, config.file['orders'] as OrderSettings, findings);
  await checkStockPlace(odoo, config.file['stock'] as StockSettings, findings);
  return { odoo, company };
}

/** What needs both sides; returns the proposal. */
async function compare(
  { config }: Patient,
  shop: ShopFacts | undefined,
  { odoo, company }: OdooFacts,
  findings: Findings,
): Promise<string | undefined> {
  const orders = config.file['orders'] as OrderSettings;
  const odooTaxes = shop?.rates === undefined ? undefined : await readOdooTaxes(odoo, findings);
  const taxes =
    shop?.rates === undefined || odooTaxes === undefined
      ? []
      : checkTaxes(
          {
            rates: shop.settings?.chargesTax === false ? [] : shop.rates,
            odooTaxes,
            settings: orders,
            pricesIncludeTax: shop.settings?.pricesIncludeTax ?? true,
            companyId: company?.id,
          },
          findings,
        );
  const pricelists = await checkPricelists(odoo, orders, shop?.settings?.currency, findings);
  if (shop?.items !== undefined) {
    await checkProductMatches(odoo, shop.items, orders, findings);
  }
  return proposeYaml(taxes, pricelists);
}
