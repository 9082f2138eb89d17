/** What every command is handed, so that none of them touches the process itself. */
import type { Readable, Writable } from 'node:stream';
import { RetryableError, StoppedError, type WcodooError } from '../core/errors';
import { Scrubber } from '../lib/scrubber';
import type { RunLog } from '../reporters/log/run-log';
import { ErrorReports } from '../reporters/sentry/error-reports';
import { divertWrites } from './divert-writes';
import { scrubWrites } from './scrub-writes';

/** The streams and signals of a process. */
export interface ProcessIo {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Exit code of the signal that came, 130 or 143. */
  readonly interruptedExitCode: () => number;
}

/** The same, its output free of secrets. */
export interface CommandIo extends ProcessIo {
  /** Is told of secrets as soon as they are read. */
  readonly scrubber: Scrubber;
  /** Where bugs go; to nobody until the configuration names somebody. */
  readonly errorReports: ErrorReports;
  /** Standard error as a person sees it, also where it is a log: for questions, and for the log itself. */
  readonly terminal: ProcessIo['stderr'];
  /** The log that standard error became; undefined while texts are printed there. */
  readonly log: () => RunLog | undefined;
  /** From now on what is written to `stderr` becomes lines of this log. */
  readonly useLog: (log: RunLog) => void;
}

/** Whatever is written to the streams returned passes the scrubber that comes with them. */
export function createCommandIo(io: ProcessIo): CommandIo {
  const scrubber = new Scrubber();
  const terminal = scrubWrites(io.stderr, scrubber.text);
  let used: RunLog | undefined;
  return {
    ...io,
    stdout: scrubWrites(io.stdout, scrubber.text),
    stderr: divertWrites(terminal, () => used?.say),
    terminal,
    scrubber,
    errorReports: new ErrorReports(),
    log: () => used,
    useLog(log) {
      used = log;
    },
  };
}

/** The exit code for an error: that of the signal where something was given up because the run is to stop. */
export function exitCodeOf(error: WcodooError, io: ProcessIo): number {
  const isStopped = error instanceof StoppedError || (error instanceof RetryableError && io.signal.aborted);
  return isStopped ? io.interruptedExitCode() : error.exitCode;
}

/** Flags that every command with a configuration has. */
export interface ConfigOptions {
  readonly config?: string;
  readonly envFile?: string;
}
