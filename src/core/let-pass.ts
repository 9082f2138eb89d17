/** Lets a plan pass its limits, or stops it: what a person has allowed counts once, and for about as much. */
import type { RunContext } from './context';
import { describeExcesses, isAllowed, limitError, type Excess } from './limits';
import type { Breach, LimitName } from './ports';

export interface LetPass {
  /** Allowances that were needed: to be stored with the end of the flow, so that each is good for one run. */
  readonly used: readonly Breach[];
}

export interface Stop {
  /** What became of the flow, as a sentence. */
  readonly consequence: string;
  /** Called before the error is thrown, with what is over its limit. */
  readonly onStop?: (message: string) => Promise<void>;
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
  const used: Breach[] = [];
  const over: Excess[] = [];
  for (const excess of excesses) {
    const stoppedRun = context.request.allowed?.[excess.limit];
    const known =
      stoppedRun === undefined ? [] : await context.state.breaches.find(context.store, stoppedRun);
    const ofFlow = known.filter((breach) => breach.flow === flow);
    if (isAllowed(excess, ofFlow)) {
      used.push(
        ...ofFlow
          .filter(({ limit }) => limit === excess.limit)
          .map((breach) => ({ ...breach, usedBy: context.runId })),
      );
    } else {
      over.push(excess);
    }
  }
  if (over.length === 0) {
    return { used };
  }
  await context.state.commit({
    // All of them: an allowance that was given stays needed in the run that goes on.
    breaches: excesses.map((excess) => breachOf(context, flow, excess)),
  });
  await stop.onStop?.(describeExcesses(excesses));
  const { runId, dryRun, request } = context;
  throw limitError(excesses, { consequence: stop.consequence, runId, dryRun, full: request.full });
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
