/** Decides what becomes of an order that Odoo already has. Pure. */
import type { Change } from '../../core/entity';
import type { FieldChange, Link } from '../../core/ports';
import { compareLines, type LineNames } from './compare-lines';
import { isHeaderAsWanted } from './compare-header';
import { findConflict, isHeaderField, type OrderFacts } from './find-conflict';
import type { ShopOrder } from './map-order';
import { isConfirmed, wasConfirmed, type OrderView } from './order-view';
import { editsSince, hashToKeep } from './person-edits';
import type { OrderPayload } from './order-payload';
import type { PreparedOrder } from './prepare-orders';

export interface LinkedOrder {
  readonly prepared: PreparedOrder;
  readonly link: Link;
  readonly payload: OrderPayload;
  /** Undefined when Odoo no longer has it. */
  readonly view: OrderView | undefined;
  readonly lineNames: LineNames;
  /** Links of customers and addresses, by formatted key. */
  readonly parties: ReadonlyMap<string, Link>;
  /** True while the money gate holds the order back. */
  readonly isHeld: boolean;
}

export function planLinkedOrder(linked: LinkedOrder): Change<OrderPayload> {
  const { prepared, link, view } = linked;
  const { order } = prepared;
  if (view === undefined) {
    return order.target === 'cancelled'
      ? goneOnBothSides(linked)
      : conflictOf(linked, 'deleted-in-odoo', describeDeletion(link.odooId));
  }
  const diff = compareLines(order.key, linked.payload.lines, view, linked.lineNames);
  const linesDiffer = diff.changed.length > 0 || diff.dropped.length > 0;
  const edits = editsSince(link.odooHash, view);
  const changed = changedFields(link, prepared.nextLink);
  const facts: OrderFacts = {
    changed,
    contentDiffers: !diff.sameContent || view.total !== order.total,
    headerDiffers: !isHeaderAsWanted(order, view, linked.parties, {
      date: !isConfirmed(view.state) || changed.includes('date'),
    }),
    replaced: diff.replaced,
    // Lines that are as they would be written are our own, from a run that was cut off before it could say so.
    linesEdited: link.step === 'left' || (edits.lines && (linesDiffer || diff.hasForeign)),
    headerEdited: edits.header,
  };
  if (linked.isHeld && (facts.linesEdited || (isConfirmed(view.state) && !wasConfirmed(link)))) {
    return settledByPerson(linked, view);
  }
  const conflict = findConflict({ order, link, view }, facts);
  if (conflict !== undefined) {
    return conflictOf(linked, conflict.reason, conflict.message);
  }
  const rewrite = chooseRewrite(view, order, facts, { linesDiffer, isUnknown: link.hash === '' });
  const rewritesNote = rewrite !== 'everything' && changed.includes('note') && !facts.headerEdited;
  const resumed = changed.length === 0;
  const step = nextStep(linked, view, rewrite);
  const written = {
    lines: rewrite !== 'nothing',
    header: rewrite === 'everything' || rewritesNote,
  };
  const odooHash = hashToKeep(link.odooHash, view, {
    written,
    edited: { lines: facts.linesEdited, header: facts.headerEdited },
  });
  return {
    ...baseOf(linked, {
      ...linked.payload,
      lines: diff.lines,
      state: view.state,
      rewrite,
      rewriteNote: rewritesNote,
      dropped: diff.dropped,
      keepsLines: facts.linesEdited,
      date: facts.headerEdited && !isConfirmed(view.state) ? view.header.date : order.date,
    }),
    action: 'update',
    changes: resumed ? [] : describeChanges(order, view, changed),
    reason: resumed ? 'resumed' : '',
    message: resumed ? `taken up again after the step "${link.step ?? ''}"` : '',
    requires: prepared.requires,
    odooId: view.id,
    pendingLink:
      written.lines || written.header ? pendingLinkOf(link, changed, { odooHash, step }) : undefined,
    nextLink: {
      ...prepared.nextLink,
      odooId: view.id,
      odooHash,
      step,
    },
  };
}

/**
 * The link while the order is written: nobody knows what Odoo holds by then, so
 * what changed counts as changed again, whatever the shop says next time, and
 * nothing as a person's edit.
 */
function pendingLinkOf(link: Link, changed: readonly string[], next: Pick<Link, 'odooHash' | 'step'>): Link {
  const forgotten = Object.fromEntries(changed.map((field) => [field, '']));
  return { ...link, ...next, fields: { ...link.fields, ...forgotten } };
}

