/** Takes the run lock, or waits for it where a person asked for that. */
import { LockHeldError, StoppedError } from './errors';
import type { Clock, RunLock, State } from './ports';

export interface WaitOptions {
  /** Gives up after so long; waits as long as it takes when undefined. */
  readonly atMostMs: number | undefined;
  /** Told once of each run that is waited for. */
  readonly onWait: (message: string) => void;
  readonly clock: Clock;
  /** Waits; ends early when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** From 0 to 1; spreads several that wait. */
  readonly random: () => number;
}

const LEAST_PAUSE_MS = 300;
const PAUSE_SPREAD_MS = 700;

/**
 * @param wait undefined to be refused at once
 * @throws LockHeldError when another run holds it (to the end of the wait)
 * @throws StoppedError when the program was asked to stop while it waited
 */
export async function takeLock(state: State, owner: string, wait: WaitOptions | undefined): Promise<RunLock> {
  const startedAt = wait?.clock.now().getTime() ?? 0;
  let told = '';
  for (;;) {
    try {
      return await state.lock(owner);
    } catch (error) {
      if (!(error instanceof LockHeldError) || wait === undefined) {
        throw error;
      }
      const waitedMs = wait.clock.now().getTime() - startedAt;
      if (wait.atMostMs !== undefined && waitedMs >= wait.atMostMs) {
        throw error;
      }
      if (told !== error.message) {
        told = error.message;
        wait.onWait(`${error.message} Waiting for it to end.`);
      }
      await wait.sleep(LEAST_PAUSE_MS + wait.random() * PAUSE_SPREAD_MS, wait.signal);
      if (wait.signal.aborted) {
        throw new StoppedError('The program was asked to stop while it waited for another run.');
      }
    }
  }
}
