/** The company to work in, where the user belongs to several. */
import type { OdooApi } from '../core/ports';
import { idOf, textOf } from '../odoo/schema';
import { lookAt } from './ask-variables';
import type { Draft } from './draft';
import type { Choice, Prompts } from './prompts';

const PATH = ['odoo', 'company'] as const;

interface Named {
  readonly id: number;
  readonly name: string;
}

/** True when another company than before was chosen: Odoo must be opened anew for it. */
export async function chooseCompany(draft: Draft, prompts: Prompts, odoo: OdooApi): Promise<boolean> {
  const { found } = await lookAt('Odoo for the companies of the user', prompts, (findings) =>
    findings.attempt('odoo', 'Odoo', () => readCompanies(odoo)),
  );
  const [own, ...others] = found ?? [];
  if (own === undefined || others.length === 0) {
    return false;
  }
  const before = draft.get(PATH);
  const choices: [Choice<Named>, ...Choice<Named>[]] = [
    { value: own, label: `${own.name} (the user's own)` },
    ...others.map((company) => ({ value: company, label: company.name })),
  ];
  prompts.say('\nCompany to work in\n');
  const set = choices.findIndex(({ value }) => value.id === before);
  const chosen = await prompts.choose('odoo.company', choices, Math.max(0, set));
  draft.set(PATH, chosen === own ? undefined : chosen.id, chosen.name);
  return draft.get(PATH) !== before;
}

/** The user's own first. */
async function readCompanies(odoo: OdooApi): Promise<Named[]> {
  const [user] = await odoo.read('res.users', [odoo.server.uid], ['company_id', 'company_ids']);
  const own = idOf(user?.['company_id']);
  const listed: unknown = user?.['company_ids'];
  const ids = Array.isArray(listed) ? listed.map(Number) : [];
  const rows = await odoo.read('res.company', ids, ['name']);
  return rows
    .map((row) => ({ id: row.id, name: textOf(row['name']) }))
    .sort((left, right) => Number(right.id === own) - Number(left.id === own));
}
