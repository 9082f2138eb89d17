/** Which Odoo tax stands for which rate of the shop. */
import type { OrderSettings } from '../entities/orders/settings';
import {
  checkTaxes,
  fittingTaxes,
  readOdooTaxes,
  rowFor,
  type OdooTax,
  type ShopRate,
  type TaxQuestion,
} from '../doctor/tax-rows';
import { Findings } from '../doctor/findings';
import { formatFindings } from '../doctor/format-diagnosis';
import { formatTable } from '../reporters/format-table';
import { printable } from '../reporters/printable';
import { lookAt } from './ask-variables';
import type { OdooFacts } from './ask-odoo';
import type { ShopFacts } from './ask-shop';
import type { Draft } from './draft';
import type { Choice, Prompts } from './prompts';

type Row = OrderSettings['taxes'][number];
const PATH = ['orders', 'taxes'] as const;
const COLUMNS = ['included', 'excluded'] as const;

/** Proposes the table and lets a person take or change it; asks Odoo again while a tax is missing there. */
export async function chooseTaxes(
  draft: Draft,
  prompts: Prompts,
  shop: ShopFacts,
  { odoo, company }: OdooFacts,
): Promise<void> {
  const { rates, settings } = shop;
  if (rates === undefined || rates.length === 0 || settings?.chargesTax === false) {
    return;
  }
  for (;;) {
    const { found: odooTaxes } = await lookAt('Odoo for its taxes', prompts, (findings) =>
      readOdooTaxes(odoo, findings),
    );
    if (odooTaxes === undefined) {
      return;
    }
    const question: TaxQuestion = {
      rates,
      odooTaxes,
      settings: draft.file()['orders'] as OrderSettings,
      pricesIncludeTax: settings?.pricesIncludeTax ?? true,
      companyId: company?.id,
    };
    const rows = proposeRows(question, prompts);
    const missing = rates.filter((rate) => rate.rate !== 0 && rowFor(rate, rows) === undefined);
    showTable(question, rows, prompts);
    if (missing.length > 0 && (await prompts.agree("Read Odoo's taxes again?", false))) {
      continue;
    }
    const isTaken = await prompts.agree('Take this table?', true);
    storeRows(draft, isTaken ? rows : await chooseRows(question, rows, prompts), question);
    return;
  }
}

/** What stands there already where it is right, else what fits; what Odoo lacks is said. */
function proposeRows(question: TaxQuestion, prompts: Prompts): readonly Row[] {
  const findings = new Findings();
  const proposal = checkTaxes(question, findings);
  const rows = proposal.length > 0 ? proposal.map(({ row }) => row) : question.settings.taxes;
  const lacking = findings.list.filter(({ hint }) => hint?.startsWith('Odoo has no') === true);
  prompts.say(formatFindings(lacking));
  return rows;
}

function showTable(
  { rates, odooTaxes, pricesIncludeTax }: TaxQuestion,
  rows: readonly Row[],
  prompts: Prompts,
): void {
  prompts.say(
    `\nTaxes: prices of the shop are entered ${pricesIncludeTax ? 'with' : 'without'} tax. Each rate needs an Odoo tax that is included in the price, best also one that is added to it\n`,
  );
  const cells = rates.map((rate) => {
    const row = rowFor(rate, rows);
    const none = rate.rate === 0 ? 'needs none' : '-';
    return [
      `${rate.id}`,
      `${rate.rate} %`,
      printable(rate.class ?? ''),
      printable([rate.name, rate.country, rate.state].filter((part) => part !== '').join(' ')),
      ...COLUMNS.map((column) => nameTax(odooTaxes, row?.[column]) ?? none),
    ];
  });
  const header = ['rate', '', 'class', 'of the shop', 'included in the price', 'added to the price'];
  prompts.say(
    formatTable(header, cells, 'text')
      .map((line) => `  ${line}\n`)
      .join(''),
  );
}

function nameTax(odooTaxes: readonly OdooTax[], id: number | undefined): string | undefined {
  const tax = odooTaxes.find((candidate) => candidate.id === id);
  return tax === undefined ? undefined : `${tax.id} ${printable(tax.name)}`;
}

/** One rate after the other, among the taxes of its percentage. */
async function chooseRows(question: TaxQuestion, rows: readonly Row[], prompts: Prompts): Promise<Row[]> {
  const chosen: Row[] = [];
  for (const rate of question.rates) {
    const before = rowFor(rate, rows);
    const row = { rate: rate.id, ...(await chooseColumns(rate, before, question, prompts)) };
    if (row.included !== undefined || row.excluded !== undefined) {
      chosen.push(row);
    }
  }
  // Rows by percentage stand for rates that the shop has no more.
  return [...chosen, ...rows.filter((row) => row.rate === undefined)];
}

async function chooseColumns(
  rate: ShopRate,
  before: Row | undefined,
  question: TaxQuestion,
  prompts: Prompts,
): Promise<Omit<Row, 'rate' | 'percent'>> {
  const chosen: { included?: number; excluded?: number } = {};
  for (const column of COLUMNS) {
    const fitting = fittingTaxes(rate, column === 'included', question);
    if (fitting.length === 0) {
      continue;
    }
    prompts.say(
      `\nRate ${rate.id} of ${rate.rate} %, ${column === 'included' ? 'included in' : 'added to'} the price\n`,
    );
    const none: Choice<number | undefined> = { value: undefined, label: 'none' };
    const choices: [Choice<number | undefined>, ...Choice<number | undefined>[]] = [
      none,
      ...fitting.map(({ id, name }) => ({ value: id, label: `${name} (id ${id})` })),
    ];
    const set = choices.findIndex(({ value }) => value !== undefined && value === before?.[column]);
    const id = await prompts.choose(`orders.taxes ${rate.id} ${column}`, choices, Math.max(0, set));
    if (id !== undefined) {
      chosen[column] = id;
    }
  }
  return chosen;
}

function storeRows(draft: Draft, rows: readonly Row[], { rates, odooTaxes }: TaxQuestion): void {
  draft.set(PATH, rows.length === 0 ? undefined : rows);
  for (const [index, row] of rows.entries()) {
    const rate = rates.find(({ id }) => id === row.rate);
    const names = COLUMNS.flatMap((column) => {
      const tax = odooTaxes.find(({ id }) => id === row[column]);
      return tax === undefined ? [] : [tax.name];
    });
    const place = rate === undefined ? [] : [`${rate.rate} %`, rate.name, rate.country];
    const comment = `${place.filter((part) => part !== '').join(', ')}: ${names.join(' / ')}`;
    draft.setComment(`orders.taxes.${index}`, printable(comment));
  }
}
