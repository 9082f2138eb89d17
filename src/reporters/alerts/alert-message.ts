/** A message as it is told, before a channel gives it a form. */
import type { RememberedAlert } from '../../core/ports';
import { shorten } from '../../lib/shorten';
import type { AlertDecision, ToldProblem } from './decide-alerts';

export interface AlertMessage {
  readonly level: 'trouble' | 'recovery' | 'test';
  /** One short line. */
  readonly subject: string;
  /** Sentences that belong together, and what they list. */
  readonly sections: readonly AlertSection[];
  /** Where it happened, one line. */
  readonly where: string;
  /** Commands to look further, with what each shows. */
  readonly commands: readonly AlertCommand[];
}

export interface AlertSection {
  readonly text: string;
  readonly list: readonly string[];
}

export interface AlertCommand {
  readonly command: string;
  readonly shows: string;
}

/** Where a run was. */
export interface AlertPlace {
  readonly store: string;
  /** Undefined for a run that had not begun. */
  readonly runId: string | undefined;
  readonly host: string;
  readonly now: Date;
}

/** The first few are enough to see what it is; the command shows all. */
const LISTED_RECORDS = 5;
const MAX_SUBJECT = 78;

/** From the one that needs somebody at once to the one that may wait. */
const URGENCY = ['failed', 'limit', 'quarantine', 'incomplete'] as const;

/** One message for everything that is told of a run; undefined when nothing is. */
export function writeAlert(
  { told, recovered }: Pick<AlertDecision, 'told' | 'recovered'>,
  place: AlertPlace,
): AlertMessage | undefined {
  const urgent = [...told].sort(
    (left, right) => URGENCY.indexOf(left.problem.kind) - URGENCY.indexOf(right.problem.kind),
  );
  const [first] = urgent;
  if (first === undefined && recovered.length === 0) {
    return undefined;
  }
  const others = urgent.length - 1;
  const title = first === undefined ? 'in order again' : titleOf(first);
  const more = others > 0 ? `, and ${others} more` : '';
  return {
    level: first === undefined ? 'recovery' : 'trouble',
    subject: subjectOf(place.store, `${title}${more}`),
    sections: [...urgent.map(sectionOf), ...(recovered.length === 0 ? [] : [recoverySection(recovered)])],
    where: describePlace(place),
    commands: commandsFor(urgent, place),
  };
}

/** The message of `wcodoo alerts test`. */
export function writeTestMessage(place: AlertPlace): AlertMessage {
  return {
    level: 'test',
    subject: subjectOf(place.store, 'test message'),
    sections: [
      {
        text: 'This is a test. Messages of wcodoo arrive here when a sync stops, when a limit stops it, when a record needs a person, and when all is in order again.',
        list: [],
      },
    ],
    where: describePlace(place),
    commands: [],
  };
}

/** A message as plain text, for e-mails. */
export function formatAlertText({ sections, where, commands }: AlertMessage): string {
  const blocks = [
    ...sections.map(({ text, list }) => [text, ...list.map((item) => `  - ${item}`)].join('\n')),
    ...(commands.length === 0
      ? []
      : [
          ['To look further:', ...commands.map(({ command, shows }) => `  ${command}   (${shows})`)].join(
            '\n',
          ),
        ]),
    where,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function subjectOf(store: string, title: string): string {
  return shorten(`wcodoo ${store}: ${title}`, MAX_SUBJECT);
}

function titleOf({ problem: { kind, flow, records }, occurrences }: ToldProblem): string {
  switch (kind) {
    case 'failed':
      return 'the sync stopped';
    case 'limit':
      return flow === '' ? 'a limit stopped the sync' : `a limit stopped ${flow}`;
    case 'quarantine': {
      const count = Math.min(occurrences, records.length);
      return `${count} ${count === 1 ? 'record needs' : 'records need'} you`;
    }
    case 'incomplete':
      return flow === '' ? 'the sync could not begin' : `${flow} did not finish`;
  }
}

function sectionOf({ problem, occurrences }: ToldProblem): AlertSection {
  if (problem.kind === 'quarantine') {
    return quarantineSection({ problem, occurrences });
  }
  const times =
    occurrences > 1 ? ` This has happened ${occurrences} times since it was last in order or told.` : '';
  return { text: `${problem.what}${times}${problem.todo === '' ? '' : ` ${problem.todo}`}`, list: [] };
}

function quarantineSection({ problem, occurrences }: ToldProblem): AlertSection {
  const { flow, reason, records, todo } = problem;
  const count = Math.min(occurrences, records.length);
  const listed = records.slice(0, Math.min(count, LISTED_RECORDS));
  const left = count - listed.length;
  return {
    text: `${count === 1 ? 'One record' : `${count} records`} of ${flow} cannot go on without a person (${reason}). ${todo}`,
    list: [
      ...listed.map(({ name, message }) => (message === '' ? name : `${name}: ${message}`)),
      ...(left > 0 ? [`and ${left} more`] : []),
    ],
  };
}

function recoverySection(recovered: readonly RememberedAlert[]): AlertSection {
  return { text: 'In order again:', list: [...new Set(recovered.map(describeRecovery))] };
}

function describeRecovery({ kind, flow, reason }: RememberedAlert): string {
  switch (kind) {
    case 'failed':
      return 'the sync runs to its end';
    case 'limit':
      return flow === '' ? 'no limit stops the sync' : `${flow} is within its limits`;
    case 'quarantine':
      return `no record of ${flow} is left that needs a person (${reason})`;
    case 'incomplete':
      return flow === '' ? 'the sync can begin' : `${flow} came to its end`;
  }
}

function commandsFor(told: readonly ToldProblem[], { runId }: AlertPlace): AlertCommand[] {
  const hasQuarantine = told.some(({ problem }) => problem.kind === 'quarantine');
  return [
    ...(hasQuarantine
      ? [{ command: 'wcodoo debts list --quarantine', shows: 'every record that needs a person' }]
      : []),
    ...(told.length > 0 && runId !== undefined
      ? [{ command: `wcodoo audit show ${runId}`, shows: 'what this run did' }]
      : []),
    ...(told.some(({ problem }) => problem.kind === 'failed' || problem.kind === 'incomplete')
      ? [{ command: 'wcodoo doctor', shows: 'what is wrong with the connections and settings' }]
      : []),
  ];
}

function describePlace({ store, runId, host, now }: AlertPlace): string {
  const time = `${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return [`Store ${store}`, ...(runId === undefined ? [] : [`run ${runId}`]), `on ${host}`, time].join(', ');
}
