/** Keeps the amounts of orders and their lines in step with prices, quantities and taxes. */
import type { Environment } from './environment';
import { computeOrder } from './taxes';
import type { RoundingMethod, Tax, TaxableLine } from './taxes';
import { idsOf, numberOf, roundHalfUp } from './values';
import type { Row } from './values';

/** Name of the many2many of taxes on an order line. */
export function lineTaxesField(env: Environment): 'tax_ids' | 'tax_id' {
  return env.major === 14 ? 'tax_id' : 'tax_ids';
}

/** Name of the unit of measure on an order line. */
export function lineUnitField(env: Environment): 'product_uom_id' | 'product_uom' {
  return env.major === 14 ? 'product_uom' : 'product_uom_id';
}

/** Recalculates the orders marked as stale. */
export function recomputeOrders(env: Environment): void {
  for (const orderId of env.staleOrders) {
    env.staleOrders.delete(orderId);
    recomputeOrder(env, orderId);
  }
}

function recomputeOrder(env: Environment, orderId: number): void {
  const order = env.get('sale.order', orderId);
  if (order === undefined) {
    return;
  }
  const rows = env.rowsBy('sale.order.line', 'order_id', orderId);
  const company = env.get('res.company', Number(order['company_id']));
  const method = company?.['tax_calculation_rounding_method'] as RoundingMethod;
  const amounts = computeOrder(
    env.major,
    method,
    rows.map((row) => taxableLine(env, row)),
  );
  for (const [index, row] of rows.entries()) {
    const line = amounts.lines[index];
    env.database.put('sale.order.line', {
      ...row,
      price_subtotal: roundHalfUp(line?.subtotal ?? 0, 2),
      price_total: roundHalfUp(line?.total ?? 0, 2),
      price_tax: line?.tax ?? 0,
    });
  }
  const { untaxed, tax, total } = amounts.order;
  const changed = order['amount_total'] !== total || order['amount_tax'] !== tax;
  env.database.put('sale.order', {
    ...order,
    amount_untaxed: untaxed,
    amount_tax: tax,
    amount_total: total,
    ...(changed ? { write_date: env.stamp, write_uid: env.user.uid } : {}),
  });
}

function taxableLine(env: Environment, row: Row): TaxableLine {
  return {
    quantity: numberOf(row['product_uom_qty']),
    priceUnit: numberOf(row['price_unit']),
    discount: numberOf(row['discount']),
    taxes: env.rows('account.tax', idsOf(row[lineTaxesField(env)])).map(asTax),
  };
}

function asTax(row: Row): Tax {
  return {
    id: row.id,
    amount: numberOf(row['amount']),
    included: isTaxIncluded(row),
    sequence: numberOf(row['sequence']),
  };
}

/** 19 keeps an override (without one, the company's default: excluded), 14 a plain boolean. */
export function isTaxIncluded(row: Row): boolean {
  return row['price_include_override'] === 'tax_included' || row['price_include'] === true;
}
