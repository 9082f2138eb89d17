import type { LogLevel } from '../../lib/log-level';

/** One line of the log, before it has a format. Its texts hold no secret and no e-mail address. */
export interface LogEntry {
  readonly time: Date;
  readonly level: LogLevel;
  /** A sentence for people. */
  readonly message: string;
  /** What happened, for filters: `run-started`, `flow-finished`, …; `message` for what is only said. */
  readonly event: string;
  /** Undefined before a run has begun. */
  readonly runId: string | undefined;
  /** Undefined while the configuration could not be read. */
  readonly store: string | undefined;
  /** The flow it is about, or that was under way. */
  readonly flow: string | undefined;
  readonly outcome?: 'success' | 'failure' | undefined;
  readonly durationMs?: number | undefined;
  readonly error?: LoggedError | undefined;
  /** Anything else, by names in snake case that no other field has. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

export interface LoggedError {
  /** Name of its family, for example `FatalError`. */
  readonly type: string;
  readonly message: string;
  /** What the person should do next. */
  readonly hint?: string | undefined;
  /** The places in the code; of bugs only. */
  readonly stack?: string | undefined;
}
