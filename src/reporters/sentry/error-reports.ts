/** Errors that somebody should mend, on their way to an error tracker if there is one. */
import {
  ConfigError,
  FatalError,
  LimitError,
  LockHeldError,
  messageOf,
  StoppedError,
  WcodooError,
} from '../../core/errors';
import type { ErrorTags, ErrorTracker } from './error-tracker';

/** True for what no user of the program threw: not one of the families of errors. */
export function isBug(error: unknown): boolean {
  return !(error instanceof WcodooError);
}

/** True for bugs, and for what stops a run and is not meant to (docs/operations.md, exit codes 3 and 70). */
export function isWorthReporting(error: unknown): boolean {
  if (isBug(error)) {
    return true;
  }
  const isMeant =
    error instanceof ConfigError ||
    error instanceof LimitError ||
    error instanceof LockHeldError ||
    error instanceof StoppedError;
  return error instanceof FatalError && !isMeant;
}

/** One for each process: sends each error once, to the tracker that the configuration names. */
export class ErrorReports {
  readonly #sent = new WeakSet();
  #tracker: ErrorTracker | undefined;
  #warn: (message: string) => void = () => undefined;

  /**
   * From now on errors are sent to this one.
   * @param warn told in a sentence when one did not arrive
   */
  sendTo(tracker: ErrorTracker, warn: (message: string) => void): void {
    this.#tracker = tracker;
    this.#warn = warn;
  }

  /** Sends an error unless it was sent before. Never rejects, and never waits longer than the tracker's bound. */
  async report(error: unknown, tags: ErrorTags = {}): Promise<void> {
    if (this.#tracker === undefined || this.#isKnown(error)) {
      return;
    }
    try {
      await this.#tracker.send(error, tags);
    } catch (failure) {
      this.#warn(`The error was not reported to Sentry: SENTRY_DSN ${messageOf(failure)}.`);
    }
  }

  #isKnown(error: unknown): boolean {
    if (typeof error !== 'object' || error === null) {
      return false;
    }
    const isKnown = this.#sent.has(error);
    this.#sent.add(error);
    return isKnown;
  }
}
