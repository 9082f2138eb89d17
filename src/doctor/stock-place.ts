/** The warehouse or location whose stock counts. */
import type { OdooApi } from '../core/ports';
import type { StockSettings } from '../entities/stock/settings';
import { idOf, textOf } from '../odoo/schema';
import type { Findings } from './findings';

const TOPIC = 'Stock';

export interface Warehouse {
  /** The short name that `stock.warehouse` takes. */
  readonly code: string;
  readonly name: string;
  readonly companyId: number | undefined;
}

export async function readWarehouses(odoo: OdooApi): Promise<Warehouse[]> {
  const rows = await odoo.searchRead('stock.warehouse', [], ['code', 'name', 'company_id']);
  return rows.map((row) => ({
    code: textOf(row['code']),
    name: textOf(row['name']),
    companyId: idOf(row['company_id']),
  }));
}

/** Observed: a wrong id reads as a quantity of 0 without a word on 19, so it is looked up. */
export async function checkStockPlace(
  odoo: OdooApi,
  settings: StockSettings,
  findings: Findings,
): Promise<void> {
  await findings.attempt('odoo', TOPIC, async () => {
    const codes = (await readWarehouses(odoo)).map(({ code }) => code);
    if (settings.location !== undefined) {
      const [location] = await odoo.read('stock.location', [settings.location], ['complete_name', 'usage']);
      if (location === undefined) {
        findings.problem(
          TOPIC,
          `stock.location names the location ${settings.location}, which Odoo does not have`,
        );
      } else if (location['usage'] !== 'internal' && location['usage'] !== 'view') {
        findings.warn(
          TOPIC,
          `stock.location names ${textOf(location['complete_name'])}, which holds no stock of your own`,
        );
      } else {
        findings.ok(TOPIC, `the stock of ${textOf(location['complete_name'])} counts`);
      }
      return;
    }
    if (settings.warehouse === undefined) {
      findings.ok(
        TOPIC,
        codes.length > 1
          ? `the stock of all warehouses counts (${codes.join(', ')}); stock.warehouse chooses one`
          : `the stock of the warehouse ${codes.join('')} counts`,
      );
    } else if (codes.includes(settings.warehouse)) {
      findings.ok(TOPIC, `the stock of the warehouse ${settings.warehouse} counts`);
    } else {
      findings.problem(
        TOPIC,
        `stock.warehouse names ${settings.warehouse}, which Odoo does not have`,
        `Odoo's warehouses are ${codes.join(', ')}.`,
      );
    }
  });
}
