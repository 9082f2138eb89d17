/** The table that says which Odoo tax stands for which rate of the shop. */
import { Money } from '../../lib/money';
import { SkippableError } from '../../core/errors';
import type { LineTax } from './map-order';
import type { OrderSettings } from './settings';

/** One rate of the shop with its two Odoo taxes. */
export interface MappedTax {
  /** Fraction: 0.2 for 20 %. */
  readonly rate: Money;
  readonly included: number | undefined;
  readonly excluded: number | undefined;
}

/** What Odoo's own taxes say, by id. */
export interface OdooTax {
  readonly percent: number;
  readonly included: boolean;
}

export interface TaxTable {
  /**
   * The tax of a line, or undefined for a rate of zero that has no row.
   * @throws SkippableError `tax-not-mapped`, `tax-not-found`
   */
  resolve(tax: LineTax): MappedTax | undefined;
}

/** A row for the rate's id wins over one for its percentage. */
export function taxTable(rows: OrderSettings['taxes'], odooTaxes: ReadonlyMap<number, OdooTax>): TaxTable {
  return {
    resolve(tax) {
      const row =
        rows.find(({ rate }) => rate === tax.rateId) ??
        rows.find(
          ({ rate, percent }) => rate === undefined && percent !== undefined && percent === tax.percent,
        );
      if (row === undefined) {
        if (tax.percent === 0) {
          return undefined;
        }
        throw new SkippableError(
          'tax-not-mapped',
          `the shop's tax rate ${tax.rateId} (${tax.percent ?? '?'} %) has no row in orders.taxes`,
          { hint: 'run `wcodoo doctor`: it proposes the rows' },
        );
      }
      checkTax(row.included, true, odooTaxes);
      checkTax(row.excluded, false, odooTaxes);
      const percent =
        tax.percent ?? row.percent ?? odooTaxes.get(row.included ?? row.excluded ?? 0)?.percent ?? 0;
      return { rate: new Money(percent).div(100), included: row.included, excluded: row.excluded };
    },
  };
}

function checkTax(id: number | undefined, included: boolean, odooTaxes: ReadonlyMap<number, OdooTax>): void {
  if (id === undefined) {
    return;
  }
  const known = odooTaxes.get(id);
  const column = included ? 'included' : 'excluded';
  if (known === undefined) {
    throw new SkippableError('tax-not-found', `orders.taxes names the tax ${id}, which Odoo does not have`);
  }
  if (known.included !== included) {
    throw new SkippableError(
      'tax-not-found',
      `orders.taxes names the tax ${id} as \`${column}\`, but in Odoo it is ${known.included ? 'included in' : 'added to'} the price`,
    );
  }
}
