/** Tells records that Odoo hides from this user from those that are gone. */
import type { RunContext } from './context';
import type { Change, Flow, Outcome } from './entity';
import { formatKey, type RecordKey } from './keys';

const GONE = 'deleted-in-odoo';

/**
 * A flow that misses a record in Odoo says that it was deleted. Where it is
 * only hidden, by a record rule or because it belongs to another company, this
 * says so instead (`hidden-in-odoo`): a person mends a right then, not the data.
 * Costs nothing where no record is missing.
 */
export async function nameHidden(
  context: RunContext,
  flow: Flow,
  changes: readonly Change[],
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<ReadonlyMap<string, Outcome>> {
  const missing = changes.flatMap(({ key }) => {
    const outcome = outcomes.get(formatKey(key));
    return outcome?.reason === GONE && outcome.odooId !== undefined
      ? [{ key, outcome, odooId: outcome.odooId, model: flow.odooModel(key.entity) }]
      : [];
  });
  const named = new Map(outcomes);
  for (const model of new Set(missing.map((one) => one.model))) {
    const ofModel = missing.filter((one) => one.model === model);
    const hidden = await context.odoo.findHidden(
      model,
      ofModel.map(({ odooId }) => odooId),
    );
    for (const { key, outcome, odooId } of ofModel) {
      const sentence = hidden.get(odooId);
      if (sentence !== undefined) {
        named.set(formatKey(key), sayHidden(key, outcome, `${model} ${odooId}`, sentence));
      }
    }
  }
  return named;
}

function sayHidden(key: RecordKey, outcome: Outcome, what: string, sentence: string): Outcome {
  return {
    ...outcome,
    key,
    reason: 'hidden-in-odoo',
    message: `Odoo does not let this user see the linked ${what}: ${sentence}`,
  };
}
