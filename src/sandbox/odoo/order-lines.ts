/** Order lines: what Odoo fills in, when it prices again, what a confirmed order allows. */
import type { Environment } from './environment';
import { constraintError, userError } from './errors';
import { priceDigits } from './model-pricing';
import { variantPrice } from './model-product';
import { refuseOnLocked, refuseOtherCompany } from './order-guards';
import { lineTaxesField, lineUnitField } from './order-totals';
import { field, many2many, many2one, one2many, selection } from './schema';
import type { Field, ModelDefinition } from './schema';
import { deliverLine } from './stock-moves';
import { idsOf, isEmpty, numberOf, roundHalfUp, textOf } from './values';
import type { Json, Row, Values } from './values';

const LINE = 'sale.order.line';
const ORDER = 'sale.order';

/** The price of a product in the currency of an order. */
function listedPrice(env: Environment, productId: number, order: Row | undefined): number {
  const product = env.get('product.product', productId);
  if (product === undefined) {
    return 0;
  }
  const company = env.all('res.company')[0];
  const rateOf = (id: Json | undefined): number =>
    numberOf(env.get('res.currency', numberOf(id))?.['rate']) || 1;
  const factor = rateOf(order?.['currency_id']) / rateOf(company?.['currency_id']);
  const price = variantPrice(env, product);
  return factor === 1 ? price : roundHalfUp(price * factor, 2);
}

function productTaxes(env: Environment, productId: number): readonly number[] {
  const product = env.get('product.product', productId);
  const template = env.get('product.template', numberOf(product?.['product_tmpl_id']));
  return idsOf(template?.['taxes_id']);
}

function productUnit(env: Environment, productId: number): Json {
  const product = env.get('product.product', productId);
  return env.get('product.template', numberOf(product?.['product_tmpl_id']))?.['uom_id'] ?? false;
}

function lineName(env: Environment, productId: number): string {
  const product = env.get('product.product', productId);
  const template = env.get('product.template', numberOf(product?.['product_tmpl_id']));
  const description = textOf(template?.['description_sale']);
  const name = env.displayName('product.product', productId);
  return description === '' ? name : `${name}\n${description}`;
}

/** Fills in what was not sent; what was sent stands, a zero price and an empty list of taxes included. */
function completed(env: Environment, values: Values): Values {
  const productId = numberOf(values['product_id']);
  const order = env.get(ORDER, numberOf(values['order_id']));
  const taxes = lineTaxesField(env);
  const unit = lineUnitField(env);
  const filled: Record<string, Json | undefined> = { ...values };
  if (productId !== 0) {
    if (values['name'] === undefined || isEmpty(values['name'])) {
      filled['name'] = lineName(env, productId);
    }
    filled['price_unit'] ??= listedPrice(env, productId, order);
    filled[taxes] ??= [[6, 0, productTaxes(env, productId)]];
    filled[unit] = isEmpty(values[unit]) ? productUnit(env, productId) : values[unit];
  }
  if (!isEmpty(values['display_type'])) {
    filled['product_uom_qty'] = 0;
  }
  filled['technical_price_unit'] = numberOf(filled['price_unit']);
  return filled;
}

/**
 * What a write on its own brings along. Observed on 19: a new product brings
 * its name and taxes; a new product or quantity brings the listed price, unless
 * the price was written by itself before. 14 changes nothing by itself.
 */
function withConsequences(env: Environment, row: Row, values: Values): Values {
  if (env.major === 14) {
    return values;
  }
  const changed = (name: string): boolean =>
    values[name] !== undefined && values[name] !== null && values[name] !== row[name];
  const productId = numberOf(values['product_id'] ?? row['product_id']);
  const effects: Record<string, Json | undefined> = { ...values };
  if (changed('product_id')) {
    effects['name'] ??= lineName(env, productId);
    effects['tax_ids'] ??= [[6, 0, productTaxes(env, productId)]];
    effects['product_uom_id'] ??= productUnit(env, productId);
  }
  const untouched = numberOf(row['technical_price_unit']) === numberOf(row['price_unit']);
  const reprices = changed('product_id') || changed('product_uom_qty') || changed('product_uom_id');
  if (reprices && untouched && values['price_unit'] === undefined) {
    const order = env.get(ORDER, numberOf(row['order_id']));
    const price = listedPrice(env, productId, order);
    effects['price_unit'] = price;
    effects['technical_price_unit'] = price;
  }
  return effects;
}

