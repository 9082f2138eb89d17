/** Links taken back from the external ids in Odoo, for a state that was lost. */
import type { RunContext } from './context';
import type { Flow } from './entity';
import { StoppedError } from './errors';
import { externalIdPrefix, formatKey, parseExternalId, type RecordKey } from './keys';
import { REBUILT } from './plan';
import type { Link } from './ports';

/** What was found of one kind of record. */
export interface Rebuilt {
  readonly entity: string;
  /** Records in Odoo that carry an external id of ours. */
  readonly found: number;
  /** Of these, the ones whose link was missing. */
  readonly added: number;
  /** Of these, the ones that share their record with another: it was merged, and is never overwritten. */
  readonly merged: number;
}

/** How the records of a flow are found. */
interface Source {
  readonly model: string;
  readonly flow: Flow;
  readonly entities: readonly string[];
}

/**
 * Reads the external ids of every record that the flows write, archived ones
 * too, and adds the links that are missing; those that exist stay as they are.
 * A link that was taken back says that the record is ours and nothing of its
 * content: its next look compares both sides, and what they hold then counts as
 * agreed.
 * @param onFound told of the records found so far
 * @throws RetryableError when Odoo is not available, StoppedError when the program was asked to stop; links added by then stay
 */
export async function rebuildLinks(
  context: RunContext,
  flows: readonly Flow[],
  onFound: (found: number) => void,
): Promise<Rebuilt[]> {
  const results: Rebuilt[] = [];
  let total = 0;
  for (const source of sourcesOf(flows)) {
    const found = await readKeys(context, source, (count) => {
      onFound(total + count);
    });
    total += found.length;
    results.push(...(await addLinks(context, source, found)));
  }
  return results;
}

function sourcesOf(flows: readonly Flow[]): Source[] {
  return flows
    .filter(({ direction }) => direction === 'wooToOdoo')
    .flatMap((flow) => {
      const models = [...new Set(flow.entities.map((entity) => flow.odooModel(entity)))];
      return models.map((model) => ({
        model,
        flow,
        entities: flow.entities.filter((entity) => flow.odooModel(entity) === model),
      }));
    });
}

interface FoundKey {
  readonly key: RecordKey;
  readonly odooId: number;
}

async function readKeys(
  { odoo, store, signal }: RunContext,
  { model, flow, entities }: Source,
  onFound: (count: number) => void,
): Promise<FoundKey[]> {
  const found = new Map<string, FoundKey>();
  const domain = flow.externalIdDomain?.(store) ?? [];
  for await (const page of odoo.sweepExternalIds(model, externalIdPrefix(store), domain)) {
    for (const { id: odooId, externalId } of page) {
      const key = parseExternalId(externalId);
      if (key?.store === store && entities.includes(key.entity)) {
        found.set(formatKey(key), { key, odooId });
      }
    }
    onFound(found.size);
    if (signal.aborted) {
      throw new StoppedError('The rebuild was asked to stop; started again, it adds what is missing.');
    }
  }
  return [...found.values()];
}

async function addLinks(
  context: RunContext,
  { model, flow, entities }: Source,
  found: readonly FoundKey[],
): Promise<Rebuilt[]> {
  const known = await context.state.links.find(found.map(({ key }) => key));
  const missing = found.filter(({ key }) => !known.has(formatKey(key)));
  const owners = new Map<number, number>();
  for (const { odooId } of found) {
    owners.set(odooId, (owners.get(odooId) ?? 0) + 1);
  }
  const links = missing.map(({ key, odooId }): Link => ({
    key,
    odooModel: model,
    odooId,
    hash: REBUILT,
    fields: {},
    odooHash: null,
    step: flow.resumeStep ?? null,
    adopted: (owners.get(odooId) ?? 0) > 1,
    matchKey: null,
  }));
  await context.state.commit({ links });
  return entities.map((entity) => {
    const added = links.filter(({ key }) => key.entity === entity);
    return {
      entity,
      found: found.filter(({ key }) => key.entity === entity).length,
      added: added.length,
      merged: added.filter(({ adopted }) => adopted).length,
    };
  });
}
