/**
 * What follows once an order is written: its total is checked, it is confirmed
 * or cancelled, and its date is put back. Each step is an Odoo transaction of
 * its own, looks at the order's state first, and can be repeated.
 */
import { chunk } from '../../lib/chunk';
import { Money } from '../../lib/money';
import type { RunContext } from '../../core/context';
import type { Outcome, Step, StepItem } from '../../core/entity';
import type { FieldChange, OdooRow } from '../../core/ports';
import { textOf } from '../../odoo/schema';
import { ORDER_MODEL } from './map-order';
import { markHeldOrders, type HeldOrder } from './mark-held-orders';
import { isConfirmed, viewOrders, type OrderView } from './order-view';
import { hashReadBack } from './person-edits';
import type { OrderPayload } from './order-payload';
import { describeDeletion } from './plan-linked-order';

type Item = StepItem<OrderPayload>;

/** Orders of one action call: confirming 50 takes Odoo several seconds. */
const ACTION_SIZE = 50;

export const orderSteps: readonly Step<OrderPayload>[] = [
  {
    name: 'check',
    appliesTo: ({ link }) => link.step === 'created' || link.step === 'rewritten',
    run: checkTotals,
  },
  {
    name: 'confirm',
    appliesTo: ({ change, link }) => change.payload.order.target === 'confirmed' && link.step === 'checked',
    run: confirmOrders,
  },
  { name: 'date', appliesTo: ({ link }) => link.step === 'confirmed', run: restoreDates },
  {
    name: 'cancel',
    appliesTo: ({ change, link }) => change.payload.order.target === 'cancelled' && link.step === 'checked',
    run: cancelOrders,
  },
];

/**
 * The money gate: Odoo's total must equal the shop's to the cent, its tax to
 * within one cent for each taxed line. What does not pass stays as it is, marked
 * in Odoo with both figures, and is owed.
 */
async function checkTotals(context: RunContext, items: readonly Item[]): Promise<Outcome[]> {
  const views = await viewOrders(
    context,
    items.map(({ link }) => link.odooId),
  );
  const held: HeldOrder[] = [];
  const outcomes = items.map((item): Outcome => {
    const view = views.get(item.link.odooId);
    if (view === undefined) {
      return gone(item);
    }
    const verdict = judge(item.change.payload, view);
    const link = { ...item.link, odooHash: hashReadBack(item.link.odooHash, view) };
    const changes = totalsOf(item, view);
    if (verdict.passes) {
      const step =
        item.link.step === 'rewritten'
          ? stepOfConfirmed(item.change.payload)
          : afterCheck(item.change.payload);
      return {
        key: item.change.key,
        status: 'done',
        link: { ...link, step },
        changes,
        ...(verdict.message === '' ? {} : { reason: 'tax-differs', message: verdict.message }),
      };
    }
    held.push({ odooId: view.id, message: verdict.message });
    return {
      key: item.change.key,
      status: 'quarantined',
      reason: verdict.reason,
      message: verdict.message,
      odooId: view.id,
      link,
      changes,
    };
  });
  await markHeldOrders(context, held);
  return outcomes;
}

function afterCheck({ order, state }: OrderPayload): string {
  if (order.target === 'draft') {
    return 'kept';
  }
  // One that is to be cancelled gets its date back first, as any confirmed order.
  return order.target === 'cancelled' && isConfirmed(state) ? 'confirmed' : 'checked';
}

/** `dated` ends an order; one that is still to be cancelled must not look as if it were at its end. */
function stepOfConfirmed({ order }: OrderPayload): string {
  return order.target === 'cancelled' ? 'checked' : 'dated';
}

/** For an order that is new, or taken up again, the totals are what was decided; for others only what changed is worth a cell. */
function totalsOf({ change }: Item, view: OrderView): FieldChange[] {
  return change.action === 'create' || change.changes.length === 0
    ? [
        { field: 'total', before: '', after: view.total },
        { field: 'tax', before: '', after: view.tax },
      ]
    : [...change.changes];
}

