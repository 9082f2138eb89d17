/**
 * Access rights. The administrator may do everything. The sales user has what
 * a sync needs and no more: Sales "All documents", Contact Creation, and
 * reading of stock (observed on Odoo 19: nothing else is needed).
 */
import type { Environment } from './environment';
import { accessError } from './errors';
import type { Model } from './schema';

export type Operation = 'read' | 'create' | 'write' | 'unlink';

const SALES_WRITES: ReadonlySet<string> = new Set([
  'res.partner',
  'sale.order',
  'sale.order.line',
  'crm.tag',
  'mail.message',
]);
const SALES_CANNOT_UNLINK: ReadonlySet<string> = new Set(['res.partner', 'mail.message']);
const SALES_CANNOT_READ: ReadonlySet<string> = new Set(['ir.model.data', 'ir.module.module']);

/** Groups Odoo names in its refusal; what it says for other models is the generic administrator group. */
const GROUPS: Readonly<Record<string, string>> = {
  'product.template': 'Products/Creation',
  'product.product': 'Products/Creation',
  'account.tax': 'Accounting/Administrator',
  'product.pricelist': 'Sales/Administrator',
  'ir.model.data': 'Administration/Access Rights',
  'stock.quant': 'Inventory/User',
  'stock.picking': 'Inventory/User',
  'stock.move': 'Inventory/User',
  'sale.order': 'Sales/User: Own Documents Only',
};
const VERBS: Readonly<Record<Operation, string>> = {
  read: 'access',
  create: 'create',
  write: 'modify',
  unlink: 'delete',
};

export function isAllowed(env: Environment, model: Model, operation: Operation): boolean {
  if (env.sudo || env.user.rights === 'admin') {
    return true;
  }
  // Observed: on 14 an ordinary user may read and write external ids directly, on 19 not.
  if (env.major === 14 && model.name === 'ir.model.data') {
    return true;
  }
  switch (operation) {
    case 'read':
      return !SALES_CANNOT_READ.has(model.name);
    case 'unlink':
      return SALES_WRITES.has(model.name) && !SALES_CANNOT_UNLINK.has(model.name);
    default:
      return SALES_WRITES.has(model.name);
  }
}

/** @throws OdooFault AccessError for the first of these records that a record rule hides; observed on 14 and 19 */
export function checkRules(env: Environment, model: Model, ids: readonly number[]): void {
  const hidden = ids.filter((id) => env.isHidden(model.name, id) && env.get(model.name, id) !== undefined);
  if (hidden.length === 0) {
    return;
  }
  const { login, uid } = env.user;
  const names = hidden.map((id) => `${env.displayName(model.name, id)} (id=${id})`).join(', ');
  throw accessError(
    env.major === 14
      ? `Due to security restrictions, you are not allowed to access '${model.label}' (${model.name}) records.\n\n` +
          `Records: ${names}\nUser: ${login} (id=${uid})\n\n` +
          'This restriction is due to the following rules:\n- Personal Orders\n\n' +
          'Contact your administrator to request access if necessary.'
      : 'Uh-oh! Looks like you have stumbled upon some top-secret records.\n\n' +
          `Sorry, ${login} (id=${uid}) doesn't have 'read' access to:\n- ${model.label} (${model.name})\n\n` +
          'If you really, really need access, perhaps you can win over your friendly administrator with a batch of freshly baked cookies.',
  );
}

/** @throws OdooFault AccessError, in Odoo's own words */
export function checkAccess(env: Environment, model: Model, operation: Operation): void {
  if (isAllowed(env, model, operation)) {
    return;
  }
  const group = GROUPS[model.name] ?? 'Administration/Settings';
  throw accessError(
    `You are not allowed to ${VERBS[operation]} '${model.label}' (${model.name}) records.\n\n` +
      `This operation is allowed for the following groups:\n\t- ${group}\n\n` +
      'Contact your administrator to request access if necessary.',
  );
}
