import type { RunRecord, Runs } from '../core/ports';
import type { RunSummary } from '../core/run-summary';
import type { StateDatabase } from './database';

interface RunRow {
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

// The command is `sync`, with the flows that were named.
const LAST_SYNC = `SELECT * FROM runs
  WHERE store = @store AND ended_at IS NOT NULL AND (command = 'sync' OR command LIKE 'sync %')
    AND (@exitCode IS NULL OR exit_code = @exitCode)
  ORDER BY started_at DESC, run_id DESC LIMIT 1`;

/** Prepares the statements on runs. `finish` also writes a run whose start is unknown; `list` has the newest first. */
export function openRuns({ db, perform }: StateDatabase): Runs {
  const put = db.prepare(PUT);
  const list = db.prepare<[string, number], RunRow>(
    'SELECT * FROM runs WHERE store = ? ORDER BY started_at DESC, run_id DESC LIMIT ?',
  );
  const lastSync = db.prepare<{ store: string; exitCode: number | null }, RunRow>(LAST_SYNC);
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
    findLastSync(store, exitCode) {
      return perform(() => {
        const row = lastSync.get({ store, exitCode: exitCode ?? null });
        return row === undefined ? undefined : runOf(row);
      });
    },
  };
}

function runOf(row: RunRow): RunRecord {
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
