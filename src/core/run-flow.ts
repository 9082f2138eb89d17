/** Drives one flow: page by page, what was owed first, everything of a page durable before the next. */
import type { RunContext } from './context';
import type { Flow, SourcePage, SourceRecord } from './entity';
import { formatKey, type RecordKey } from './keys';
import type { Checkpoint, Debt } from './ports';
import { processPage, type FlowRun } from './process-page';
import { hashOf } from '../lib/hash';

/** Thrown between two pages when the run was asked to stop. */
export class Interrupted extends Error {}

/**
 * Reads a flow to its end.
 * @throws RetryableError, FatalError, Interrupted; the pages before are durable
 */
export async function runFlow(run: FlowRun, flow: Flow): Promise<void> {
  const { context, progress } = run;
  const { request } = context;
  const restricted =
    request.since !== undefined || request.until !== undefined || request.limit !== undefined;
  const checkpoint = await checkpointOf(context, flow);
  const { owed, debts } = await owedBy(run, flow);
  const counts = progress.of(flow.name);
  const pages = flow.read(context, { ...request, checkpoint, owed, restricted });
  let left = request.limit ?? Number.POSITIVE_INFINITY;

  // What was owed comes again with the sweep: passed over there, unless it changed in between.
  const read = new Map<string, string>();

  for await (const page of pages) {
    stopWhenAsked(context);
    const fresh = page.records.filter(
      ({ key, raw }) =>
        !progress.handled.has(formatKey(key)) &&
        (read.size === 0 || read.get(formatKey(key)) !== hashOf(raw)),
    );
    const records = fresh.slice(0, left);
    left -= records.length;
    for (const { key, raw } of owedOf(page, owed)) {
      read.set(formatKey(key), hashOf(raw));
    }
    await processPage(run, flow, records, { checkpoint: restricted ? undefined : page.checkpoint });
    await forgetOrphans(run, records, debts);
    context.emit({
      type: 'flow-progress',
      store: context.store,
      flow: flow.name,
      read: counts.read,
      expected: page.expected,
    });
    if (left <= 0) {
      break;
    }
  }
}

function owedOf(page: SourcePage, owed: readonly RecordKey[]): readonly SourceRecord[] {
  const names = new Set(owed.map(formatKey));
  return page.records.filter(({ key }) => names.has(formatKey(key)));
}

function stopWhenAsked(context: RunContext): void {
  if (context.signal.aborted) {
    throw new Interrupted();
  }
}

async function checkpointOf(context: RunContext, flow: Flow): Promise<Checkpoint> {
  const known = await context.state.checkpoints.get(context.store, flow.name);
  return known ?? { store: context.store, flow: flow.name, watermark: null, position: null, fullAt: null };
}

/** Records this flow reads again: debts that are due, whatever flow owes them, and links left half done. */
async function owedBy(run: FlowRun, flow: Flow): Promise<{ owed: RecordKey[]; debts: Debt[] }> {
  const { context, flows } = run;
  const now = context.clock.now().toISOString();
  const due: Debt[] = [];
  for (const name of flows.keys()) {
    due.push(...(await context.state.debts.due(context.store, name, now, context.configHash)));
  }
  const keys = due.map((debt) => debt.origin ?? debt.key).filter((key) => flow.entities.includes(key.entity));
  for (const entity of flow.finalSteps === undefined ? [] : flow.entities) {
    const unfinished = await context.state.links.findUnfinished(context.store, entity, flow.finalSteps ?? []);
    const debts = await context.state.debts.find(unfinished.map(({ key }) => key));
    keys.push(...unfinished.map(({ key }) => key).filter((key) => !debts.has(formatKey(key))));
  }
  const owed = [...new Map(keys.map((key) => [formatKey(key), key])).values()];
  return { owed, debts: due };
}

/**
 * Settles debts that no longer follow from the record they came from: the line
 * with the missing product was taken off, or the order is gone. What another
 * record waits for is kept.
 */
async function forgetOrphans(
  { context, progress }: FlowRun,
  records: readonly SourceRecord[],
  debts: readonly Debt[],
): Promise<void> {
  const read = new Set(records.map(({ key }) => formatKey(key)));
  const orphans = debts.filter(
    ({ key, origin }) =>
      origin !== null && read.has(formatKey(origin)) && !progress.planned.has(formatKey(key)),
  );
  if (orphans.length === 0) {
    return;
  }
  const { state, store } = context;
  const stillOwed = await state.debts.find(orphans.flatMap(({ origin }) => origin ?? []));
  const awaited = new Set(
    (await state.debts.list(store, { state: 'waiting' })).map(({ waitingFor }) => waitingFor),
  );
  const settledDebts = orphans
    .filter(({ key, origin }) => !awaited.has(formatKey(key)) && !stillOwed.has(formatKey(origin ?? key)))
    .map(({ key }) => key);
  await state.commit({ settledDebts });
}