interface Verdict {
  readonly passes: boolean;
  readonly reason: string;
  readonly message: string;
}

/** Pure; exported for its tests. */
export function judge(
  { order, keepsLines }: Pick<OrderPayload, 'order' | 'keepsLines'>,
  view: Pick<OrderView, 'total' | 'tax'>,
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

/** `action_confirm` refuses all when one of them is confirmed already (observed on Odoo 19), so the state is read first. */
async function confirmOrders(context: RunContext, items: readonly Item[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const part of chunk(items, ACTION_SIZE)) {
    outcomes.push(
      ...(await moveTo(context, part, {
        method: 'action_confirm',
        isThere: isConfirmed,
        step: 'confirmed',
        args: {},
      })),
    );
  }
  return outcomes;
}

async function cancelOrders(context: RunContext, items: readonly Item[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const part of chunk(items, ACTION_SIZE)) {
    outcomes.push(
      ...(await moveTo(context, part, {
        method: 'action_cancel',
        isThere: (state) => state === 'cancel',
        step: 'cancelled',
        // Without it, versions 15 to 18 may answer with a wizard instead of cancelling.
        args: { disable_cancel_warning: true },
      })),
    );
  }
  return outcomes;
}

interface Move {
  readonly method: string;
  isThere(state: string): boolean;
  readonly step: string;
  readonly args: Readonly<Record<string, boolean>>;
}

/** Success is the state and the total read back, never the answer of the action. */
async function moveTo(context: RunContext, items: readonly Item[], move: Move): Promise<Outcome[]> {
  const before = await readStates(context, items);
  const due = items.filter(({ link }) => !move.isThere(textOf(before.get(link.odooId)?.['state'])));
  const ids = due.map(({ link }) => link.odooId);
  const results =
    ids.length === 0 ? [] : await context.odoo.act(ORDER_MODEL, move.method, ids, {}, move.args);
  const refusals = new Map(results.map((result) => [result.id, result.ok ? '' : result.message]));
  const after = ids.length === 0 ? before : await readStates(context, items);
  return items.map((item): Outcome => {
    const { change, link } = item;
    const row = after.get(link.odooId);
    if (row === undefined) {
      return gone(item);
    }
    if (move.isThere(textOf(row['state']))) {
      return { key: change.key, status: 'done', link: { ...link, step: move.step } };
    }
    const refusal = refusals.get(link.odooId) ?? '';
    return {
      key: change.key,
      status: 'failed',
      reason: 'odoo-refused',
      message: `${move.method}: ${refusal === '' ? `Odoo left the order in the state ${textOf(row['state'])}` : refusal}`,
      odooId: link.odooId,
      link,
    };
  });
}

async function readStates(context: RunContext, items: readonly Item[]): Promise<Map<number, OdooRow>> {
  const rows = await context.odoo.read(
    ORDER_MODEL,
    items.map(({ link }) => link.odooId),
    ['state'],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** `action_confirm` sets `date_order` to now (observed on 14 and 19); it may be written again. */
async function restoreDates(context: RunContext, items: readonly Item[]): Promise<Outcome[]> {
  const results = await context.odoo.load(
    ORDER_MODEL,
    ['.id', 'date_order'],
    items.map(({ change, link }) => [[String(link.odooId), change.payload.date]]),
  );
  return items.map(({ change, link }, index): Outcome => {
    const result = results[index];
    return result?.ok === true
      ? { key: change.key, status: 'done', link: { ...link, step: stepOfConfirmed(change.payload) } }
      : {
          key: change.key,
          status: 'failed',
          reason: 'odoo-refused',
          message: `date_order: ${result?.message ?? ''}`,
          odooId: link.odooId,
          link,
        };
  });
}

function gone({ change, link }: Item): Outcome {
  return {
    key: change.key,
    status: 'quarantined',
    reason: 'deleted-in-odoo',
    message: describeDeletion(link.odooId),
    odooId: link.odooId,
  };
}
