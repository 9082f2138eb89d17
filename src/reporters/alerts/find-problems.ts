/** What of a run is worth a message. */
import {
  ConfigError,
  EXIT,
  LimitError,
  LockHeldError,
  messageOf,
  RetryableError,
  SkippableError,
  StoppedError,
  WcodooError,
} from '../../core/errors';
import { formatKey } from '../../core/keys';
import type { Debt, RememberedAlert } from '../../core/ports';
import type { FlowSummary } from '../../core/run-summary';
import { groupBy } from '../../lib/group-by';
import { shorten } from '../../lib/shorten';
import { isPerson, maskEmails, maskPersonalData } from '../mask-personal-data';
import { printable } from '../printable';
import type { Problem, ProblemRecord, RunFacts } from './problem';

/** Longer sentences are for the audit. */
const MAX_MESSAGE = 300;
const MAX_REASON = 80;

/**
 * Everything that may be told of a run; pure.
 * @param scrub a text without secrets; an error may name one, what the core has kept does not
 */
export function findProblems(facts: RunFacts, scrub: (text: string) => string): Problem[] {
  return [
    ...(facts.failure === undefined ? [] : describeFailure(facts.failure, scrub)),
    ...(facts.summary === undefined || isInterrupted(facts) ? [] : facts.summary.flows.flatMap(describeFlow)),
    ...describeQuarantine(facts),
  ];
}

/** Whether a trouble that was told is gone, as far as this run can know. */
export function isOver({ kind, flow, reason }: RememberedAlert, facts: RunFacts): boolean {
  if (kind === 'quarantine') {
    return !facts.quarantine.some((debt) => debt.flow === flow && debt.reason === reason);
  }
  if (facts.summary === undefined || isInterrupted(facts)) {
    return false;
  }
  return flow === '' || facts.summary.flows.some((end) => end.flow === flow && end.status === 'done');
}

function isInterrupted({ summary }: RunFacts): boolean {
  return summary?.status === 'interrupted';
}

function describeFailure(
  { error, exitCode }: { error: unknown; exitCode: number },
  scrub: (text: string) => string,
): Problem[] {
  // Somebody types a wrong name, or stops it, or another run is at work: nobody needs a message.
  const isExpected =
    error instanceof LockHeldError || error instanceof StoppedError || error instanceof ConfigError;
  if (isExpected || exitCode === EXIT.interrupted || exitCode === EXIT.terminated) {
    return [];
  }
  const message = readable(scrub(messageOf(error)));
  const hint = error instanceof WcodooError ? readable(scrub(error.hint ?? '')) : '';
  if (error instanceof LimitError) {
    return [wholeRun('limit', '', `A limit stopped the sync before anything was written: ${message}`, hint)];
  }
  if (error instanceof RetryableError || error instanceof SkippableError) {
    return [wholeRun('incomplete', '', `The sync could not begin: ${message}`, hint)];
  }
  if (error instanceof WcodooError) {
    return [wholeRun('failed', fingerprintOf(message), `The sync had to stop: ${message}`, hint)];
  }
  return [
    wholeRun(
      'failed',
      fingerprintOf(`bug ${message}`),
      `The sync stopped on a mistake in wcodoo itself: ${message} What was done by then is safe.`,
      'Start it once more by hand, and report what it prints.',
    ),
  ];
}

function wholeRun(kind: Problem['kind'], reason: string, what: string, todo: string): Problem {
  return { kind, flow: '', reason, occurrences: 1, what, todo, records: [] };
}

function describeFlow({ flow, status, message }: FlowSummary): Problem[] {
  const shared = { flow, reason: '', occurrences: 1, records: [] };
  if (status === 'stopped') {
    // Its message ends with the command that lets it pass.
    const what = `A limit stopped ${flow} before anything was written: ${readable(message, 2 * MAX_MESSAGE)}`;
    return [
      { ...shared, kind: 'limit', what, todo: 'Look at the plan in the audit before you let it pass.' },
    ];
  }
  if (status === 'incomplete') {
    const what = `${flow} did not come to its end: ${readable(message)}`;
    return [
      { ...shared, kind: 'incomplete', what, todo: 'Nothing is lost: the next run goes on from there.' },
    ];
  }
  return [];
}

/** One problem for each flow and reason, whether new or not. */
function describeQuarantine({ quarantine, touched }: RunFacts): Problem[] {
  const groups = groupBy(quarantine, ({ flow, reason }) => `${flow} ${reason}`);
  return [...groups.values()].flatMap((debts) => {
    const [first] = debts;
    if (first === undefined) {
      return [];
    }
    const fresh = debts.filter(({ key }) => touched.has(formatKey(key)));
    const others = debts
      .filter((debt) => !fresh.includes(debt))
      .sort((left, right) => right.firstAt.localeCompare(left.firstAt));
    return [
      {
        kind: 'quarantine' as const,
        flow: first.flow,
        reason: first.reason,
        occurrences: fresh.length,
        what: '',
        todo: 'Nothing is lost. Mend what the reason says; wcodoo looks at them again within the hour.',
        records: [...fresh, ...others].map(recordOf),
      },
    ];
  });
}

function recordOf({ key, businessKey, message }: Debt): ProblemRecord {
  const masked = maskPersonalData({ entity: key.entity, businessKey, message, changes: [] });
  const name = printable(masked.businessKey === '' ? formatKey(key) : masked.businessKey);
  // What is said of a person may hold a name or an address in any form.
  return { name, message: isPerson(key.entity) ? '' : readable(masked.message) };
}

function readable(text: string, length = MAX_MESSAGE): string {
  const line = shorten(maskEmails(printable(text)), length);
  return line === '' || /[.!?…]$/.test(line) ? line : `${line}.`;
}

/** Without figures, so that ids and times do not make a trouble another one. */
function fingerprintOf(message: string): string {
  return shorten(message.replace(/\d+/g, '#'), MAX_REASON);
}
