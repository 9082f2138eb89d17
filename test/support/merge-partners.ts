/** Merges partners in the sandbox. */
import type { Bench } from './run-sync';

/** As Odoo's wizard does: orders, children and external ids move to the survivor, the other record goes. */
export function mergePartners({ sandbox }: Bench, loser: number, survivor: number): void {
  const { records } = sandbox.odoo;
  for (const field of ['partner_id', 'partner_invoice_id', 'partner_shipping_id']) {
    for (const { id } of records.find('sale.order', [[field, '=', loser]], ['id'])) {
      records.write('sale.order', id as number, { [field]: survivor });
    }
  }
  for (const { id } of records.find('res.partner', [['parent_id', '=', loser]], ['id'])) {
    records.write('res.partner', id as number, { parent_id: survivor });
  }
  const names = records.find(
    'ir.model.data',
    [
      ['model', '=', 'res.partner'],
      ['res_id', '=', loser],
    ],
    ['id'],
  );
  for (const { id } of names) {
    records.write('ir.model.data', id as number, { res_id: survivor });
  }
  records.unlink('res.partner', loser);
}
