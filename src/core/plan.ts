/**
 * Decides what must change, from plain values only: mapped source records, the
 * links known so far, the target records found, and how the linked ones look
 * now. Entities with fields that stand for themselves (customers, addresses)
 * plan through this; it is a three-way comparison per field between what was
 * applied last, what the source says now and what the target holds now.
 */
import { hashOf } from '../lib/hash';
import type { Change, Plan, PlanFailure } from './entity';
import { formatKey, type RecordKey } from './keys';
import type { FieldChange, Link } from './ports';

/** A source record made ready for planning. */
export interface Mapped<P = unknown> {
  readonly key: RecordKey;
  readonly businessKey: string;
  readonly odooModel: string;
  /** Mapped fields as canonical text; empty text for an empty value. */
  readonly fields: Readonly<Record<string, string>>;
  readonly payload: P;
  readonly requires: readonly RecordKey[];
  readonly matchKey: string | null;
  /** False for a source that only says who someone is (a guest's order): what it creates is never updated from it. */
  readonly updates?: boolean;
  readonly origin?: RecordKey | undefined;
}

/** What was found on the target side for a record without a link. */
export type Match =
  | {
      readonly kind: 'found';
      readonly odooId: number;
      /** True when it carries our external id; else it is somebody's record that matches. */
      readonly ours: boolean;
      readonly message: string;
    }
  | { readonly kind: 'ambiguous'; readonly reason: string; readonly message: string };

export interface PlanInput<P> {
  readonly mapped: readonly Mapped<P>[];
  /** By formatted key. */
  readonly links: ReadonlyMap<string, Link>;
  /** By formatted key; absent means nothing was found. */
  readonly matches: ReadonlyMap<string, Match>;
  /** Present field values by Odoo id, for linked records whose hash differs. */
  readonly views: ReadonlyMap<number, Readonly<Record<string, string>>>;
}

/** A short hash of each field, kept in a link. */
export function hashFields(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, hashOf(value, 8)]));
}

/** The link of a record as it will stand once applied; `odooId` 0 until it is known. */
export function linkFor(mapped: Mapped, odooId: number, adopted: boolean): Link {
  return {
    key: mapped.key,
    odooModel: mapped.odooModel,
    odooId,
    hash: hashOf(mapped.fields),
    fields: hashFields(mapped.fields),
    odooHash: null,
    step: null,
    adopted,
    matchKey: mapped.matchKey,
  };
}

/** Between the hashes of a field that a write under way may have changed. */
const OR = '|';
/** Hash of a link whose record is being written: that of no record. */
const PENDING = 'pending';

/** Hash of a link that was taken back from the external ids in Odoo: what was written last is not known. */
export const REBUILT = 'rebuilt';

/** True for a link that says no more than that the record is ours. */
export function isRebuilt(link: Link): boolean {
  return link.hash === REBUILT;
}

/** A link while its record is written: a field that changes holds the old value or the new one. */
function pendingLinkOf(link: Link, changes: readonly FieldChange[]): Link {
  const held = changes.map(({ field, after }): [string, string] => {
    const known = (link.fields[field] ?? '').split(OR);
    return [field, [...new Set([...known, hashOf(after, 8)])].join(OR)];
  });
  return { ...link, hash: PENDING, fields: { ...link.fields, ...Object.fromEntries(held) } };
}

/** True when Odoo holds what was never written there. */
function isChangedInOdoo(link: Link, field: string, value: string): boolean {
  return !(link.fields[field] ?? '').split(OR).includes(hashOf(value, 8));
}

/** True when a link's record must be compared with the target before it can be planned. */
export function needsView(mapped: Mapped, link: Link): boolean {
  return !link.adopted && link.hash !== hashOf(mapped.fields);
}

export function planChanges<P>(input: PlanInput<P>): Plan<P> {
  const changes: Change<P>[] = [];
  const failures: PlanFailure[] = [];
  const unchanged: RecordKey[] = [];

  for (const mapped of input.mapped) {
    const name = formatKey(mapped.key);
    const link = input.links.get(name);
    if (link !== undefined) {
      const change = planLinked(mapped, link, input.views);
      if (change === undefined) {
        unchanged.push(mapped.key);
      } else {
        changes.push(change);
      }
      continue;
    }
    const match = input.matches.get(name);
    if (match?.kind === 'ambiguous') {
      failures.push({
        key: mapped.key,
        businessKey: mapped.businessKey,
        reason: match.reason,
        message: match.message,
        origin: mapped.origin,
        quarantine: true,
      });
      continue;
    }
    changes.push(match === undefined ? planCreate(mapped) : planLink(mapped, match));
  }
  return { changes, failures, unchanged };
}

