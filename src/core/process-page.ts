/**
 * One page from its records to a durable result: what it depends on first, then
 * plan, write, steps, and last what follows from it.
 */
import { applyChanges } from './apply';
import type { RunContext } from './context';
import type { Change, Feed, Flow, Outcome, Plan, SourceRecord } from './entity';
import { RetryableError } from './errors';
import { noCounts, type FlowCounts } from './run-summary';
import { nameHidden } from './hidden-records';
import { settleIntents } from './intents';
import { formatKey } from './keys';
import { LostAnswers } from './lost-answers';
import { PageResult } from './page-result';
import type { Checkpoint } from './ports';

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

/** What a page came to. */
export interface Decided {
  readonly plan: Plan;
  /** By formatted key. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly durationMs: number;
}

export interface PageOptions {
  /** Moves once everything of the page, and what follows from it, is applied or owed. */
  readonly checkpoint?: Checkpoint | undefined;
  /** True for records that were counted as read when they were planned. */
  readonly readBefore?: boolean;
  /** Says what becomes of a change instead of carrying it out; undefined for one to carry out. */
  readonly withhold?: ((change: Change) => Outcome | undefined) | undefined;
}

/** Lost answers that a page may have before its flow stops; each is looked up before anything is sent again. */
const MAX_LOST_ANSWERS = 8;

/** Plans and applies records, those they depend on first, and commits the page. */
export async function processPage(
  run: FlowRun,
  flow: Flow,
  records: readonly SourceRecord[],
  options: PageOptions = {},
): Promise<void> {
  const { context, progress } = run;
  if (records.length > 0) {
    await processFeeds(run, await flow.before?.(context, records));
  }
  progress.of(flow.name).read += options.readBefore === true ? 0 : records.length;
  const decided = await planAndApply(run, flow, records, options.withhold);
  await keepDecided(run, flow, records, decided);
  if (records.length > 0) {
    await processFeeds(run, await flow.after?.(context, records));
  }
  // Last of all: what follows from the page is applied or owed by now too.
  if (options.checkpoint !== undefined) {
    await context.state.commit({ checkpoint: options.checkpoint });
  }
}

/**
 * Plans records. None may fall between: each has a change, a failure, or is as
 * it should be.
 * @throws Error for a plan that forgot one (a bug); the checkpoint does not move
 */
export async function planRecords(
  { context, progress }: FlowRun,
  flow: Flow,
  records: readonly SourceRecord[],
): Promise<Plan> {
  for (const { key } of records) {
    progress.planned.add(formatKey(key));
  }
  const plan = await flow.plan(context, records);
  const decided = new Set(
    [...plan.changes, ...plan.failures, ...plan.unchanged.map((key) => ({ key }))].map(({ key }) =>
      formatKey(key),
    ),
  );
  const forgotten = records.find(({ key }) => !decided.has(formatKey(key)));
  if (forgotten !== undefined) {
    throw new Error(`the plan of ${flow.name} decided nothing about ${formatKey(forgotten.key)}`);
  }
  return plan;
}

/**
 * Plans and applies. Where the answer to a write was lost, what was written is
 * looked up and the page is planned anew on that ground, so that only what is
 * absent is sent again: the same that the next run would do, without waiting
 * for it.
 * @throws RetryableError when the other side is gone, or loses one answer after another
 */
async function planAndApply(
  run: FlowRun,
  flow: Flow,
  records: readonly SourceRecord[],
  withhold: PageOptions['withhold'],
): Promise<Decided> {
  const { context, flows } = run;
  const startedAt = context.clock.now().getTime();
  const lost = new LostAnswers();
  let page = records;
  for (;;) {
    const plan = await planRecords(run, flow, page);
    try {
      const applied = await applyChanges(context, flow, plan.changes, withhold);
      const outcomes = await nameHidden(context, flow, plan.changes, applied);
      const links = lost.count === 0 ? new Map() : await context.state.links.find(plan.unchanged);
      const durationMs = context.clock.now().getTime() - startedAt;
      return { ...lost.complete(plan, outcomes, links), durationMs };
    } catch (error) {
      if (!(error instanceof RetryableError && error.ambiguous) || lost.count >= MAX_LOST_ANSWERS) {
        throw error;
      }
      lost.add(plan);
      const message = `${error.message}; what was written is looked up before anything is sent again`;
      context.emit({ type: 'notice', level: 'info', message });
      await settleIntents(context, [...flows.values()]);
      // A flow may remember what it prepared for a page; this one stands on other ground.
      page = [...records];
    }
  }
}

/** Keeps what a page came to: counts, debts and audit rows, in one transaction. */
export async function keepDecided(
  { context, progress }: FlowRun,
  flow: Flow,
  records: readonly SourceRecord[],
  { plan, outcomes, durationMs }: Decided,
): Promise<void> {
  const counts = progress.of(flow.name);
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
}

async function processFeeds(run: FlowRun, feeds: readonly Feed[] = []): Promise<void> {
  for (const feed of feeds) {
    const flow = run.flows.get(feed.flow);
    if (flow === undefined) {
      throw new RangeError(`no flow ${feed.flow} to feed`);
    }
    const records = feed.records.filter(({ key }) => !run.progress.handled.has(formatKey(key)));
    if (records.length > 0) {
      await processPage(run, flow, records);
    }
  }
}
