/** All questions of `wcodoo init`, in their order. Nothing is written, on either side nor on this machine. */
import { ENVIRONMENT, type VariableName } from '../config/environment';
import { ConfigError } from '../core/errors';
import { askOdoo, type OdooSide } from './ask-odoo';
import { askShop, type OpenWoo } from './ask-shop';
import { chooseLanguages } from './choose-languages';
import { chooseOrders } from './choose-orders';
import { choosePricelists } from './choose-pricelists';
import { chooseWarehouse } from './choose-stock';
import { chooseTaxes } from './choose-taxes';
import type { Draft } from './draft';
import type { Prompts } from './prompts';

export interface WizardSides extends OdooSide {
  readonly openWoo: OpenWoo;
}

const INTRODUCTION = `wcodoo init asks for addresses and keys, looks at both sides while you answer, and lists what there is
to choose from. Nothing is written before the end, and nothing at all on either side.

Enter takes what stands in brackets; - leaves a value empty, to be filled in later. Keys are not shown
while you type. Ctrl-C ends it and leaves everything as it is.
`;

/**
 * Fills the draft. What a side that was left for later would have been asked
 * for stays out; `wcodoo doctor` proposes it.
 * @param today the date suggested for the first order, `2026-01-31`
 * @throws ConfigError when nobody is there to answer and something is missing or wrong
 * @throws BrokenOff when the person breaks off
 */
export async function runWizard(
  draft: Draft,
  prompts: Prompts,
  sides: WizardSides,
  today: string,
): Promise<void> {
  if (prompts.isAsking) {
    prompts.say(INTRODUCTION);
  } else {
    requireVariables(draft);
  }
  const shop = await askShop(draft, prompts, sides.openWoo);
  const odoo = await askOdoo(draft, prompts, sides);
  await chooseOrders(draft, prompts, shop, today);
  if (odoo === undefined) {
    return;
  }
  if (shop !== undefined) {
    prompts.say('\n== Money ==\n');
    await chooseTaxes(draft, prompts, shop, odoo);
    await choosePricelists(draft, prompts, shop, odoo);
  }
  prompts.say('\n== Stock and contacts ==\n');
  await chooseWarehouse(draft, prompts, odoo);
  await chooseLanguages(draft, prompts, odoo.odoo);
}

/** @throws ConfigError naming all that is missing at once */
function requireVariables({ variables }: Draft): void {
  const isMissing = (name: VariableName): boolean => variables[name] === undefined;
  const problems = ENVIRONMENT.filter(({ name, required }) => required && isMissing(name)).map(
    ({ name, description }) => `${name} is not set (${description})`,
  );
  if (isMissing('ODOO_API_KEY') && isMissing('ODOO_PASSWORD')) {
    problems.push('neither ODOO_API_KEY nor ODOO_PASSWORD is set (an API key of the Odoo user is best)');
  }
  if (problems.length > 0) {
    throw new ConfigError(problems, { hint: 'set them in the environment, or leave --yes out to be asked' });
  }
}