/** What must be written again; what a person edited is left out. */
function chooseRewrite(
  view: OrderView,
  order: ShopOrder,
  facts: OrderFacts,
  { linesDiffer, isUnknown }: { readonly linesDiffer: boolean; readonly isUnknown: boolean },
): OrderPayload['rewrite'] {
  const reopens = view.state === 'cancel' && order.target !== 'cancelled';
  if (view.state === 'cancel' && !reopens) {
    return 'nothing';
  }
  // An empty hash is that of a create whose answer was lost: what it wrote is not known.
  const headerChanged = isUnknown || facts.changed.some(isHeaderField);
  if (!isConfirmed(view.state) && !facts.headerEdited && !facts.linesEdited && (headerChanged || reopens)) {
    return 'everything';
  }
  return linesDiffer && !facts.linesEdited ? 'lines' : 'nothing';
}

/** Where the order enters the steps again. */
function nextStep(
  { link, prepared }: LinkedOrder,
  view: OrderView,
  rewrite: OrderPayload['rewrite'],
): string {
  if (link.step === 'dated' || link.step === 'rewritten') {
    return 'rewritten';
  }
  if (rewrite === 'nothing' && link.step === 'confirmed') {
    return 'confirmed';
  }
  if (rewrite === 'nothing' && link.step === 'checked' && prepared.order.target !== 'draft') {
    // The answer to the confirmation was lost: it goes on from there.
    return isConfirmed(view.state) ? 'confirmed' : 'checked';
  }
  return 'created';
}

/** What became of an order that a person deleted in Odoo, and what to do. */
export function describeDeletion(odooId: number): string {
  return `the order was deleted in Odoo (id ${odooId}); it is not created again by itself: cancel it in the shop, or leave it as it is`;
}

function goneOnBothSides(linked: LinkedOrder): Change<OrderPayload> {
  const { link, prepared } = linked;
  return {
    ...baseOf(linked, linked.payload),
    action: 'skip',
    changes: [],
    reason: 'settled-in-odoo',
    message: `deleted in Odoo (id ${link.odooId}), and ${prepared.order.status} in the shop: nothing is left to do`,
    odooId: link.odooId,
    nextLink: { ...prepared.nextLink, step: 'cancelled' },
  };
}

function settledByPerson(linked: LinkedOrder, view: OrderView): Change<OrderPayload> {
  const { order, nextLink } = linked.prepared;
  const confirmed = isConfirmed(view.state);
  return {
    ...baseOf(linked, linked.payload),
    action: 'skip',
    changes: totalsBetween(view, order),
    reason: 'settled-in-odoo',
    message: `a person ${confirmed ? 'confirmed' : 'corrected'} the draft in Odoo (total ${view.total}, in the shop ${order.total}); it is left as it is`,
    odooId: view.id,
    nextLink: {
      ...nextLink,
      odooId: view.id,
      odooHash: view.contentHash,
      step: confirmed ? 'dated' : 'left',
    },
  };
}

function changedFields(link: Link, next: Link): string[] {
  if (link.hash === '') {
    return [];
  }
  const names = new Set([...Object.keys(link.fields), ...Object.keys(next.fields)]);
  return [...names].filter((name) => link.fields[name] !== next.fields[name]);
}

function describeChanges(order: ShopOrder, view: OrderView, changed: readonly string[]): FieldChange[] {
  return changed.map((field): FieldChange => {
    switch (field) {
      case 'total':
        return { field, before: view.total, after: order.total };
      case 'tax':
        return { field, before: view.tax, after: order.tax };
      case 'target':
        return { field: 'status', before: view.state, after: `${order.target} (${order.status})` };
      case 'note':
        return { field, before: '', after: order.note };
      default: {
        const line = order.lines.find(({ part }) => part === field);
        return { field, before: '', after: line === undefined ? '' : `${line.quantity} × ${line.name}` };
      }
    }
  });
}

function totalsBetween(view: OrderView, order: ShopOrder): FieldChange[] {
  return view.total === order.total ? [] : [{ field: 'total', before: order.total, after: view.total }];
}

function baseOf(
  { prepared, link }: LinkedOrder,
  payload: OrderPayload,
): Pick<Change<OrderPayload>, 'key' | 'businessKey' | 'requires' | 'payload' | 'link'> {
  const { order } = prepared;
  return { key: order.key, businessKey: order.number, requires: [], payload, link };
}

function conflictOf(linked: LinkedOrder, reason: string, message: string): Change<OrderPayload> {
  const { prepared, view, link } = linked;
  return {
    ...baseOf(linked, linked.payload),
    action: 'conflict',
    changes: view === undefined ? [] : totalsBetween(view, prepared.order),
    reason,
    message,
    odooId: view?.id ?? link.odooId,
  };
}
