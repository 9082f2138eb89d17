/** Turns what happens into lines of a log that know the run, the shop and the flow they belong to. */
import type { RunEvent } from '../../core/events';
import type { Clock } from '../../core/ports';
import { isLoud, type LogLevel } from '../../lib/log-level';
import { maskEmails } from '../mask-personal-data';
import {
  describeDecision,
  describeEvent,
  describeFailure,
  levelOfDecision,
  type Description,
} from './describe-event';
import type { LogEntry } from './log-entry';

export interface RunLogOptions {
  readonly level: LogLevel;
  /** Undefined while the configuration could not be read. */
  readonly store: string | undefined;
  /** A text without secrets. */
  readonly scrub: (text: string) => string;
  readonly clock: Clock;
  /** Takes a line; must not throw. */
  readonly write: (entry: LogEntry) => void;
}

export interface RunLog {
  readonly handle: (event: RunEvent) => void;
  /** A text that would otherwise have been printed on standard error. */
  readonly say: (text: string) => void;
  /** An error that ends the command; one that was told as the end of a run is not told again. */
  readonly fail: (error: unknown, exitCode: number) => void;
}

/** Between two lines about the progress of a flow. */
const PROGRESS_INTERVAL_MS = 30_000;

/** What begins texts on standard error, and what it says of their level. */
const PREFIXES: readonly (readonly [RegExp, LogLevel])[] = [
  [/^warning: */i, 'warn'],
  [/^(?:error|bug|configuration): */i, 'error'],
];

/** Lines below the level cost nothing. Secrets and e-mail addresses are hidden in every text. */
export function createRunLog(options: RunLogOptions): RunLog {
  const { level: least, clock } = options;
  const told = new WeakSet();
  let runId: string | undefined;
  let store = options.store;
  let flow: string | undefined;
  let nextProgressMs = 0;

  function hide(text: string): string {
    return maskEmails(options.scrub(text));
  }

  function write(description: Description): void {
    if (isLoud(description.level, least)) {
      options.write(clean({ time: clock.now(), runId, store, flow, ...description }, hide));
    }
  }

  function isProgressDue(): boolean {
    const nowMs = clock.now().getTime();
    if (nowMs < nextProgressMs) {
      return false;
    }
    nextProgressMs = nowMs + PROGRESS_INTERVAL_MS;
    return true;
  }

  return {
    handle(event) {
      switch (event.type) {
        case 'decided':
          for (const row of event.rows) {
            if (isLoud(levelOfDecision(row), least)) {
              write(describeDecision(row));
            }
          }
          return;
        case 'flow-progress':
          if (isProgressDue()) {
            write(describeEvent(event));
          }
          return;
        case 'run-started':
          ({ runId, store } = event);
          flow = undefined;
          break;
        case 'flow-started':
          flow = event.flow;
          nextProgressMs = clock.now().getTime() + PROGRESS_INTERVAL_MS;
          break;
        case 'run-failed':
          runId = event.runId ?? runId;
          if (typeof event.error === 'object' && event.error !== null) {
            told.add(event.error);
          }
          break;
        case 'notice':
        case 'flow-finished':
        case 'run-finished':
          break;
      }
      write(describeEvent(event));
      if (event.type === 'flow-finished') {
        flow = undefined;
      }
    },
    say(text) {
      const said = text.trim();
      if (said === '') {
        return;
      }
      const [prefix, level] = PREFIXES.find(([candidate]) => candidate.test(said)) ?? [/^/, 'info'];
      write({ level, event: 'message', message: said.replace(prefix, '') });
    },
    fail(error, exitCode) {
      if (typeof error === 'object' && error !== null && told.has(error)) {
        return;
      }
      write(describeFailure(error, exitCode));
    },
  };
}

function clean(entry: LogEntry, hide: (text: string) => string): LogEntry {
  const { error, details } = entry;
  const hideIfSaid = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : hide(text);
  return {
    ...entry,
    message: hide(entry.message),
    ...(error && {
      error: {
        ...error,
        message: hide(error.message),
        hint: hideIfSaid(error.hint),
        stack: hideIfSaid(error.stack),
      },
    }),
    ...(details && {
      details: Object.fromEntries(
        Object.entries(details).map(([name, value]) => [
          name,
          typeof value === 'string' ? hide(value) : value,
        ]),
      ),
    }),
  };
}
