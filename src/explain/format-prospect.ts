/** What a sync would do with a record, in words. */
import { formatKey } from '../core/keys';
import type { AuditRow } from '../core/ports';
import { REASONS } from '../reporters/reasons';
import { describeRow, type Surroundings } from './describe-row';
import type { Foreseen, Prospect } from './foresee';
import type { KnownRecord } from './known';

const SHOWN_OTHERS = 5;

/** Paragraphs; none where nothing was planned. */
export function describeProspect(
  prospect: Prospect | undefined,
  records: readonly KnownRecord[],
  { missingSettings }: Surroundings,
): string[] {
  if (prospect === undefined) {
    return [];
  }
  const others = prospect.others.slice(0, SHOWN_OTHERS);
  const left = prospect.others.length - others.length;
  return [
    ...prospect.records.flatMap((foreseen) =>
      describeForeseen(foreseen, records, prospect.obstacles.length > 0),
    ),
    ...others.map((row) => `With it: ${row.entity} ${row.businessKey}: ${describeDecision(row)}`),
    ...(left > 0 ? [`With it: ${left} more`] : []),
    ...prospect.obstacles.map((obstacle) => `But: ${obstacle}`),
    ...missingSettings.map((sentence) => `But no sync begins: ${sentence}`),
    ...(prospect.records.some(({ key, verdict }) => key.entity === 'stock' && verdict === 'decided')
      ? [
          'Limits are weighed for all changes of a sync together (limits in the configuration); they may stop it.',
        ]
      : []),
  ];
}

function describeForeseen(
  foreseen: Foreseen,
  records: readonly KnownRecord[],
  isHindered: boolean,
): string[] {
  const { key, verdict, rows, debt } = foreseen;
  const name = formatKey(key);
  switch (verdict) {
    case 'decided':
      return rows.flatMap((row) => {
        const advice = REASONS[row.reason]?.advice ?? '';
        const help = row.status === 'planned' || advice === '' ? [] : [`What to do: ${advice}.`];
        return [`${name}: ${describeDecision(row)}`, ...help];
      });
    case 'stands':
      return [`${name}: nothing new. Tried now it would stay owed: ${debt?.reason ?? ''}`];
    case 'settled':
      return [`${name}: its debt would be over: the record is as it should be`];
    case 'unknown':
      return isHindered ? [] : [`${name}: not known; it comes with the order or customer that it belongs to`];
    case 'nothing':
      return [`${name}: nothing: ${whyNothing(foreseen, records)}`];
  }
}

function whyNothing({ key }: Foreseen, records: readonly KnownRecord[]): string {
  const link = records.find((record) => formatKey(record.key) === formatKey(key))?.link;
  return key.entity === 'order' && link === undefined
    ? 'it is not to be brought over (placed before orders.from, or gone from the shop)'
    : 'it is as it should be';
}

const DONE: Readonly<Record<string, string>> = {
  create: 'would be created',
  update: 'would be updated',
  link: 'would be linked',
  skip: 'would be left as it is',
  archive: 'would be archived',
};

const NOT_DONE: Readonly<Record<string, string>> = {
  quarantined: 'would be put into quarantine, for a person to look at',
  failed: 'would fail, and be tried again later',
  waiting: 'would wait for another record',
  stopped: 'would not be written: a limit stops it',
};

function describeDecision(row: AuditRow): string {
  const side = row.direction === 'wooToOdoo' ? 'in Odoo' : 'in the shop';
  const what =
    row.status === 'planned'
      ? `${DONE[row.action] ?? row.action} ${side}`
      : `${NOT_DONE[row.status] ?? row.status} (${row.action})`;
  const meaning = REASONS[row.reason]?.meaning;
  const why = describeRow(row);
  return `${what}${why === '' ? '' : `: ${why}`}${meaning === undefined ? '' : ` (${meaning})`}`;
}
