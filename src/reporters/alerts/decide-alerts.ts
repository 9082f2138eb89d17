/** Who is told what: equal troubles once in the quiet time, and the end of what was told. */
import type { AlertKind, RememberedAlert } from '../../core/ports';
import type { Problem } from './problem';

export interface AlertRules {
  readonly store: string;
  readonly channel: string;
  readonly now: Date;
  readonly quietMs: number;
  /** Runs in a row that may be incomplete before it is told; 0 is never. */
  readonly incompleteRuns: number;
}

/** A problem that is told now. */
export interface ToldProblem {
  readonly problem: Problem;
  /** Occurrences that are told: those of this run and those that were held back. */
  readonly occurrences: number;
}

export interface AlertDecision {
  readonly told: readonly ToldProblem[];
  /** Troubles that were told, and whose end is told now. */
  readonly recovered: readonly RememberedAlert[];
  /** What to remember when the message arrived. */
  readonly afterSending: readonly RememberedAlert[];
  /** What to remember when it did not: the next run tries again. */
  readonly afterFailing: readonly RememberedAlert[];
}

/**
 * Decides for one channel. What was last said stays true or is worse than the
 * truth: a trouble that comes back after its end was told is told at once,
 * while its end is told once in the quiet time, so that one that comes and goes
 * makes three messages in it at most. Pure.
 * @param isOver whether a remembered trouble that is not among the problems is gone
 */
export function decideAlerts(
  problems: readonly Problem[],
  remembered: readonly RememberedAlert[],
  isOver: (alert: RememberedAlert) => boolean,
  rules: AlertRules,
): AlertDecision {
  const told: ToldProblem[] = [];
  const recovered: RememberedAlert[] = [];
  const afterSending: RememberedAlert[] = [];
  const afterFailing: RememberedAlert[] = [];
  const byFingerprint = new Map(remembered.map((alert) => [fingerprintOf(alert), alert]));
  for (const problem of problems) {
    const before = byFingerprint.get(fingerprintOf(problem)) ?? unknownAlert(problem, rules);
    const now = { ...before, runs: before.runs + 1, heldBack: before.heldBack + problem.occurrences };
    if (isDue(now, problem, rules)) {
      told.push({ problem, occurrences: now.heldBack });
      afterSending.push({ ...now, isOpen: true, toldAt: rules.now.toISOString(), heldBack: 0 });
    } else {
      afterSending.push(now);
    }
    afterFailing.push(now);
  }
  const current = new Set(problems.map(fingerprintOf));
  for (const alert of remembered.filter((candidate) => !current.has(fingerprintOf(candidate)))) {
    if (!isOver(alert)) {
      afterSending.push(alert);
      afterFailing.push(alert);
      continue;
    }
    const ended = { ...alert, runs: 0, heldBack: 0 };
    if (ended.isOpen && isQuietOver(ended.recoveredAt, rules)) {
      recovered.push(ended);
      afterSending.push({ ...ended, isOpen: false, recoveredAt: rules.now.toISOString() });
      afterFailing.push(ended);
    } else if (ended.isOpen || !isQuietOver(ended.recoveredAt, rules)) {
      afterSending.push(ended);
      afterFailing.push(ended);
    }
  }
  return { told, recovered, afterSending, afterFailing };
}

function isDue(alert: RememberedAlert, { kind }: Problem, rules: AlertRules): boolean {
  if (alert.heldBack === 0) {
    return false;
  }
  if (kind === 'incomplete' && (rules.incompleteRuns === 0 || alert.runs < rules.incompleteRuns)) {
    return false;
  }
  return !alert.isOpen || isQuietOver(alert.toldAt, rules);
}

/** True when nothing was said at that time, or so long ago that it may be said again. */
function isQuietOver(saidAt: string | null, { now, quietMs }: AlertRules): boolean {
  return saidAt === null || now.getTime() - Date.parse(saidAt) >= quietMs;
}

function fingerprintOf({ kind, flow, reason }: { kind: AlertKind; flow: string; reason: string }): string {
  return JSON.stringify([kind, flow, reason]);
}

function unknownAlert({ kind, flow, reason }: Problem, { store, channel }: AlertRules): RememberedAlert {
  return {
    store,
    channel,
    kind,
    flow,
    reason,
    isOpen: false,
    toldAt: null,
    recoveredAt: null,
    heldBack: 0,
    runs: 0,
  };
}
