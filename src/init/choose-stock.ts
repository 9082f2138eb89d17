/** The warehouse whose stock the shop shows. */
import type { StockSettings } from '../entities/stock/settings';
import { readWarehouses, type Warehouse } from '../doctor/stock-place';
import { printable } from '../reporters/printable';
import { lookAt } from './ask-variables';
import type { OdooFacts } from './ask-odoo';
import type { Draft } from './draft';
import type { Choice, Prompts } from './prompts';

const PATH = ['stock', 'warehouse'] as const;

export async function chooseWarehouse(
  draft: Draft,
  prompts: Prompts,
  { odoo, company }: OdooFacts,
): Promise<void> {
  const { location, warehouse } = draft.file()['stock'] as StockSettings;
  if (location !== undefined) {
    prompts.say(`\nThe stock of the location ${location} counts (stock.location)\n`);
    return;
  }
  const { found = [] } = await lookAt('Odoo for its warehouses', prompts, (findings) =>
    findings.attempt('odoo', 'Stock', () => readWarehouses(odoo)),
  );
  const own = found.filter(({ companyId }) => company === undefined || companyId === company.id);
  if (own.length === 0) {
    return;
  }
  prompts.say('\nWarehouse whose stock the shop shows\n');
  const choices: [Choice<Warehouse | undefined>, ...Choice<Warehouse | undefined>[]] = [
    { value: undefined, label: 'all of them' },
    ...own.map((place) => ({ value: place, label: `${place.code}: ${place.name}` })),
  ];
  const set = choices.findIndex(({ value }) => value !== undefined && value.code === warehouse);
  const chosen = await prompts.choose('stock.warehouse', choices, Math.max(0, set));
  draft.set(PATH, chosen?.code, chosen === undefined ? undefined : printable(chosen.name));
}
