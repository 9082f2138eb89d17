import type { RunEvent } from '../core/events';
import type { State } from '../core/ports';

/** Listens to a run and tells somebody of it. What goes wrong with that never changes the run. */
export interface Reporter {
  /** Must not throw, and does not wait. */
  handle(event: RunEvent): void;
  /**
   * Waits until everything handled is written or sent, never longer than a bound of its own.
   * @param state of the run, still open; undefined when it could not be opened
   */
  close(state?: State): Promise<void> | void;
}
