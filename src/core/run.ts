/** One run: takes flows in the order of their dependencies and says how it ended. */
import { countOf } from '../lib/count-of';
import { sortTopologically } from '../lib/sort-topologically';
import type { RunContext, RunRequest } from './context';
import { DecisionTally } from './decisions';
import type { Flow } from './entity';
import { EXIT, LimitError, RetryableError, SkippableError } from './errors';
import type { Emit } from './events';
import { noCounts, type FlowStatus, type FlowSummary, type RunStatus, type RunSummary } from './run-summary';
import { settleIntents } from './intents';
import { Interrupted } from './interrupted';
import { letPass, markUsed, type LetPass } from './let-pass';
import type { Excess } from './limits';
import { Progress, type FlowRun } from './process-page';
import { ownKeys, runFlow } from './run-flow';

export interface RunOptions {
  /** Every flow of the registry. */
  readonly flows: readonly Flow[];
  /** Names of the flows to run; all of them when empty. */
  readonly selected: readonly string[];
  /** Exit code of an interruption: 130 after SIGINT, 143 after SIGTERM. */
  readonly interruptedExitCode: () => number;
  /** Count a quarantine that only stands as a failure. */
  readonly strict: boolean;
  /** Says which records are missing that must be there, before anything else is done. */
  readonly findMissingCanaries?: (context: RunContext) => Promise<readonly string[]>;
}

/**
 * Runs the selected flows. A flow whose other side is unavailable stops, those
 * that depend on it are skipped, the others go on.
 * @throws FatalError and bugs; what was done by then is durable
 * @throws LimitError when a canary record is missing; nothing was written
 */
export async function runFlows(given: RunContext, options: RunOptions): Promise<RunSummary> {
  const decisions = new DecisionTally();
  const context = { ...given, emit: countingEmit(given.emit, decisions) };
  const startedAt = context.clock.now().getTime();
  context.emit({
    type: 'run-started',
    runId: context.runId,
    store: context.store,
    dryRun: context.dryRun,
  });
  const passed = await checkCanaries(context, options);
  const settled = await settleIntents(context, options.flows);
  if (settled > 0) {
    notice(context, `looked up in Odoo: ${countOf(settled, 'unfinished write')} of an earlier run`);
  }
  const run: FlowRun = {
    context,
    flows: new Map(options.flows.map((flow) => [flow.name, flow])),
    progress: new Progress(),
  };
  const ordered = sortTopologically(
    options.flows,
    ({ name }) => name,
    ({ dependsOn }) => dependsOn,
  );
  const ends = new Map<string, FlowEnd>();
  let interrupted = false;
  for (const flow of ordered) {
    if (!isSelected(flow, options) || !isAskedFor(flow, context.request)) {
      continue;
    }
    const end: FlowEnd = interrupted
      ? { status: 'skipped', message: 'the run was asked to stop', durationMs: 0 }
      : await endOf(run, flow, ends);
    interrupted ||= end.status === 'interrupted';
    ends.set(flow.name, end);
    for (const summary of summarise(run, [flow], { ends, decisions })) {
      context.emit({ type: 'flow-finished', summary });
    }
  }
  await context.state.commit({ breaches: interrupted ? [] : markUsed(context, passed) });
  const flows = summarise(run, ordered, { ends, decisions });
  const debts = await context.state.debts.count(context.store);
  const status = statusOf(flows, options.strict && debts.quarantine > 0);
  const summary: RunSummary = {
    runId: context.runId,
    store: context.store,
    status: interrupted ? 'interrupted' : status,
    exitCode: interrupted ? options.interruptedExitCode() : EXIT_OF[status],
    dryRun: context.dryRun,
    flows,
    debts,
    requests: { woo: context.woo.requests, odoo: context.odoo.requests },
    calls: context.calls(),
    startedAt: new Date(startedAt).toISOString(),
    durationMs: context.clock.now().getTime() - startedAt,
  };
  context.emit({ type: 'run-finished', summary });
  return summary;
}

const EXIT_OF = {
  done: EXIT.ok,
  incomplete: EXIT.incomplete,
  stopped: EXIT.limit,
} as const satisfies Partial<Record<RunStatus, number>>;

/** A canary that is missing tells of the wrong shop, the wrong database or lost rights: nothing is begun. */
async function checkCanaries(context: RunContext, options: RunOptions): Promise<LetPass> {
  const missing = (await options.findMissingCanaries?.(context)) ?? [];
  const excesses = missing.length === 0 ? [] : [canaryExcess(missing)];
  return letPass(context, '', excesses, {
    consequence: 'Nothing was begun. Is this the right shop, and the right database?',
  });
}

