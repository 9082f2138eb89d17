/** A piece of configuration to paste: the tables that stand between the shop and Odoo. */
import { printable } from '../reporters/printable';
import type { OrderSettings } from '../entities/orders/settings';

export interface TaxProposal {
  readonly row: OrderSettings['taxes'][number];
  /** Shown behind the row. */
  readonly comment: string;
}

export interface PricelistProposal {
  readonly currency: string;
  readonly id: number;
  readonly comment: string;
}

/**
 * The whole tables, those rows included that are right already, so that pasting
 * replaces them. Undefined when there is nothing to say.
 */
export function proposeYaml(
  taxes: readonly TaxProposal[],
  pricelists: readonly PricelistProposal[],
): string | undefined {
  if (taxes.length === 0 && pricelists.length === 0) {
    return undefined;
  }
  const lines = [
    'orders:',
    ...(taxes.length === 0 ? [] : ['  taxes:']),
    ...taxes.map(({ row, comment }) => `    - { ${formatRow(row)} }${formatComment(comment)}`),
    ...(pricelists.length === 0 ? [] : ['  pricelists:']),
    ...pricelists.map(({ currency, id, comment }) => `    ${currency}: ${id}${formatComment(comment)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function formatRow(row: TaxProposal['row']): string {
  return Object.entries(row)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
    .join(', ');
}

/** Names come from outside: one line, no control characters. */
function formatComment(comment: string): string {
  const text = printable(comment);
  return text === '' ? '' : ` # ${text}`;
}
