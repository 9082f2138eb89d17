/** Lets a plan pass its limits, or stops it: what a person has allowed counts once, and for about as much. */
import type { RunContext } from './context';
import { isAllowed, limitError, type Excess } from './limits';
import type { Breach, LimitName } from './ports';

export interface LetPass {
  /** What a person allows this flow, whether it was needed or not; see `markUsed`. */
  readonly allowances: readonly Breach[];
}

export interface Stop {
  /** What became of the flow, as a sentence. */
  readonly consequence: string;
  /** Called before the error is thrown. */
  readonly onStop?: () => Promise<void>;
}

/**
 * Lets excesses pass that a person has allowed.
 * @param flow empty for the whole run
 * @throws LimitError for what nobody has allowed; the figures are kept for `--allow-…`
 */
export async function letPass(
  context: RunContext,
  flow: string,
  excesses: readonly Excess[],
  stop: Stop,
): Promise<LetPass> {
  const allowances = await findAllowances(context, flow);
  if (excesses.every((excess) => isAllowed(excess, allowances))) {
    return { allowances };
  }
  await context.state.commit({
    // All of them: an allowance that was given stays needed in the run that goes on.
    breaches: excesses.map((excess) => breachOf(context, flow, excess)),
  });
  await stop.onStop?.();
  const { runId, dryRun, request } = context;
  throw limitError(excesses, { consequence: stop.consequence, runId, dryRun, full: request.full });
}

/** What the flags of this run allow a flow, and no run has used yet. */
async function findAllowances({ state, store, request }: RunContext, flow: string): Promise<Breach[]> {
  const allowances: Breach[] = [];
  for (const [name, stoppedRun] of Object.entries(request.allowed ?? {})) {
    const breaches = await state.breaches.find(store, stoppedRun);
    allowances.push(
      ...breaches.filter(({ flow: of, limit, usedBy }) => of === flow && limit === name && usedBy === null),
    );
  }
  return allowances;
}

/**
 * Allowances as they are stored once a run is done with them. One that was not
 * needed is used up as well: a flag that somebody forgot lets nothing pass later.
 */
export function markUsed({ runId }: RunContext, { allowances }: LetPass): Breach[] {
  return allowances.map((breach) => ({ ...breach, usedBy: runId }));
}

function breachOf({ store, runId, clock }: RunContext, flow: string, excess: Excess): Breach {
  return { ...excess, store, runId, flow, at: clock.now().toISOString(), usedBy: null };
}

/** Limits named by a flag whose run was not stopped by them, as sentences. */
export async function unknownAllowances(context: RunContext): Promise<string[]> {
  const problems: string[] = [];
  for (const [limit, runId] of Object.entries(context.request.allowed ?? {}) as [LimitName, string][]) {
    const breaches = await context.state.breaches.find(context.store, runId);
    const breach = breaches.find((candidate) => candidate.limit === limit);
    if (breach === undefined) {
      problems.push(`--allow-${limit} ${runId}: no run of this id was stopped by this limit`);
    } else if (breach.usedBy !== null) {
      problems.push(
        `--allow-${limit} ${runId}: this was used by run ${breach.usedBy}; an allowance is good for one run`,
      );
    }
  }
  return problems;
}
