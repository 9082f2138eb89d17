/** The money gate's rule. Pure. */
import { Money } from '../../lib/money';
import type { OrderPayload } from './order-payload';
import type { OrderView } from './order-view';

/** What an order comes to in Odoo, as text. */
export type Figures = Pick<OrderView, 'total' | 'tax'>;

export interface Verdict {
  readonly passes: boolean;
  readonly reason: string;
  readonly message: string;
}

/**
 * The verdict of the money gate: the total must be equal to the cent, the tax to
 * within one cent for each taxed line.
 */
export function judge(
  { order, keepsLines }: Pick<OrderPayload, 'order' | 'keepsLines'>,
  view: Figures,
): Verdict {
  if (order.target === 'cancelled' && keepsLines) {
    return { passes: true, reason: '', message: "a person's lines stay as they are" };
  }
  if (view.total !== order.total) {
    return {
      passes: false,
      reason: 'total-mismatch',
      message: `total ${view.total} in Odoo, ${order.total} in the shop (${order.currency}); correct or confirm the draft in Odoo, or mend the tax table and retry`,
    };
  }
  const difference = new Money(view.tax).minus(order.tax).abs();
  if (difference.isZero()) {
    return { passes: true, reason: '', message: '' };
  }
  const taxedLines = order.lines.reduce((count, { taxes }) => count + taxes.length, 0);
  const figures = `tax ${view.tax} in Odoo, ${order.tax} in the shop (${order.currency}), total equal`;
  return difference.lte(new Money('0.01').times(taxedLines))
    ? { passes: true, reason: '', message: figures }
    : {
        passes: false,
        reason: 'tax-mismatch',
        message: `${figures}: more than a cent for each taxed line; correct or confirm the draft in Odoo, or mend the tax table and retry`,
      };
}