function isConfirmed(order: Row | undefined): boolean {
  return order?.['state'] === 'sale' || order?.['state'] === 'done';
}

function orderOf(env: Environment, line: Row): Row | undefined {
  return env.get(ORDER, numberOf(line['order_id']));
}

function createLines(
  env: Environment,
  list: readonly Values[],
  next: (list: readonly Values[]) => number[],
): number[] {
  const ids = next(list.map((values) => completed(env, values)));
  for (const line of env.rows(LINE, ids)) {
    requireProduct(env, line);
    const order = orderOf(env, line);
    refuseOtherCompany(env, order, line);
    env.staleOrders.add(numberOf(line['order_id']));
    if (order !== undefined && isConfirmed(order)) {
      deliverLine(env, order, line, 0);
    }
  }
  return ids;
}

/** Odoo 14 wants a product on every line that is no section or note; observed on 19: it does not. */
function requireProduct(env: Environment, line: Row): void {
  if (env.major === 14 && isEmpty(line['display_type']) && isEmpty(line['product_id'])) {
    throw constraintError(
      'The operation cannot be completed: Missing required fields on accountable sale order line.',
      {
        message:
          'new row for relation "sale_order_line" violates check constraint ' +
          '"sale_order_line_accountable_required_fields"\n',
      },
    );
  }
}

function writeLines(
  env: Environment,
  ids: readonly number[],
  values: Values,
  next: (ids: readonly number[], values: Values) => void,
): void {
  for (const before of env.rows(LINE, ids)) {
    const order = orderOf(env, before);
    refuseOnLocked(env.model(LINE), order, values);
    refuseOnConfirmed(env, order, before, values);
    next([before.id], withConsequences(env, before, values));
    env.staleOrders.add(numberOf(before['order_id']));
    const line = env.get(LINE, before.id);
    refuseOtherCompany(env, order, line ?? before);
    const quantity = numberOf(before['product_uom_qty']);
    if (order !== undefined && line !== undefined && isConfirmed(order)) {
      if (line['product_uom_qty'] !== quantity) {
        deliverLine(env, order, line, quantity);
      }
    }
  }
}

function refuseOnConfirmed(env: Environment, order: Row | undefined, line: Row, values: Values): void {
  if (!isConfirmed(order) || env.major === 14) {
    return;
  }
  const anotherProduct =
    values['product_id'] !== undefined && numberOf(values['product_id']) !== line['product_id'];
  if (anotherProduct && hasDelivery(env, line)) {
    throw userError('You cannot modify the product of this order line.');
  }
  const quantity = values['product_uom_qty'];
  if (quantity !== undefined && numberOf(quantity) < deliveredQuantity(env, line)) {
    throw userError(
      'The ordered quantity of a sale order line cannot be decreased below the amount already delivered. ' +
        'Instead, create a return in your inventory.',
    );
  }
}

function unlinkLines(env: Environment, ids: readonly number[], next: (ids: readonly number[]) => void): void {
  for (const line of env.rows(LINE, ids)) {
    if (isConfirmed(orderOf(env, line)) && isEmpty(line['display_type'])) {
      throw userError(
        env.major === 14
          ? 'You can not remove an order line once the sales order is confirmed.\n' +
              'You should rather set the quantity to 0.'
          : "Once a sales order is confirmed, you can't remove one of its lines (we need to track if something " +
              'gets invoiced or delivered).\n                Set the quantity to 0 instead.',
      );
    }
    env.staleOrders.add(numberOf(line['order_id']));
  }
  next(ids);
}

