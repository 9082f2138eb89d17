/**
 * What follows once an order is written: its total is checked, it is confirmed
 * or cancelled, and its date is put back. Each step is an Odoo transaction of
 * its own, looks at the order's state first, and can be repeated.
 */
import { chunk } from '../../lib/chunk';
import type { RunContext } from '../../core/context';
import type { Outcome, Step, StepItem } from '../../core/entity';
import type { FieldChange, Link, OdooRow } from '../../core/ports';
import { textOf } from '../../odoo/schema';
import { ORDER_MODEL } from './map-order';
import { judge, type Figures } from './judge';
import { markHeldOrders, type HeldOrder } from './mark-held-orders';
import { isConfirmed, viewOrders } from './order-view';
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
    foresee: foreseeTotals,
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
    const outcome = passGate(item, view, { ...item.link, odooHash: hashReadBack(item.link.odooHash, view) });
    if (outcome.status !== 'done') {
      held.push({ odooId: view.id, message: outcome.message ?? '' });
    }
    return outcome;
  });
  await markHeldOrders(context, held);
  return outcomes;
}

/**
 * The verdict of the gate before anything is written: on the order as Odoo has
 * it where nothing of it is written again, else on what Odoo is expected to make of it.
 */
async function foreseeTotals(context: RunContext, items: readonly Item[]): Promise<Outcome[]> {
  const views = await viewOrders(
    context,
    items.flatMap(({ change, link }) => (change.payload.rewrite === 'nothing' ? [link.odooId] : [])),
  );
  return items.map((item) =>
    passGate(item, views.get(item.link.odooId) ?? item.change.payload.predicted, item.link),
  );
}

function passGate(item: Item, figures: Figures, link: Link): Outcome {
  const { key, payload } = item.change;
  const { passes, reason, message } = judge(payload, figures);
  const changes = totalsOf(item, figures);
  if (!passes) {
    return { key, status: 'quarantined', reason, message, odooId: link.odooId, link, changes };
  }
  return {
    key,
    status: 'done',
    link: { ...link, step: link.step === 'rewritten' ? stepOfConfirmed(payload) : afterCheck(payload) },
    changes,
    ...(message === '' ? {} : { reason: 'tax-differs', message }),
  };
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
function totalsOf({ change }: Item, { total, tax }: Figures): FieldChange[] {
  return change.action === 'create' || change.changes.length === 0
    ? [
        { field: 'total', before: '', after: total },
        { field: 'tax', before: '', after: tax },
      ]
    : [...change.changes];
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
