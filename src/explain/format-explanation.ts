/** The explanation of a record as one screen for the person who runs the shop. */
import { formatKey } from '../core/keys';
import type { AuditRow, Checkpoint, Debt, Intent, Link } from '../core/ports';
import { wrapText } from '../lib/wrap-text';
import { printable } from '../reporters/printable';
import { REASONS } from '../reporters/reasons';
import { describeRow, timeOf, type Surroundings } from './describe-row';
import { isIncomplete, isUnknown, type Explanation } from './explain';
import { describeProspect } from './format-prospect';
import type { KnownRecord } from './known';
import type { Side, SideRecord } from './side';
import { titleOf } from './subject';

const WIDTH = 100;
const MARGIN = 16;
const SHOWN_NAMES = 10;

type Section = readonly [heading: string, paragraphs: readonly string[]];

/** Ends with a line break. */
export function formatExplanation(explanation: Explanation, surroundings: Surroundings): string {
  const { subject, known, shop, odoo, prospect } = explanation;
  const title = printable(titleOf(subject));
  if (isUnknown(explanation)) {
    return formatUnknown(title, explanation);
  }
  const { records } = known;
  const sections: Section[] = [
    ['In the shop', describeSide(shop, 'the shop does not have it')],
    ['In Odoo', describeSide(odoo, 'Odoo does not have it')],
    ['Link', records.flatMap(describeLink)],
    ['Begun', records.flatMap(({ intent }) => (intent === undefined ? [] : [describeIntent(intent)]))],
    ['Owed', records.flatMap(({ debt }) => (debt === undefined ? [] : describeDebt(debt, surroundings)))],
    ['Waits for', known.waitsFor.flatMap((debt) => describeDebt(debt, surroundings))],
    ['Awaited by', describeAwaited(known.awaitedBy)],
    ['Held units', describeHolds(records)],
    [
      'What a sync would do',
      isIncomplete(explanation)
        ? ['not known: that takes an answer of both sides']
        : describeProspect(prospect, records, surroundings),
    ],
    ['Last read', describeCheckpoints(records)],
    ['Note', [shop, odoo].flatMap((side) => (side?.answered === true ? [...side.answer.notes] : []))],
  ];
  return [title, '', ...sections.flatMap(formatSection), ...formatDecisions(records), ''].join('\n');
}

function formatUnknown(title: string, { shop, odoo }: Explanation): string {
  if (shop === undefined) {
    return `nothing is known of ${title}; neither side was asked (--offline)\n`;
  }
  const silent = [
    ...(shop.answered ? [] : [`the shop did not answer: ${printable(shop.message)}`]),
    ...(odoo?.answered === false ? [`Odoo did not answer: ${printable(odoo.message)}`] : []),
  ];
  const known = shop.answered ? ['the shop does not have it either'] : [];
  return `${[`nothing is known of ${title}`, ...known, ...silent].join('; ')}\n`;
}

function formatSection([heading, paragraphs]: Section): string[] {
  const [first = '', ...rest] = paragraphs.flatMap((paragraph) =>
    wrapText(printable(paragraph), WIDTH - MARGIN),
  );
  if (paragraphs.length === 0) {
    return [];
  }
  const margin = ' '.repeat(MARGIN);
  const lines = rest.map((line) => `${margin}${line}`);
  return heading.length < MARGIN
    ? [`${heading.padEnd(MARGIN)}${first}`, ...lines]
    : [heading, `${margin}${first}`, ...lines];
}

function describeSide(
  side: Side<{ readonly records: readonly SideRecord[] }> | undefined,
  absent: string,
): string[] {
  if (side === undefined) {
    return ['not asked (--offline)'];
  }
  if (!side.answered) {
    return [`did not answer: ${side.message}`];
  }
  const { records } = side.answer;
  return records.length === 0 ? [absent] : records.map(describeSideRecord);
}

function describeSideRecord({ what, fields }: SideRecord): string {
  const shown = Object.entries(fields).filter(
    ([name, value]) => name !== 'id' || !what.endsWith(` ${value}`),
  );
  const parts = shown.map(([name, value]) => `${inWords(name)} ${shownValue(value)}`);
  return `${what}: ${parts.join(', ')}`;
}

/** `modifiedAt` as `modified at`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Times of both sides are UTC, and do not say so. */
function shownValue(value: string | number | boolean): string {
  const text = String(value);
  const isTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}$/.test(text);
  return value === true ? 'yes' : value === false ? 'no' : isTime ? timeOf(text) : text;
}

/** How far an order has come, in words. */
const STEPS: Readonly<Record<string, string>> = {
  created: 'written, its total is not checked yet',
  checked: 'its total is checked, it is not confirmed yet',
  confirmed: 'confirmed, its date is not put back yet',
  dated: 'done: confirmed, with its date',
  kept: 'done: it stays a draft',
  cancelled: 'done: cancelled',
  left: 'done: a person settled it in Odoo',
  rewritten: 'written again after it was done, its total is not checked yet',
};

