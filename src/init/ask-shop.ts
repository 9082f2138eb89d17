/** Address and keys of the shop, checked while they are given, and what the shop says of itself. */
import type { Config } from '../config/load';
import type { WooApi } from '../core/ports';
import { checkShopConnection } from '../doctor/shop-connection';
import { checkShopSettings, type ShopSettings } from '../doctor/shop-settings';
import { readStatuses, type ShopStatus } from '../doctor/shop-statuses';
import { readRates, type ShopRate } from '../doctor/tax-rows';
import { askVariable, askVariables, isAskedAgain, lookAt } from './ask-variables';
import type { Draft } from './draft';
import type { Prompts } from './prompts';

export type OpenWoo = (config: Config, signal: AbortSignal) => WooApi;

/** What the choices need to know of the shop; undefined is what it did not say. */
export interface ShopFacts {
  readonly settings: ShopSettings | undefined;
  readonly statuses: readonly ShopStatus[] | undefined;
  readonly rates: readonly ShopRate[] | undefined;
}

/** Undefined when the shop was left for later. */
export async function askShop(
  draft: Draft,
  prompts: Prompts,
  openWoo: OpenWoo,
): Promise<ShopFacts | undefined> {
  prompts.say('\n== The shop ==\n');
  const open = (): WooApi => openWoo(draft.config(), prompts.signal);
  if (!(await askAddress(draft, prompts, open)) || !(await askKeys(draft, prompts, open))) {
    return undefined;
  }
  const woo = open();
  const { found } = await lookAt('the shop for its settings', prompts, async (findings) => ({
    settings: await checkShopSettings(woo, findings),
    statuses: await findings.attempt('woo', 'Orders of the shop', () => readStatuses(woo)),
    rates: await readRates(woo, findings),
  }));
  return found;
}

/** The index of WordPress needs no key: an address is known to be right before any key is asked for. */
async function askAddress(draft: Draft, prompts: Prompts, open: () => WooApi): Promise<boolean> {
  while (await askVariable('WOO_URL', draft, prompts)) {
    const { problems } = await lookAt('the shop', prompts, (findings) =>
      findings.attempt('woo', 'WooCommerce', async () => {
        await open().shop();
        findings.ok('WooCommerce', `WordPress answers at ${draft.textOf('WOO_URL') ?? ''}`);
      }),
    );
    if (problems.length === 0) {
      return true;
    }
    if (!(await isAskedAgain(problems, prompts))) {
      return false;
    }
  }
  return false;
}

async function askKeys(draft: Draft, prompts: Prompts, open: () => WooApi): Promise<boolean> {
  while (await askVariables(['WOO_CONSUMER_KEY', 'WOO_CONSUMER_SECRET'], draft, prompts)) {
    const url = draft.textOf('WOO_URL') ?? '';
    const { found, problems } = await lookAt('the shop whether it takes the key', prompts, (findings) =>
      checkShopConnection(open(), url, findings),
    );
    if (problems.length === 0) {
      return true;
    }
    if (!(await isAskedAgain(problems, prompts))) {
      return found;
    }
  }
  return false;
}
