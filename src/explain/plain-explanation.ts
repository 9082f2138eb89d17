/** The explanation of a record as `--json` shows it; its keys are stable. */
import { formatKey, type RecordKey } from '../core/keys';
import { plainDebt } from '../core/plain-debt';
import type { Hold } from '../core/ports';
import { isUnknown, type Explanation } from './explain';
import type { KnownRecord } from './known';
import type { Side } from './side';
import { titleOf } from './subject';

/** Plain JSON; records are named by their formatted keys. */
export function plainExplanation(explanation: Explanation): Record<string, unknown> {
  const { subject, known, shop, odoo, prospect } = explanation;
  return {
    subject: titleOf(subject),
    isKnown: !isUnknown(explanation),
    shop: plainSide(shop),
    odoo: plainSide(odoo),
    records: known.records.map(plainRecord),
    waitsFor: known.waitsFor.map(plainDebt),
    awaitedBy: known.awaitedBy.map(plainDebt),
    prospect:
      prospect === undefined
        ? null
        : {
            records: prospect.records.map(({ key, debt, ...rest }) => ({
              record: formatKey(key),
              ...rest,
              debt: debt === undefined ? null : plainDebt(debt),
            })),
            others: prospect.others,
            obstacles: prospect.obstacles,
          },
  };
}

function plainSide(
  side: Side<{ readonly records: readonly unknown[]; readonly notes: readonly string[] }> | undefined,
): unknown {
  if (side === undefined) {
    return { asked: false };
  }
  return side.answered
    ? { asked: true, answered: true, records: side.answer.records, notes: side.answer.notes }
    : { asked: true, answered: false, message: side.message };
}

function plainRecord(record: KnownRecord): Record<string, unknown> {
  const { key, link, debt, intent, holds, flow, checkpoint, decisions, hasOlderDecisions } = record;
  return {
    record: formatKey(key),
    link: link === undefined ? null : named(link),
    debt: debt === undefined ? null : plainDebt(debt),
    intent: intent === undefined ? null : { ...named(intent), link: undefined },
    holds: holds.map(plainHold),
    flow: flow ?? null,
    checkpoint: checkpoint ?? null,
    decisions,
    hasOlderDecisions,
  };
}

function named({ key, ...rest }: { readonly key: RecordKey }): Record<string, unknown> {
  return { record: formatKey(key), ...rest };
}

function plainHold({ order, productId, quantity }: Hold): Record<string, unknown> {
  return { order: formatKey(order), productId, quantity };
}
