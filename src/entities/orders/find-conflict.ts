/** What of an order only a person can settle. Pure. */
import { hashFields } from '../../core/plan';
import type { Link } from '../../core/ports';
import type { ShopOrder } from './map-order';
import { isConfirmed, type OrderView } from './order-view';

/** As a link keeps the target of an order that the shop had cancelled. */
const CANCELLED = hashFields({ target: 'cancelled' })['target'];
/** As a link keeps the target of one that was to stay a draft. */
const DRAFT = hashFields({ target: 'draft' })['target'];
const LINE_FIELD = /^(line|ship|fee)_/;
/** Fields that are not content: the gate and the steps deal with them. */
const OUTCOME_FIELDS: ReadonlySet<string> = new Set(['target', 'total', 'tax']);

/** True for a mapped field that is a line of the order. */
export function isLineField(field: string): boolean {
  return LINE_FIELD.test(field);
}

/** True for a mapped field that stands above the lines. */
export function isHeaderField(field: string): boolean {
  return !OUTCOME_FIELDS.has(field) && !LINE_FIELD.test(field);
}

/** What the shop and a person in Odoo have done to an order since it was looked at last. */
export interface OrderFacts {
  /** Names of the mapped fields that changed in the shop. */
  readonly changed: readonly string[];
  /** Names of lines that would stand on another product. */
  readonly replaced: readonly string[];
  readonly linesEdited: boolean;
  readonly headerEdited: boolean;
  /** True where Odoo has other lines than the shop, whoever wrote them. */
  readonly contentDiffers: boolean;
  /** True where Odoo has something else above the lines than the shop. */
  readonly headerDiffers: boolean;
}

/** An order on both sides, and what was known of it. */
export interface OrderSides {
  readonly order: ShopOrder;
  readonly link: Link;
  readonly view: OrderView;
}

export interface Conflict {
  readonly reason: string;
  readonly message: string;
}

/** Differences that only a person can settle. */
export function findConflict({ order, link, view }: OrderSides, facts: OrderFacts): Conflict | undefined {
  const cancellation = findCancellation({ order, link, view });
  // What a person edited stays on an order that is cancelled, so it keeps nobody from that.
  return order.target === 'cancelled'
    ? cancellation
    : (findEdit(order, view, facts) ??
        cancellation ??
        (isConfirmed(view.state) ? findUnchangeable(facts) : undefined));
}

/** The shop and a person in Odoo changed the same part of the order. */
function findEdit(order: ShopOrder, view: OrderView, facts: OrderFacts): Conflict | undefined {
  const content = facts.changed.filter((field) => !OUTCOME_FIELDS.has(field));
  const header = openHeaderFields(facts.changed, facts.headerDiffers);
  if (facts.linesEdited && facts.contentDiffers && (content.length > 0 || view.total !== order.total)) {
    return {
      reason: 'changed-in-odoo',
      message: `a person changed its lines in Odoo (total ${view.total}, in the shop ${order.total}); Odoo's version is left as it is`,
    };
  }
  return facts.headerEdited && header.length > 0
    ? {
        reason: 'changed-in-odoo',
        message: `changed on both sides: ${header.join(', ')}; Odoo's version is left as it is`,
      }
    : undefined;
}

/** What the shop changed above the lines, unless a person has changed it in Odoo too; the pricelist is not looked at there. */
function openHeaderFields(changed: readonly string[], headerDiffers: boolean): string[] {
  return changed.filter((field) => isHeaderField(field) && (headerDiffers || field === 'currency'));
}

function findCancellation({ order, link, view }: OrderSides): Conflict | undefined {
  if (view.state === 'cancel' && order.target !== 'cancelled' && !wasToBeCancelled(link)) {
    return {
      reason: 'cancelled-in-odoo',
      message: `a person cancelled the order in Odoo; in the shop it is ${order.status}`,
    };
  }
  if (order.target !== 'cancelled' || view.state === 'cancel') {
    return undefined;
  }
  if (isConfirmed(view.state) && link.fields['target'] === DRAFT) {
    return {
      reason: 'confirmed-in-odoo',
      message: `the shop says ${order.status}, but a person confirmed the order in Odoo; cancel it in Odoo, or take it up again in the shop`,
    };
  }
  const delivered = view.lines.some((line) => line.delivered > 0);
  if (!delivered && !view.lines.some((line) => line.invoiced > 0)) {
    return undefined;
  }
  const done = delivered ? 'delivered' : 'invoiced';
  return {
    reason: `already-${done}`,
    message: `the shop says ${order.status}, but in Odoo the order is ${done} already`,
  };
}

/** True where the shop had cancelled the order: a run that was killed then may not have said that Odoo did it. */
function wasToBeCancelled({ step, fields }: Link): boolean {
  return step === 'cancelled' || fields['target'] === CANCELLED;
}

/**
 * Once Odoo has confirmed an order, quantities, prices, new lines and the note
 * still go; what else stands above the lines, and the product of a line, do not.
 */
function findUnchangeable({
  changed,
  replaced,
  contentDiffers,
  headerDiffers,
}: OrderFacts): Conflict | undefined {
  const header = openHeaderFields(changed, headerDiffers).filter((field) => field !== 'note');
  const [product] = contentDiffers && changed.some(isLineField) ? replaced : [];
  if (header.length === 0 && product === undefined) {
    return undefined;
  }
  const what = header.length > 0 ? header.join(', ') : `the product of "${product ?? ''}"`;
  return {
    reason: 'confirmed-in-odoo',
    message: `changed in the shop after Odoo confirmed the order: ${what}; change it in Odoo by hand`,
  };
}
