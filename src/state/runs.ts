import type { RunRecord, Runs } from '../core/ports';
import type { RunSummary } from '../core/run-summary';
import type { StateDatabase } from './database';

/** A run as its table has it. */
export interface RunRow {
  readonly run_id: string;
  readonly store: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly status: string;
  readonly exit_code: number | null;
  readonly command: string;
  readonly summary: string | null;
}

const PUT = `INSERT OR REPLACE INTO runs (run_id, store, started_at, ended_at, status, exit_code, command, summary)
  VALUES (@runId, @store, @startedAt, @endedAt, @status, @exitCode, @command, @summary)`;

/** Prepares the statements on runs. `finish` also writes a run whose start is unknown; `list` has the newest first. */
export function openRuns({ db, perform }: StateDatabase): Runs {
  const put = db.prepare(PUT);
  const list = db.prepare<[string, number], RunRow>(
    'SELECT * FROM runs WHERE store = ? ORDER BY started_at DESC, run_id DESC LIMIT ?',
  );
  function write(run: RunRecord): Promise<void> {
    return perform(() => {
      put.run({ ...run, summary: run.summary === null ? null : JSON.stringify(run.summary) });
    });
  }
  return {
    start: write,
    finish: write,
    list(store, limit) {
      return perform(() => list.all(store, limit).map(runOf));
    },
  };
}

/** Reads a row of the table. */
export function runOf(row: RunRow): RunRecord {
  return {
    runId: row.run_id,
    store: row.store,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    status: row.status,
    exitCode: row.exit_code,
    command: row.command,
    summary: row.summary === null ? null : (JSON.parse(row.summary) as RunSummary),
  };
}
