import { EXIT, WcodooError } from '../core/errors';
import type { Clock, State } from '../core/ports';
import type { RunSummary } from '../core/run-summary';

export interface RunToRecord {
  readonly runId: string;
  readonly store: string;
  /** As a person would type it, without `wcodoo`. */
  readonly command: string;
  readonly clock: Clock;
}

export interface RecordedEnd {
  readonly status: string;
  readonly exitCode: number;
  /** Of a sync. */
  readonly summary?: RunSummary | null;
}

/** Does the work between two rows in the list of runs: its start, and how it ended. */
export async function recordRun<T extends RecordedEnd>(
  state: State,
  { clock, ...run }: RunToRecord,
  work: () => Promise<T>,
): Promise<T> {
  const started = {
    ...run,
    startedAt: clock.now().toISOString(),
    endedAt: null,
    status: 'running',
    exitCode: null,
    summary: null,
  };
  await state.runs.start(started);
  const ended = ({ status, exitCode, summary = null }: RecordedEnd): Promise<void> =>
    state.runs.finish({ ...started, endedAt: clock.now().toISOString(), status, exitCode, summary });
  try {
    const end = await work();
    await ended(end);
    return end;
  } catch (error) {
    await ended({ status: 'failed', exitCode: error instanceof WcodooError ? error.exitCode : EXIT.bug });
    throw error;
  }
}
