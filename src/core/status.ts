/** How an installation stands, from what the state knows. Pure: nobody is asked, and no lock is needed. */
import { countOf } from '../lib/count-of';
import type { RunCounts, Status, StatusFlow, StatusInput, StatusLimit, StatusRun } from './status-shape';
import type { Breach, FlowEnd, RunRecord, StateOverview, SweepPosition } from './ports';

/** Puts the status together. */
export function buildStatus(input: StatusInput): Status {
  const { overview, now, audit, ...rest } = input;
  const ageMsOf = (iso: string): number => now.getTime() - Date.parse(iso);
  const success = overview.lastSuccess;
  const status: Omit<Status, 'hints'> = {
    ...rest,
    at: now.toISOString(),
    state: { ...input.state, schema: overview.schema, links: overview.links },
    lock: overview.lock,
    runs: overview.runs.map(runOf),
    lastSuccess:
      success?.endedAt == null
        ? null
        : { runId: success.runId, endedAt: success.endedAt, ageMs: ageMsOf(success.endedAt) },
    flows: input.flows.map((flow) => flowOf(flow, overview, ageMsOf)),
    debts: {
      total: overview.debts.reduce((sum, { count }) => sum + count, 0),
      dueNow: overview.debtsDue,
      byFlow: overview.debts.map((debt) => ({ ...debt, ageMs: ageMsOf(debt.oldestAt) })),
      quarantineReasons: overview.quarantine,
    },
    intents: overview.intents,
    limits: standingLimits(overview),
    audit: { ...overview.audit, ...audit },
  };
  return { ...status, hints: hintsOf(status) };
}

/** True when no sync has ended well within this time. */
export function isLate({ lastSuccess }: Status, maxAgeMs: number): boolean {
  return lastSuccess === null || lastSuccess.ageMs > maxAgeMs;
}

function runOf(run: RunRecord): StatusRun {
  const { runId, command, startedAt, endedAt, status, exitCode, summary } = run;
  return {
    runId,
    command,
    startedAt,
    endedAt,
    status,
    exitCode,
    durationMs: endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt),
    counts: summary === null ? null : summary.flows.reduce<RunCounts>(add, NONE),
  };
}

const NONE: RunCounts = { created: 0, updated: 0, linked: 0, conflicts: 0, failed: 0 };

function add(sum: RunCounts, flow: RunCounts): RunCounts {
  return {
    created: sum.created + flow.created,
    updated: sum.updated + flow.updated,
    linked: sum.linked + flow.linked,
    conflicts: sum.conflicts + flow.conflicts,
    failed: sum.failed + flow.failed,
  };
}

function flowOf(
  { name, direction }: StatusInput['flows'][number],
  overview: StateOverview,
  ageMsOf: (iso: string) => number,
): StatusFlow {
  const checkpoint = overview.checkpoints.find(({ flow }) => flow === name);
  const isOf = ({ flow }: FlowEnd): boolean => flow === name;
  const last = overview.flowEnds.find(isOf);
  const watermark = checkpoint?.watermark ?? null;
  return {
    flow: name,
    direction,
    watermark,
    lagMs: watermark === null ? null : ageMsOf(watermark),
    fullAt: checkpoint?.fullAt ?? null,
    sweep: sweepIn(checkpoint?.position),
    last: last === undefined ? null : withoutFlow(last),
    lastDoneAt: overview.flowsDone.find(isOf)?.at ?? null,
  };
}

function withoutFlow({ runId, status, message, at }: FlowEnd): NonNullable<StatusFlow['last']> {
  return { runId, status, message, at };
}

/** A flow keeps its sweep as its position, or within it; what else stands there is its own affair. */
function sweepIn(position: unknown): StatusFlow['sweep'] {
  if (typeof position !== 'object' || position === null) {
    return null;
  }
  const inner: unknown = 'sweep' in position ? position.sweep : position;
  const { lastId, upperId, startedAt } = (inner ?? {}) as Partial<SweepPosition>;
  return lastId === undefined || upperId === undefined || startedAt === undefined
    ? null
    : { lastId, upperId, startedAt };
}

/** A limit waits for a person as long as no later run had the flow's turn: what a new run stops for, it says again. */
function standingLimits(overview: StateOverview): StatusLimit[] {
  const lastSync = overview.runs.find(({ command }) => /^sync( |$)/.test(command))?.runId;
  const stands = ({ flow, runId }: Breach): boolean =>
    runId === (overview.flowEnds.find((end) => end.flow === flow)?.runId ?? lastSync);
  const standing = overview.breaches.filter(stands);
  return standing.map(({ flow, limit, runId, measured, message, at }) => {
    const flags = standing.filter((other) => other.runId === runId).map((other) => other.limit);
    const allowances = [...new Set(flags)].map((name) => `--allow-${name} ${runId}`);
    return { flow, limit, runId, measured, message, at, command: ['wcodoo sync', ...allowances].join(' ') };
  });
}

/** What a person should do next, the most urgent first; empty when there is nothing to do. */
function hintsOf(status: Omit<Status, 'hints'>): string[] {
  const { runs, lock, limits, debts, intents, flows, lastSuccess } = status;
  const lastSync = runs.find(({ command }) => /^sync( |$)/.test(command));
  const quarantined = debts.byFlow
    .filter(({ state }) => state === 'quarantine')
    .reduce((sum, { count }) => sum + count, 0);
  const isAtWork = lock?.isAlive === true;
  const never = flows.filter(({ lastDoneAt }) => lastDoneAt === null);
  return [
    ...(lastSync === undefined
      ? ['No sync has run yet: `wcodoo doctor`, then `wcodoo sync --dry-run`, then `wcodoo sync`.']
      : []),
    ...(lock !== null && !lock.isAlive
      ? [`The run ${lock.owner} died: the next \`wcodoo sync\` takes its work up.`]
      : []),
    ...[...new Set(limits.map(({ command }) => command))].map(
      (command) => `A limit stopped a run. Look at its audit file; if the plan is right: \`${command}\`.`,
    ),
    ...(quarantined > 0
      ? [
          `${countOf(quarantined, 'record')} ${quarantined === 1 ? 'needs' : 'need'} a person: \`wcodoo debts list --quarantine\`.`,
        ]
      : []),
    ...(lastSync?.exitCode === 3
      ? [`The last sync could not go on: \`wcodoo doctor\` says what is wrong.`]
      : []),
    ...(intents.count > 0 && !isAtWork
      ? [
          `When a run ended, ${countOf(intents.count, 'record was', 'records were')} being written: the next \`wcodoo sync\` looks at that.`,
        ]
      : []),
    ...(lastSync !== undefined && lastSuccess === null ? ['No sync has ended well yet.'] : []),
    ...(lastSync !== undefined && never.length > 0 && !isAtWork
      ? [`Never brought to their end: ${never.map(({ flow }) => flow).join(', ')}.`]
      : []),
  ];
}