/** A line whose goods are on their way keeps its product. */
function hasDelivery(env: Environment, line: Row): boolean {
  const moves = env.rowsBy('stock.move', 'sale_line_id', line.id);
  return moves.some((move) => move['state'] !== 'cancel');
}

function deliveredQuantity(env: Environment, line: Row): number {
  return env
    .rowsBy('stock.move', 'sale_line_id', line.id)
    .filter((move) => move['state'] === 'done')
    .reduce((total, move) => total + numberOf(move['product_uom_qty']), 0);
}

/** A field of the order shown on its lines. */
function fromOrder(name: string): Field['compute'] {
  return (env, row) => orderOf(env, row)?.[name] ?? false;
}

function lineDisplayName(env: Environment, row: Row): string {
  const order = orderOf(env, row);
  const [firstLine = ''] = textOf(row['name']).split('\n');
  const shown = `${textOf(order?.['name'])} - ${firstLine}`;
  return env.major === 14
    ? shown
    : `${shown} (${env.displayName('res.partner', numberOf(order?.['partner_id']))})`;
}

/** Lines of sale orders. */
export function orderLineModel(major: number): ModelDefinition {
  return {
    name: LINE,
    label: 'Sales Order Line',
    order: 'order_id, sequence, id',
    displayName: lineDisplayName,
    fields: {
      order_id: many2one('Order Reference', ORDER, { required: true, index: true }),
      sequence: field('integer', 'Sequence', { default: () => 10 }),
      display_type: selection('Display Type', [
        ['line_section', 'Section'],
        ['line_note', 'Note'],
      ]),
      product_id: many2one('Product', 'product.product', { index: true }),
      product_template_id: many2one('Product Template', 'product.template', {
        compute: (env, row) =>
          env.get('product.product', numberOf(row['product_id']))?.['product_tmpl_id'] ?? false,
      }),
      name: field('text', 'Description', { required: true }),
      product_uom_qty: field('float', 'Quantity', { required: true, default: () => 1 }),
      [major === 14 ? 'product_uom' : 'product_uom_id']: many2one(
        major === 14 ? 'Unit of Measure' : 'Unit',
        'uom.uom',
      ),
      price_unit: field('float', 'Unit Price', {
        required: true,
        ...(major === 14 ? { digits: priceDigits } : {}),
      }),
      technical_price_unit: field('float', 'Technical Price Unit'),
      discount: field('float', major === 14 ? 'Discount (%)' : 'Discount (%)', { digits: () => 2 }),
      [major === 14 ? 'tax_id' : 'tax_ids']: many2many('Taxes', 'account.tax'),
      price_subtotal: field('monetary', 'Subtotal', { readonly: true }),
      price_tax: field('float', 'Total Tax', { readonly: true }),
      price_total: field('monetary', 'Total', { readonly: true }),
      is_delivery: field('boolean', 'Is a Delivery'),
      qty_delivered: field('float', 'Delivery Quantity', { compute: deliveredQuantity }),
      qty_invoiced: field('float', 'Invoiced Quantity', { readonly: true }),
      customer_lead: field('float', 'Lead Time'),
      state: field('char', 'Order Status', { readonly: true, compute: fromOrder('state') ?? (() => false) }),
      currency_id: many2one('Currency', 'res.currency', {
        compute: fromOrder('currency_id') ?? (() => false),
      }),
      order_partner_id: many2one('Customer', 'res.partner', {
        compute: fromOrder('partner_id') ?? (() => false),
      }),
      company_id: many2one('Company', 'res.company', { compute: fromOrder('company_id') ?? (() => false) }),
      move_ids: one2many('Stock Moves', 'stock.move', 'sale_line_id', { copy: false }),
    },
    create: createLines,
    write: writeLines,
    unlink: unlinkLines,
  };
}
