/** The tax table: every rate of the shop needs its Odoo tax, once included in the price and once added to it. */
import { z } from 'zod';
import type { OdooApi, WooApi } from '../core/ports';
import type { OrderSettings } from '../entities/orders/settings';
import { Money } from '../lib/money';
import { idOf, numberOf, textOf } from '../odoo/schema';
import { count, type Findings } from './findings';
import type { TaxProposal } from './proposal';

const TOPIC = 'Taxes';

const Rate = z.object({
  id: z.number(),
  country: z.string().catch(''),
  state: z.string().catch(''),
  name: z.string().catch(''),
  class: z.string().optional().catch(undefined),
  rate: z.string().transform(Number).pipe(z.number()),
  compound: z.boolean().catch(false),
});
/** A rate of the shop; `rate` is its percentage, `class` the slug of its tax class. */
export type ShopRate = z.infer<typeof Rate>;

export interface OdooTax {
  readonly id: number;
  readonly name: string;
  readonly percent: number;
  readonly included: boolean;
  readonly companyId: number | undefined;
}

type Row = OrderSettings['taxes'][number];
type Column = 'included' | 'excluded';
const COLUMNS: readonly Column[] = ['included', 'excluded'];

export async function readRates(woo: WooApi, findings: Findings): Promise<ShopRate[] | undefined> {
  return findings.attempt('woo', TOPIC, async () => {
    const rates: ShopRate[] = [];
    for await (const page of woo.sweep('taxes')) {
      rates.push(...page.rows.flatMap((row) => Rate.safeParse(row).data ?? []));
    }
    return rates;
  });
}

export async function readOdooTaxes(odoo: OdooApi, findings: Findings): Promise<OdooTax[] | undefined> {
  return findings.attempt('odoo', TOPIC, async () => {
    const rows = await odoo.searchRead(
      'account.tax',
      [
        ['type_tax_use', '=', 'sale'],
        ['amount_type', '=', 'percent'],
      ],
      ['name', 'amount', 'price_include', 'company_id'],
      { order: 'sequence, id' },
    );
    return rows.map((row) => ({
      id: row.id,
      name: textOf(row['name']),
      percent: numberOf(row['amount']),
      included: row['price_include'] === true,
      companyId: idOf(row['company_id']),
    }));
  });
}

export interface TaxQuestion {
  readonly rates: readonly ShopRate[];
  readonly odooTaxes: readonly OdooTax[];
  readonly settings: Pick<OrderSettings, 'taxes' | 'prices'>;
  readonly pricesIncludeTax: boolean;
  readonly companyId: number | undefined;
}

/** Judges the table and returns it as it should be; empty when it is right already. */
export function checkTaxes(question: TaxQuestion, findings: Findings): TaxProposal[] {
  const { rates, settings } = question;
  if (rates.length === 0) {
    findings.ok(TOPIC, 'the shop has no tax rates');
    return [];
  }
  let right = 0;
  let proposes = false;
  const table: TaxProposal[] = [];
  for (const rate of rates) {
    const row = rowFor(rate, settings.taxes);
    if (row === undefined && rate.rate === 0) {
      right += 1;
      continue;
    }
    const faults = row === undefined ? [] : faultsOf(rate, row, question);
    if (row !== undefined && faults.length === 0) {
      right += 1;
      table.push({ row, comment: commentOn(rate) });
      continue;
    }
    const proposal = proposeRow(rate, question);
    if (proposal !== undefined) {
      proposes = true;
      table.push(proposal);
    }
    report(rate, row, faults, proposal, question, findings);
  }
  for (const rate of rates.filter(({ compound }) => compound)) {
    findings.warn(
      TOPIC,
      `${labelOf(rate)} is a compound rate, computed upon other taxes: orders with it may differ in Odoo and stay drafts`,
    );
  }
  if (right > 0) {
    findings.ok(
      TOPIC,
      `${right} of ${count(rates.length, 'tax rate')} of the shop ${right === 1 ? 'has its' : 'have their'} tax in Odoo`,
    );
  }
  return proposes ? [...withoutDoubles(table), ...rowsElsewhere(settings.taxes, table)] : [];
}

/** A row for the rate's id wins over one for its percentage. */
export function rowFor(rate: ShopRate, rows: readonly Row[]): Row | undefined {
  return (
    rows.find((row) => row.rate === rate.id) ??
    rows.find((row) => row.rate === undefined && row.percent !== undefined && isSame(row.percent, rate.rate))
  );
}