function planLinked<P>(mapped: Mapped<P>, link: Link, views: PlanInput<P>['views']): Change<P> | undefined {
  const view = views.get(link.odooId);
  // What is never updated from its source stays as an interrupted create has left it.
  const isKnownOnly = isRebuilt(link) || (link.hash === '' && mapped.updates === false);
  if (isKnownOnly && (link.adopted || view !== undefined)) {
    return planKnown(mapped, link);
  }
  return needsView(mapped, link) ? planUpdate(mapped, link, view) : undefined;
}

function changeOf<P>(
  mapped: Mapped<P>,
): Pick<Change<P>, 'key' | 'businessKey' | 'requires' | 'payload' | 'origin'> {
  const { key, businessKey, requires, payload, origin } = mapped;
  return { key, businessKey, requires, payload, origin };
}

function planCreate<P>(mapped: Mapped<P>): Change<P> {
  return {
    ...changeOf(mapped),
    action: 'create',
    changes: Object.entries(mapped.fields)
      .filter(([, value]) => value !== '')
      .map(([field, after]) => ({ field, before: '', after })),
    reason: '',
    message: '',
    nextLink: linkFor(mapped, 0, mapped.updates === false),
  };
}

function planLink<P>(mapped: Mapped<P>, match: Match & { kind: 'found' }): Change<P> {
  return {
    ...changeOf(mapped),
    action: 'link',
    changes: [],
    reason: match.ours ? 'known-by-external-id' : 'matched',
    message: match.message,
    odooId: match.odooId,
    nextLink: linkFor(mapped, match.odooId, !match.ours || mapped.updates === false),
  };
}

/** What both sides hold now counts as agreed; a record that is somebody's own stays that. */
function planKnown<P>(mapped: Mapped<P>, { odooId, adopted }: Link): Change<P> {
  const message = adopted ? "carries its external id, and is somebody's own" : 'carries its external id';
  return {
    ...planLink(mapped, { kind: 'found', odooId, ours: !adopted, message }),
    reason: 'known-by-external-id',
  };
}

function planUpdate<P>(
  mapped: Mapped<P>,
  link: Link,
  view: Readonly<Record<string, string>> | undefined,
): Change<P> | undefined {
  if (view === undefined) {
    return {
      ...changeOf(mapped),
      action: 'conflict',
      changes: [],
      reason: 'deleted-in-odoo',
      message: `the linked ${link.odooModel} ${link.odooId} no longer exists in Odoo; it is not created again by itself`,
      odooId: link.odooId,
      link,
    };
  }
  const wanted: FieldChange[] = [];
  const disputed: FieldChange[] = [];
  for (const [field, after] of Object.entries(mapped.fields)) {
    const before = view[field] ?? '';
    if (before === after || link.fields[field] === hashOf(after, 8)) {
      continue;
    }
    (isChangedInOdoo(link, field, before) ? disputed : wanted).push({ field, before, after });
  }
  const next = linkFor(mapped, link.odooId, false);
  if (disputed.length === 0) {
    return {
      ...changeOf(mapped),
      action: wanted.length === 0 ? 'skip' : 'update',
      changes: wanted,
      reason: wanted.length === 0 ? 'already-equal' : '',
      message: '',
      odooId: link.odooId,
      link,
      pendingLink: wanted.length === 0 ? undefined : pendingLinkOf(link, wanted),
      nextLink: { ...next, odooHash: link.odooHash, step: link.step },
    };
  }
  const names = disputed.map((change) => change.field).join(', ');
  return {
    ...changeOf(mapped),
    action: 'conflict',
    changes: disputed,
    reason: 'changed-in-odoo',
    message: `changed on both sides since the last run: ${names}; Odoo's value is left as it is`,
    odooId: link.odooId,
    link,
  };
}
