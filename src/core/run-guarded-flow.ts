/**
 * A flow that has limits: planned whole, weighed, and applied only then. The
 * planned changes wait in the spool meanwhile; what changes nothing on the other
 * side is settled while the plan is made.
 */
import { applyChanges } from './apply';
import type { RunContext } from './context';
import type { Change, Flow, FlowGuard, Outcome, SourcePage, SourceRecord } from './entity';
import { stopWhenAsked } from './interrupted';
import { formatKey } from './keys';
import { letPass, markUsed, type LetPass } from './let-pass';
import { isAllowed, weigh, Weights, type Excess, type Weighed } from './limits';
import { PageResult } from './page-result';
import type { Checkpoint } from './ports';
import { keepDecided, planRecords, processPage, type FlowRun } from './process-page';

/** Changes that are taken from the spool and applied together. */
const PAGE_SIZE = 100;

/** What reading and planning everything has left. */
interface WholePlan {
  readonly weights: Weights;
  readonly checkpoint: Checkpoint | undefined;
  /** Records of the source, where it was listed completely. */
  readonly listed: number | undefined;
}

/**
 * Runs a flow that has a guard, from its pages.
 * @param onPage called after each page was planned
 * @throws LimitError before the first write when the plan is over a limit that nobody has allowed
 */
export async function runGuardedFlow(
  run: FlowRun,
  flow: Flow,
  guard: FlowGuard,
  pages: AsyncIterable<SourcePage>,
  onPage: (page: SourcePage) => Promise<void>,
): Promise<void> {
  const { context } = run;
  await context.state.spool.clear();
  const plan = await planWhole(run, flow, guard, pages, onPage);
  const before = (await context.state.listings.get(context.store, flow.name))?.records;
  const weighNow = (weights: Weights): Excess[] =>
    weigh(weights, { before, now: plan.listed }, context.limits);
  const passed = await letPass(context, flow.name, weighNow(plan.weights), {
    consequence: 'Nothing of this flow was written; the audit file has what was planned.',
    onStop: () => showStopped(run, flow),
  });
  await applySpooled(run, flow, guard, {
    weights: plan.weights,
    passes: (weights) => weighNow(weights).every((excess) => isAllowed(excess, passed.allowances)),
  });
  await finish(context, flow, plan, passed);
}

async function planWhole(
  run: FlowRun,
  flow: Flow,
  guard: FlowGuard,
  pages: AsyncIterable<SourcePage>,
  onPage: (page: SourcePage) => Promise<void>,
): Promise<WholePlan> {
  const { context, progress } = run;
  const weights = new Weights(context.limits);
  let checkpoint: Checkpoint | undefined;
  let listed: number | undefined;
  for await (const page of pages) {
    const { records } = page;
    progress.of(flow.name).read += records.length;
    weights.read += records.length;
    const startedAt = context.clock.now().getTime();
    const plan = await planRecords(run, flow, records);
    const writes = plan.changes.filter(isWrite);
    for (const change of writes) {
      weights.add(weighedBy(guard, change));
    }
    await context.state.spool.add(writes.map((change) => ({ key: change.key, content: change })));
    const others = plan.changes.filter((change) => !isWrite(change));
    const outcomes = await applyChanges(context, flow, others);
    const durationMs = context.clock.now().getTime() - startedAt;
    const spooled = new Set(writes.map(({ key }) => formatKey(key)));
    const settled = records.filter(({ key }) => !spooled.has(formatKey(key)));
    await keepDecided(run, flow, settled, { plan: { ...plan, changes: others }, outcomes, durationMs });
    checkpoint = page.checkpoint ?? checkpoint;
    listed = page.listed ?? listed;
    await onPage(page);
  }
  return { weights, checkpoint, listed };
}

function isWrite({ action }: Change): boolean {
  return action === 'create' || action === 'update' || action === 'archive';
}

/** The rows of a plan that was stopped, so that a person can look at it before allowing it. */
async function showStopped(run: FlowRun, flow: Flow): Promise<void> {
  const { context, progress } = run;
  for (;;) {
    const changes = await takeChanges(context);
    if (changes.length === 0) {
      return;
    }
    const debts = await context.state.debts.find(changes.map(({ key }) => key));
    const result = new PageResult(context, flow, debts, 0);
    for (const change of changes) {
      result.keepStopped(change, progress.of(flow.name));
    }
    await context.state.commit({ audit: result.rows });
    context.emit({ type: 'decided', rows: result.rows });
  }
}

async function takeChanges(context: RunContext): Promise<Change[]> {
  return (await context.state.spool.take(PAGE_SIZE)).map(({ content }) => content as Change);
}

/** A plan that was let pass. */
interface PassedPlan {
  readonly weights: Weights;
  /** True while it may be carried out, whatever it has come to. */
  passes(weights: Weights): boolean;
}

/**
 * Reads the changed records once more and plans them anew, since the world has
 * moved on while the plan was made. A change that the limits would not have let
 * pass as it is now is held back and owed.
 */
async function applySpooled(run: FlowRun, flow: Flow, guard: FlowGuard, plan: PassedPlan): Promise<void> {
  const { context } = run;
  let { weights } = plan;
  for (;;) {
    stopWhenAsked(context);
    const changes = await takeChanges(context);
    if (changes.length === 0) {
      return;
    }
    const planned = new Map(changes.map((change) => [formatKey(change.key), change]));
    const again = await guard.readAgain(context, changes);
    await processPage(run, flow, inOrder(again, planned), {
      readBefore: true,
      withhold: (now) => {
        const before = planned.get(formatKey(now.key));
        const changed = before && weights.replace(weighedBy(guard, before), weighedBy(guard, now));
        if (changed === undefined || !plan.passes(changed)) {
          return notInPlan(now);
        }
        // Planned anew after a lost answer, it does not weigh twice.
        planned.set(formatKey(now.key), now);
        weights = changed;
        return undefined;
      },
    });
  }
}

function weighedBy(guard: FlowGuard, change: Change): Weighed {
  return { change, measure: guard.measure(change) };
}

/** The records that were planned, in the order of the plan. One that is gone by now needs nothing. */
function inOrder(records: readonly SourceRecord[], planned: ReadonlyMap<string, Change>): SourceRecord[] {
  const byName = new Map(records.map((record) => [formatKey(record.key), record]));
  return [...planned.values()].map(({ key }) => byName.get(formatKey(key)) ?? { key, raw: null });
}

function notInPlan({ key, odooId }: Change): Outcome {
  return {
    key,
    status: 'failed',
    reason: 'not-in-plan',
    message: 'it changed while the plan was checked, and is over a limit as it is now; it is planned anew',
    odooId,
  };
}

async function finish(context: RunContext, flow: Flow, plan: WholePlan, passed: LetPass): Promise<void> {
  const { checkpoint, listed } = plan;
  const { store, clock } = context;
  await context.state.commit({
    ...(checkpoint === undefined ? {} : { checkpoint }),
    breaches: markUsed(context, passed),
    listing:
      listed === undefined
        ? undefined
        : { store, flow: flow.name, records: listed, at: clock.now().toISOString() },
  });
}
