/** Drives one flow: page by page, what was owed first, everything of a page durable before the next. */
import { hashOf } from '../lib/hash';
import { isNarrowed, type RunContext } from './context';
import type { Flow, SourcePage, SourceRecord } from './entity';
import { stopWhenAsked } from './interrupted';
import { formatKey, type RecordKey } from './keys';
import { letPass, markUsed } from './let-pass';
import { weighListing } from './limits';
import type { Checkpoint, Debt } from './ports';
import { processPage, type FlowRun } from './process-page';
import { runGuardedFlow } from './run-guarded-flow';

/**
 * Reads a flow to its end.
 * @throws RetryableError, FatalError, Interrupted; the pages before are durable
 * @throws LimitError before anything is written when a limit is exceeded
 */
export async function runFlow(run: FlowRun, flow: Flow): Promise<void> {
  const { context } = run;
  const { owed, debts } = await owedBy(run, flow);
  const pages = freshPages(run, flow, owed);

  async function afterPage(page: SourcePage): Promise<void> {
    await forgetOrphans(run, page.records, debts);
    context.emit({
      type: 'flow-progress',
      store: context.store,
      flow: flow.name,
      read: run.progress.of(flow.name).read,
      expected: page.expected,
    });
  }

  if (flow.guard !== undefined) {
    await runGuardedFlow(run, flow, flow.guard, pages, afterPage);
    return;
  }
  for await (const page of pages) {
    // Before the checkpoint of its page moves: it must not pass what was not listed.
    if (page.listed !== undefined) {
      await checkListing(context, flow, page.listed);
    }
    await processPage(run, flow, page.records, { checkpoint: page.checkpoint });
    await afterPage(page);
  }
}

/**
 * The pages of a flow with the records that are still to be handled in this
 * run, as many as were asked for. Restricted runs move no checkpoint.
 */
async function* freshPages(
  { context, progress }: FlowRun,
  flow: Flow,
  owed: readonly RecordKey[],
): AsyncGenerator<SourcePage> {
  const { request } = context;
  const restricted = isNarrowed(request);
  const checkpoint = await checkpointOf(context, flow);
  // A flow that hands out more than was asked for does not get it written.
  const asked = request.only && new Set(request.only.map(formatKey));
  let left = request.limit ?? Number.POSITIVE_INFINITY;

  // What was owed comes again with the sweep: passed over there, unless it changed in between.
  const read = new Map<string, string>();

  for await (const page of flow.read(context, { ...request, checkpoint, owed, restricted })) {
    stopWhenAsked(context);
    const fresh = page.records.filter(
      ({ key, raw }) =>
        !progress.handled.has(formatKey(key)) &&
        asked?.has(formatKey(key)) !== false &&
        (read.size === 0 || read.get(formatKey(key)) !== hashOf(raw)),
    );
    const records = fresh.slice(0, left);
    left -= records.length;
    for (const { key, raw } of owedOf(page, owed)) {
      read.set(formatKey(key), hashOf(raw));
    }
    yield restricted ? { records, expected: page.expected } : { ...page, records };
    if (left <= 0) {
      return;
    }
  }
}

/**
 * A complete listing is remembered, and stops the flow when it is far shorter
 * than the last one. The next run then begins the sweep anew: gone on with from
 * its end, it would be complete without a listing.
 */
async function checkListing(context: RunContext, flow: Flow, records: number): Promise<void> {
  const { state, store, clock, limits } = context;
  const before = (await state.listings.get(store, flow.name))?.records;
  const passed = await letPass(context, flow.name, weighListing({ before, now: records }, limits), {
    consequence: 'Nothing is taken for deleted.',
    onStop: async () => {
      await state.commit({ checkpoint: { ...(await checkpointOf(context, flow)), position: null } });
    },
  });
  await state.commit({
    listing: { store, flow: flow.name, records, at: clock.now().toISOString() },
    breaches: markUsed(context, passed),
  });
}

function owedOf(page: SourcePage, owed: readonly RecordKey[]): readonly SourceRecord[] {
  const names = new Set(owed.map(formatKey));
  return page.records.filter(({ key }) => names.has(formatKey(key)));
}

async function checkpointOf(context: RunContext, flow: Flow): Promise<Checkpoint> {
  const known = await context.state.checkpoints.get(context.store, flow.name);
  return known ?? { store: context.store, flow: flow.name, watermark: null, position: null, fullAt: null };
}

/**
 * Records this flow reads again: debts that are due, whatever flow owes them, and
 * links left half done; in a run for single records those alone.
 */
async function owedBy(run: FlowRun, flow: Flow): Promise<{ owed: RecordKey[]; debts: Debt[] }> {
  const { context, flows } = run;
  const now = context.clock.now().toISOString();
  // Lists are joined, never spread into a call: a hundred thousand arguments are more than the stack takes.
  let due: Debt[] = [];
  for (const name of flows.keys()) {
    due = due.concat(await context.state.debts.due(context.store, name, now, context.configHash));
  }
  const { only } = context.request;
  if (only !== undefined) {
    return { owed: ownKeys(flow, only), debts: due };
  }
  let keys = due.map((debt) => debt.origin ?? debt.key).filter((key) => flow.entities.includes(key.entity));
  for (const entity of flow.finalSteps === undefined ? [] : flow.entities) {
    const unfinished = await context.state.links.findUnfinished(context.store, entity, flow.finalSteps ?? []);
    const debts = await context.state.debts.find(unfinished.map(({ key }) => key));
    keys = keys.concat(unfinished.map(({ key }) => key).filter((key) => !debts.has(formatKey(key))));
  }
  const owed = [...new Map(keys.map((key) => [formatKey(key), key])).values()];
  return { owed, debts: due };
}

/** Of these records, those that the flow writes. */
export function ownKeys(flow: Flow, keys: readonly RecordKey[]): RecordKey[] {
  return keys.filter(({ entity }) => flow.entities.includes(entity));
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
