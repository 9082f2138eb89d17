/** The Odoo pricelist of each currency of the shop. */
import type { OrderSettings } from '../entities/orders/settings';
import { readPricelists } from '../doctor/pricelists';
import { printable } from '../reporters/printable';
import { lookAt } from './ask-variables';
import type { OdooFacts } from './ask-odoo';
import type { ShopFacts } from './ask-shop';
import type { Draft } from './draft';
import type { Choice, Prompts } from './prompts';

/** Asks Odoo again while a currency has none there. */
export async function choosePricelists(
  draft: Draft,
  prompts: Prompts,
  { settings }: ShopFacts,
  { odoo }: OdooFacts,
): Promise<void> {
  const set = (draft.file()['orders'] as OrderSettings).pricelists;
  const currency = settings?.currency;
  for (const code of new Set([...(currency === undefined ? [] : [currency]), ...Object.keys(set)])) {
    await choosePricelist(code, draft, prompts, odoo);
  }
}

async function choosePricelist(
  currency: string,
  draft: Draft,
  prompts: Prompts,
  odoo: OdooFacts['odoo'],
): Promise<void> {
  const path = ['orders', 'pricelists', currency] as const;
  for (;;) {
    const { found } = await lookAt(`Odoo for its pricelists in ${currency}`, prompts, (findings) =>
      findings.attempt('odoo', 'Pricelists', () => readPricelists(odoo)),
    );
    if (found === undefined) {
      return;
    }
    const [first, ...others] = found.filter((pricelist) => pricelist.currency === currency);
    if (first === undefined) {
      prompts.say(
        `\nOdoo has no pricelist in ${currency}, and orders need one: activate the currency (Invoicing > Configuration > Currencies) and pricelists (Sales > Configuration > Settings), and create one\n`,
      );
      if (await prompts.agree("Read Odoo's pricelists again?", false)) {
        continue;
      }
      return;
    }
    prompts.say(`\nPricelist of orders in ${currency}\n`);
    const choiceOf = ({ id, name }: typeof first): Choice<typeof first> => ({
      value: { id, name, currency },
      label: `${name} (id ${id})`,
    });
    const choices: [Choice<typeof first>, ...Choice<typeof first>[]] = [
      choiceOf(first),
      ...others.map(choiceOf),
    ];
    const set = choices.findIndex(({ value }) => value.id === draft.get(path));
    const { id, name } = await prompts.choose(path.join('.'), choices, Math.max(0, set));
    draft.set(path, id, printable(name));
    return;
  }
}
