/** What Odoo refuses on the lines of an order: edits of a locked one, products of another company. */
import type { Environment } from './environment';
import { userError } from './errors';
import type { Model } from './schema';
import { numberOf, textOf } from './values';
import type { Row, Values } from './values';

/** Fields of a line that a locked order protects, by technical name. */
const PROTECTED = ['name', 'price_unit', 'product_id', 'product_uom', 'product_uom_id', 'product_uom_qty'];
const PROTECTED_TAXES = ['tax_id', 'tax_ids'];

/** True for an order that was locked: a flag in 19, a state of its own in 14. */
function isLocked(order: Row | undefined): boolean {
  return order?.['locked'] === true || order?.['state'] === 'done';
}

/**
 * Observed on 14 and 19: it counts that a field was sent, not that its value differs.
 * @throws OdooFault with the labels of the fields
 */
export function refuseOnLocked(model: Model, order: Row | undefined, values: Values): void {
  const sent = [...PROTECTED, ...PROTECTED_TAXES].filter((name) => values[name] !== undefined);
  if (isLocked(order) && sent.length > 0) {
    const labels = sent.map((name) => model.allFields.get(name)?.label ?? name);
    throw userError(
      `It is forbidden to modify the following fields in a locked order:\n${labels.join('\n')}`,
    );
  }
}

/** True where the user of a company may not use a product: it belongs to another one. */
export function isOfOtherCompany(env: Environment, productId: number, companyId: number): boolean {
  const product = env.get('product.product', productId);
  const template = env.get('product.template', numberOf(product?.['product_tmpl_id']));
  const owner = numberOf(template?.['company_id']);
  return owner !== 0 && owner !== companyId;
}

/**
 * Observed on 19. On 14 such a product cannot be seen at all (see `readReference`).
 * @throws OdooFault with the line and the product
 */
export function refuseOtherCompany(env: Environment, order: Row | undefined, line: Row): void {
  const companyId = numberOf(order?.['company_id']);
  const productId = numberOf(line['product_id']);
  if (env.major === 14 || order === undefined || !isOfOtherCompany(env, productId, companyId)) {
    return;
  }
  const company = textOf(env.get('res.company', companyId)?.['name']);
  throw userError(
    'Uh-oh! You’ve got some company inconsistencies here:\n' +
      `- “${env.displayName('sale.order.line', line.id)}” belongs to company “${company}” while “Product” ` +
      `(product_id: '${env.displayName('product.product', productId)}') belongs to another company.\n` +
      'To avoid a mess, no company crossover is allowed!',
  );
}