function canaryExcess(missing: readonly string[]): Excess {
  return {
    limit: 'missing-canary',
    measured: missing.length,
    message: `${missing.join('; ')} (limits.canaries)`,
  };
}

interface FlowEnd {
  readonly status: FlowStatus | 'interrupted';
  readonly message: string;
  readonly durationMs: number;
}

function isSelected(flow: Flow, options: RunOptions): boolean {
  return options.selected.length === 0 || options.selected.includes(flow.name);
}

/** In a run for single records a flow without one of them has nothing to do. */
function isAskedFor(flow: Flow, { only }: RunRequest): boolean {
  return only === undefined || ownKeys(flow, only).length > 0;
}

async function endOf(run: FlowRun, flow: Flow, ends: ReadonlyMap<string, FlowEnd>): Promise<FlowEnd> {
  const { context } = run;
  const blocker = flow.dependsOn.find((name) => {
    const end = ends.get(name);
    return end !== undefined && end.status !== 'done';
  });
  if (blocker !== undefined) {
    return { status: 'skipped', message: `${blocker} did not finish`, durationMs: 0 };
  }
  const unread = flow.needsCompleteDependencies === true ? await findUnread(context, flow) : undefined;
  if (unread !== undefined) {
    return {
      status: 'skipped',
      message: `${unread} was never read to its end; sync it first`,
      durationMs: 0,
    };
  }
  const { since, until, limit } = context.request;
  if (flow.needsCompleteDependencies === true && [since, until, limit].some((value) => value !== undefined)) {
    return {
      status: 'skipped',
      message: `${flow.dependsOn.join(', ')} was only partly read (--since, --until or --limit)`,
      durationMs: 0,
    };
  }
  const startedAt = context.clock.now().getTime();
  context.emit({ type: 'flow-started', store: context.store, flow: flow.name });
  const { status, message } = await attempt(run, flow);
  return { status, message, durationMs: context.clock.now().getTime() - startedAt };
}

/** A flow this one depends on that no run has read to its end yet. */
async function findUnread({ state, store }: RunContext, flow: Flow): Promise<string | undefined> {
  for (const name of flow.dependsOn) {
    const checkpoint = await state.checkpoints.get(store, name);
    if (checkpoint?.watermark == null) {
      return name;
    }
  }
  return undefined;
}

async function attempt(run: FlowRun, flow: Flow): Promise<Pick<FlowEnd, 'status' | 'message'>> {
  try {
    await runFlow(run, flow);
    return { status: 'done', message: '' };
  } catch (error) {
    // A call that an adapter would have tried again, were the run not to stop, counts as well.
    const gaveUp = error instanceof RetryableError && run.context.signal.aborted;
    if (error instanceof Interrupted || gaveUp) {
      return { status: 'interrupted', message: 'stopped on request; the next run goes on from here' };
    }
    if (error instanceof LimitError) {
      return { status: 'stopped', message: `${error.message} ${error.hint ?? ''}`.trim() };
    }
    if (error instanceof RetryableError || error instanceof SkippableError) {
      return { status: 'incomplete', message: error.message };
    }
    throw error;
  }
}

/** Passes every event on, and counts the decisions among them. */
function countingEmit(emit: Emit, decisions: DecisionTally): Emit {
  return (event) => {
    if (event.type === 'decided') {
      decisions.add(event.rows);
    }
    emit(event);
  };
}

/** What the flows have come to by now. */
interface Findings {
  readonly ends: ReadonlyMap<string, FlowEnd>;
  readonly decisions: DecisionTally;
}

function summarise(run: FlowRun, flows: readonly Flow[], { ends, decisions }: Findings): FlowSummary[] {
  return flows.flatMap((flow): FlowSummary[] => {
    const end = ends.get(flow.name);
    const counts = run.progress.of(flow.name);
    const fed = Object.values(counts).some((count: number) => count > 0);
    if (end === undefined && !fed) {
      return [];
    }
    const status = end?.status === 'interrupted' ? 'incomplete' : (end?.status ?? 'done');
    return [
      {
        store: run.context.store,
        flow: flow.name,
        ...noCounts(),
        ...counts,
        status,
        message: run.context.scrub(end?.message ?? ''),
        durationMs: end?.durationMs ?? 0,
        decisions: decisions.of(flow.name),
      },
    ];
  });
}

function statusOf(flows: readonly FlowSummary[], strictFailure: boolean): keyof typeof EXIT_OF {
  if (flows.some(({ status }) => status === 'stopped')) {
    return 'stopped';
  }
  const failed = flows.some(
    ({ status, failed, conflicts }) => status !== 'done' || failed > 0 || conflicts > 0,
  );
  return failed || strictFailure ? 'incomplete' : 'done';
}

function notice(context: RunContext, message: string): void {
  context.emit({ type: 'notice', level: 'info', message });
}