function describeLink({ key, link }: KnownRecord): string[] {
  return link === undefined
    ? key.entity === 'stock'
      ? []
      : [`${formatKey(key)}: not linked to anything in Odoo`]
    : [`${formatKey(key)} = ${link.odooModel} ${link.odooId}${detailsOf(link)}`];
}

function detailsOf({ step, adopted, hash }: Link): string {
  const details = [
    ...(step === null ? [] : [`step ${step} (${STEPS[step] ?? 'unknown'})`]),
    ...(adopted ? ["somebody's own record, whose fields are never overwritten"] : []),
    ...(hash === '' ? ['compared at the next sync'] : [`hash ${hash.slice(0, 12)}`]),
  ];
  return `, ${details.join(', ')}`;
}

function describeIntent({ key, runId, createdAt }: Intent): string {
  return `${formatKey(key)} was being created by run ${runId} at ${timeOf(createdAt)} when it ended; the next sync looks it up in Odoo first`;
}

const STATES: Readonly<Record<Debt['state'], string>> = {
  retry: 'will be tried again',
  waiting: 'waits for another record',
  quarantine: 'needs a person',
};

function describeDebt(debt: Debt, { now, configHash }: Surroundings): string[] {
  const { key, businessKey, state, reason, message, attempts } = debt;
  const words = REASONS[reason];
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return [
    `${formatKey(key)} (${businessKey}) ${STATES[state]}: ${reason}${words === undefined ? '' : ` (${words.meaning})`}`,
    ...(message === '' ? [] : [`“${message}”`]),
    ...(words === undefined || words.advice === '' ? [] : [`What to do: ${words.advice}.`]),
    `Since ${timeOf(debt.firstAt)}, tried ${attempts === 0 ? 'never' : times}; ${nextTry(debt, now, configHash)}.`,
  ];
}

function nextTry({ key, state, nextAt, waitingFor, configHash }: Debt, now: Date, current: string): string {
  if (Date.parse(nextAt) <= now.getTime()) {
    return 'due: the next sync tries it';
  }
  if (state === 'quarantine' && configHash !== current) {
    return 'the configuration has changed since: the next sync tries it';
  }
  const wait = state === 'waiting' ? `when ${waitingFor ?? 'the other'} is applied, or ` : '';
  return `tried again ${wait}after ${timeOf(nextAt)}, at once with \`wcodoo debts retry ${formatKey(key)}\` and a sync`;
}

function describeAwaited(debts: readonly Debt[]): string[] {
  if (debts.length === 0) {
    return [];
  }
  const names = debts.slice(0, SHOWN_NAMES).map(({ key, businessKey }) => `${key.entity} ${businessKey}`);
  const left = debts.length - names.length;
  return [`${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}`];
}

function describeHolds(records: readonly KnownRecord[]): string[] {
  return records.flatMap(({ holds }) =>
    holds.map(
      ({ order, productId, quantity }) =>
        `${quantity} of product ${productId} by ${formatKey(order)}: taken from the shop's stock, not reserved in Odoo`,
    ),
  );
}

function describeCheckpoints(records: readonly KnownRecord[]): string[] {
  const flows = new Map(records.map(({ flow, checkpoint }) => [flow, checkpoint]));
  return [...flows].flatMap(([flow, checkpoint]) =>
    flow === undefined || flow === 'products' ? [] : [`${flow}: ${describeCheckpoint(checkpoint)}`],
  );
}

function describeCheckpoint(checkpoint: Checkpoint | undefined): string {
  if (checkpoint?.watermark == null) {
    return 'never read to the end yet';
  }
  const all = checkpoint.fullAt === null ? '' : `, everything compared ${timeOf(checkpoint.fullAt)}`;
  return `what changed before ${timeOf(checkpoint.watermark)} is done or owed${all}`;
}

function formatDecisions(records: readonly KnownRecord[]): string[] {
  const rows = records
    .flatMap(({ decisions }) => decisions)
    .sort((left, right) => (left.time < right.time ? 1 : left.time > right.time ? -1 : 0));
  if (rows.length === 0) {
    return ['Decisions       none that the audit still has'];
  }
  const more = records.some(({ hasOlderDecisions }) => hasOlderDecisions)
    ? ['  … older ones with --all']
    : [];
  return ['Decisions, the newest first', ...rows.flatMap(formatRow), ...more];
}

function formatRow(row: AuditRow): string[] {
  const head = `${timeOf(row.time)}  ${row.entity} ${row.action} ${row.status}  run ${row.runId}`;
  const what = describeRow(row);
  return [
    `  ${head}`,
    ...(what === '' ? [] : wrapText(printable(what), WIDTH - 6).map((line) => `      ${line}`)),
  ];
}