function faultsOf(rate: ShopRate, row: Row, { odooTaxes, ...question }: TaxQuestion): string[] {
  const faults = COLUMNS.flatMap((column) => {
    const id = row[column];
    const tax = odooTaxes.find((candidate) => candidate.id === id);
    if (id === undefined) {
      return [];
    }
    if (tax === undefined) {
      return [`\`${column}: ${id}\` is no active sales tax of Odoo`];
    }
    if (tax.included !== (column === 'included')) {
      return [
        `\`${column}: ${id}\` (${tax.name}) is ${tax.included ? 'included in' : 'added to'} the price in Odoo`,
      ];
    }
    return isSame(tax.percent, rate.rate)
      ? []
      : [`\`${column}: ${id}\` (${tax.name}) is ${tax.percent} % in Odoo`];
  });
  const needed = neededColumn({ odooTaxes, ...question });
  return row[needed] === undefined
    ? [...faults, `\`${needed}\` is missing, which \`orders.prices: ${question.settings.prices}\` needs`]
    : faults;
}

/** The column without which an order may have to wait. */
function neededColumn({ settings, pricesIncludeTax }: TaxQuestion): Column {
  switch (settings.prices) {
    case 'auto':
    case 'tax-included':
      return 'included';
    case 'tax-excluded':
      return 'excluded';
    case 'as-entered':
      return pricesIncludeTax ? 'included' : 'excluded';
  }
}

function proposeRow(rate: ShopRate, question: TaxQuestion): TaxProposal | undefined {
  const included = bestTax(rate, true, question);
  const excluded = bestTax(rate, false, question);
  if ((neededColumn(question) === 'included' ? included : excluded) === undefined) {
    return undefined;
  }
  const names = [included, excluded].flatMap((tax) => (tax === undefined ? [] : [tax.name]));
  return {
    row: {
      rate: rate.id,
      ...(included === undefined ? {} : { included: included.id }),
      ...(excluded === undefined ? {} : { excluded: excluded.id }),
    },
    comment: `${commentOn(rate)}: ${names.join(' / ')}`,
  };
}

function bestTax(rate: ShopRate, included: boolean, question: TaxQuestion): OdooTax | undefined {
  return fittingTaxes(rate, included, question)[0];
}

/** Odoo's taxes of the rate's percentage. Those of the company worked in come first, then Odoo's own order. */
export function fittingTaxes(
  rate: ShopRate,
  included: boolean,
  { odooTaxes, companyId }: TaxQuestion,
): OdooTax[] {
  const fitting = odooTaxes.filter((tax) => tax.included === included && isSame(tax.percent, rate.rate));
  const isOwn = (tax: OdooTax): number => Number(tax.companyId === companyId);
  return fitting.sort((left, right) => isOwn(right) - isOwn(left));
}

function report(
  rate: ShopRate,
  row: Row | undefined,
  faults: readonly string[],
  proposal: TaxProposal | undefined,
  question: TaxQuestion,
  findings: Findings,
): void {
  const what =
    row === undefined
      ? `${labelOf(rate)} has no row in orders.taxes: orders with it stay in quarantine`
      : `${labelOf(rate)}: ${faults.join('; ')}`;
  const needed = neededColumn(question);
  findings.problem(
    TOPIC,
    what,
    proposal === undefined
      ? `Odoo has no sales tax of ${rate.rate} % ${needed === 'included' ? 'included in' : 'added to'} the price: create it (Invoicing > Configuration > Taxes), best both ways, then run \`wcodoo doctor\` again.`
      : 'See the proposal below.',
  );
}

function labelOf(rate: ShopRate): string {
  const place = placeOf(rate);
  return `the rate ${rate.id} of ${rate.rate} %${place === '' ? '' : ` (${place})`}`;
}

function commentOn(rate: ShopRate): string {
  return [`${rate.rate} %`, placeOf(rate)].filter((part) => part !== '').join(', ');
}

function placeOf(rate: ShopRate): string {
  const place = [rate.country, rate.state].filter((part) => part !== '').join(' ');
  return [rate.name, place].filter((part) => part !== '').join(', ');
}

/** Rows for percentages that no rate of today has: rates of older orders. */
function rowsElsewhere(rows: readonly Row[], table: readonly TaxProposal[]): TaxProposal[] {
  return rows
    .filter((row) => row.rate === undefined && !table.some((entry) => entry.row === row))
    .map((row) => ({ row, comment: '' }));
}

/** One row for a percentage may serve several rates. */
function withoutDoubles(table: readonly TaxProposal[]): TaxProposal[] {
  return table.filter((entry, index) => table.findIndex(({ row }) => row === entry.row) === index);
}

/** Both are floats; Odoo keeps four digits. */
function isSame(left: number, right: number): boolean {
  return new Money(left).minus(right).abs().lt('0.00005');
}
