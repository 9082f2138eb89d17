/** Drives one flow: page by page, what was owed first, everything of a page durable before the next. */
import { applyChanges } from './apply';
import type { RunContext } from './context';
import type { Feed, Flow, Plan, SourcePage, SourceRecord } from './entity';
import { noCounts, type FlowCounts } from './events';
import { formatKey, type RecordKey } from './keys';
import { PageResult } from './page-result';
import type { Checkpoint, Debt } from './ports';
import { hashOf } from '../lib/hash';

/** Thrown between two pages when the run was asked to stop. */
export class Interrupted extends Error {}

/** Counts of every flow of a run, and what was already handled in it. */
export class Progress {
  readonly #counts = new Map<string, FlowCounts>();
  /** Formatted keys that must not be tried a second time in this run. */
  readonly handled = new Set<string>();
  /** Formatted keys that were planned in this run. */
  readonly planned = new Set<string>();

  of(flow: string): FlowCounts {
    const counts = this.#counts.get(flow) ?? noCounts();
    this.#counts.set(flow, counts);
    return counts;
  }
}

export interface FlowRun {
  readonly context: RunContext;
  /** Every flow of the registry by name, for records that one flow feeds to another. */
  readonly flows: ReadonlyMap<string, Flow>;
  readonly progress: Progress;
}

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
    await processRecords(run, flow, records, restricted ? undefined : page.checkpoint);
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

/** Plans and applies records, those they depend on first, and commits the page. */
async function processRecords(
  run: FlowRun,
  flow: Flow,
  records: readonly SourceRecord[],
  checkpoint?: Checkpoint,
): Promise<void> {
  const { context, progress } = run;
  if (records.length > 0) {
    await processFeeds(run, await flow.before?.(context, records));
  }
  for (const { key } of records) {
    progress.planned.add(formatKey(key));
  }
  const startedAt = context.clock.now().getTime();
  const plan = await flow.plan(context, records);
  checkComplete(flow, records, plan);
  const outcomes = await applyChanges(context, flow, plan.changes);
  const durationMs = context.clock.now().getTime() - startedAt;

  const counts = progress.of(flow.name);
  counts.read += records.length;
  counts.unchanged += plan.unchanged.length;
  const debts = await context.state.debts.find(records.map(({ key }) => key));
  const result = new PageResult(context, flow, debts, durationMs);
  for (const key of plan.unchanged) {
    result.keepUnchanged(key);
  }
  for (const failure of plan.failures) {
    result.keepFailure(failure, counts);
  }
  for (const change of plan.changes) {
    result.keepOutcome(change, outcomes.get(formatKey(change.key)), counts);
  }
  for (const key of result.failedKeys) {
    progress.handled.add(formatKey(key));
  }
  await context.state.commit({
    ...(await flow.settle?.(context, records)),
    debts: result.debts,
    settledDebts: result.settledDebts,
    audit: result.rows,
  });
  if (result.rows.length > 0) {
    context.emit({ type: 'decided', rows: result.rows });
  }
  if (records.length > 0) {
    await processFeeds(run, await flow.after?.(context, records));
  }
  // Last of all: what follows from the page is applied or owed by now too.
  if (checkpoint !== undefined) {
    await context.state.commit({ checkpoint });
  }
}

/**
 * No record may fall between: each has a change, a failure, or is as it should be.
 * @throws Error for a plan that forgot one (a bug); the checkpoint does not move
 */
function checkComplete(flow: Flow, records: readonly SourceRecord[], plan: Plan): void {
  const decided = new Set(
    [...plan.changes, ...plan.failures, ...plan.unchanged.map((key) => ({ key }))].map(({ key }) =>
      formatKey(key),
    ),
  );
  const forgotten = records.find(({ key }) => !decided.has(formatKey(key)));
  if (forgotten !== undefined) {
    throw new Error(`the plan of ${flow.name} decided nothing about ${formatKey(forgotten.key)}`);
  }
}

async function processFeeds(run: FlowRun, feeds: readonly Feed[] = []): Promise<void> {
  for (const feed of feeds) {
    const flow = run.flows.get(feed.flow);
    if (flow === undefined) {
      throw new RangeError(`no flow ${feed.flow} to feed`);
    }
    const records = feed.records.filter(({ key }) => !run.progress.handled.has(formatKey(key)));
    if (records.length > 0) {
      await processRecords(run, flow, records);
    }
  }
}
