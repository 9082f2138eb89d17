/** The pricelist of an order gives it its currency: one is needed for each currency of the shop. */
import type { OdooApi } from '../core/ports';
import type { OrderSettings } from '../entities/orders/settings';
import type { Findings } from './findings';
import { textOf } from '../odoo/schema';
import { nameOf } from './odoo-server';
import type { PricelistProposal } from './proposal';

const TOPIC = 'Pricelists';

export interface OdooPricelist {
  readonly id: number;
  readonly name: string;
  /** ISO code. */
  readonly currency: string;
}

/** All of them, in Odoo's own order. */
export async function readPricelists(odoo: OdooApi): Promise<OdooPricelist[]> {
  const rows = await odoo.searchRead('product.pricelist', [], ['name', 'currency_id'], {
    order: 'sequence, id',
  });
  return rows.map((row) => ({
    id: row.id,
    name: textOf(row['name']),
    currency: nameOf(row['currency_id']),
  }));
}

/** Judges the table and returns it as it should be; empty when it is right already. */
export async function checkPricelists(
  odoo: OdooApi,
  settings: OrderSettings,
  currency: string | undefined,
  findings: Findings,
): Promise<PricelistProposal[]> {
  const table = await findings.attempt('odoo', TOPIC, async () => {
    const known = await readPricelists(odoo);
    const currencies = new Set([
      ...Object.keys(settings.pricelists),
      ...(currency === undefined ? [] : [currency]),
    ]);
    let proposes = false;
    const proposals: PricelistProposal[] = [];
    for (const code of currencies) {
      const id = settings.pricelists[code];
      const set = known.find((pricelist) => pricelist.id === id);
      if (set?.currency === code) {
        findings.ok(TOPIC, `orders in ${code} get the pricelist ${set.name}`);
        proposals.push({ currency: code, id: set.id, comment: set.name });
        continue;
      }
      const fitting = known.find((pricelist) => pricelist.currency === code);
      findings.problem(TOPIC, describe(code, id, set?.currency), hintFor(code, fitting?.name));
      if (fitting !== undefined) {
        proposes = true;
        proposals.push({ currency: code, id: fitting.id, comment: fitting.name });
      }
    }
    return proposes ? proposals : [];
  });
  return table ?? [];
}

function describe(code: string, id: number | undefined, currency: string | undefined): string {
  if (id === undefined) {
    return `no pricelist is set for ${code}, the shop's currency, in orders.pricelists: orders stay in quarantine`;
  }
  return currency === undefined
    ? `orders.pricelists names the pricelist ${id} for ${code}, which Odoo does not have`
    : `orders.pricelists names the pricelist ${id} for ${code}, but in Odoo it is in ${currency}`;
}

function hintFor(code: string, name: string | undefined): string {
  return name === undefined
    ? `Odoo has no pricelist in ${code}: activate the currency (Invoicing > Configuration > Currencies) and pricelists (Sales > Configuration > Settings), create one, then run \`wcodoo doctor\` again.`
    : 'See the proposal below.';
}
