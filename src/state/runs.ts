import type { RunFilter, RunRecord, Runs } from '../core/ports';
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

/** What each part of a filter asks of a run. */
const CONDITIONS: Readonly<Record<keyof RunFilter, string>> = {
  status: 'status = @status',
  hasTrouble: "status NOT IN ('done', 'running')",
  command: "(command = @command OR substr(command, 1, length(@command) + 1) = @command || ' ')",
  since: 'started_at >= @since',
  until: 'started_at < @until',
};
const NAMES = Object.keys(CONDITIONS) as (keyof RunFilter)[];

/** No character of a run id comes after it. */
const BEHIND = '\uffff';
const FOUND = 2;

// The command is `sync`, with the flows that were named.
const LAST_SYNC = `SELECT * FROM runs
  WHERE store = @store AND ended_at IS NOT NULL AND (command = 'sync' OR command LIKE 'sync %')
    AND (@exitCode IS NULL OR exit_code = @exitCode)
  ORDER BY started_at DESC, run_id DESC LIMIT 1`;

/** Prepares the statements on runs. `finish` also writes a run whose start is unknown. */
export function openRuns({ db, perform }: StateDatabase): Runs {
  const put = db.prepare(PUT);
  const find = db.prepare<[string, string, string], RunRow>(
    `SELECT * FROM runs WHERE store = ? AND run_id >= ? AND run_id < ? ORDER BY run_id DESC LIMIT ${FOUND}`,
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
    list(store, limit, filter = {}) {
      return perform(() =>
        db
          .prepare<[RunFilter & { store: string; limit: number }], RunRow>(listQuery(filter))
          .all({ ...filter, hasTrouble: undefined, store, limit })
          .map(runOf),
      );
    },
    find(store, beginning) {
      return perform(() => find.all(store, beginning, `${beginning}${BEHIND}`).map(runOf));
    },
    findLastSync(store, exitCode) {
      return perform(() => {
        const row = lastSync.get({ store, exitCode: exitCode ?? null });
        return row === undefined ? undefined : runOf(row);
      });
    },
  };
}

/** The statement behind `list`: what is compared is bound, never written into it. */
export function listQuery(filter: RunFilter): string {
  const asked = NAMES.filter((name) => filter[name] !== undefined && filter[name] !== false);
  const conditions = ['store = @store', ...asked.map((name) => CONDITIONS[name])];
  return `SELECT * FROM runs WHERE ${conditions.join(' AND ')} ORDER BY started_at DESC, run_id DESC LIMIT @limit`;
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
