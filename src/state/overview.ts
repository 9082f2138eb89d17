import type { Checkpoint, DebtCount, FlowEnd, RunRecord, StateOverview } from '../core/ports';
import { breachOf, type BreachRow } from './breaches';
import type { StateDatabase } from './database';
import { readLockHolder } from './lock-row';
import { versionOf } from './migrations';
import { runOf, type RunRow } from './runs';

/** How far back the ends of flows are looked for; a run every ten minutes makes a thousand in a week. */
const SUMMARIES = 1_000;
const SHOWN_BREACHES = 50;

const LAST_SUCCESS = `SELECT * FROM runs
  WHERE store = ? AND exit_code = 0 AND (command = 'sync' OR command LIKE 'sync %')
  ORDER BY started_at DESC, run_id DESC LIMIT 1`;
// A flow that was skipped had no turn. SQLite hands out the columns beside max() from the row that has it.
const FLOW_ENDS = `SELECT end.value ->> 'flow' AS flow, run.run_id AS runId, end.value ->> 'status' AS status,
    end.value ->> 'message' AS message, max(run.ended_at) AS at
  FROM (SELECT run_id, ended_at, summary FROM runs
      WHERE store = @store ORDER BY started_at DESC, run_id DESC LIMIT ${SUMMARIES}) AS run,
    json_each(run.summary, '$.flows') AS end
  WHERE run.ended_at IS NOT NULL AND end.value ->> 'status' <> 'skipped'
    AND (@status IS NULL OR end.value ->> 'status' = @status)
  GROUP BY flow ORDER BY flow`;
const DEBTS = `SELECT flow, state, count(*) AS count, min(first_at) AS oldestAt FROM debts
  WHERE store = ? GROUP BY flow, state ORDER BY flow, state`;
const QUARANTINE = `SELECT reason, count(*) AS count FROM debts
  WHERE store = ? AND state = 'quarantine' GROUP BY reason ORDER BY count DESC, reason`;
const BREACHES = `SELECT * FROM breaches WHERE store = ? AND used_by IS NULL
  ORDER BY at DESC, flow, limit_name LIMIT ${SHOWN_BREACHES}`;
const OLDEST_AUDIT = 'SELECT time FROM audit ORDER BY time LIMIT 1';

interface CheckpointRow {
  readonly flow: string;
  readonly watermark: string | null;
  readonly position: string | null;
  readonly full_at: string | null;
}

/**
 * Prepares a look at one store: everything from the same moment, without the
 * run lock, while a run may go on.
 */
export function openOverview({
  db,
  now,
  perform,
}: StateDatabase): (store: string, runs: number) => Promise<StateOverview> {
  const look = db.transaction((store: string, limit: number): StateOverview => {
    const all = <Row>(sql: string, ...values: unknown[]): Row[] =>
      db.prepare<unknown[], Row>(sql).all(...values);
    const count = (sql: string, ...values: unknown[]): number =>
      db
        .prepare<unknown[], number>(sql)
        .pluck()
        .get(...values) ?? 0;
    const time = (sql: string, ...values: unknown[]): string | null =>
      db
        .prepare<unknown[], string | null>(sql)
        .pluck()
        .get(...values) ?? null;
    const runs = (sql: string, ...values: unknown[]): RunRecord[] => all<RunRow>(sql, ...values).map(runOf);
    const at = now();
    return {
      schema: versionOf(db),
      links: count('SELECT count(*) FROM links WHERE store = ?', store),
      lock: readLockHolder(db, at) ?? null,
      runs: runs(
        'SELECT * FROM runs WHERE store = ? ORDER BY started_at DESC, run_id DESC LIMIT ?',
        store,
        limit,
      ),
      lastSuccess: runs(LAST_SUCCESS, store)[0] ?? null,
      checkpoints: all<CheckpointRow>('SELECT * FROM checkpoints WHERE store = ? ORDER BY flow', store).map(
        (row) => checkpointOf(store, row),
      ),
      flowEnds: all<FlowEnd>(FLOW_ENDS, { store, status: null }),
      flowsDone: all<FlowEnd>(FLOW_ENDS, { store, status: 'done' }),
      debts: all<DebtCount>(DEBTS, store),
      debtsDue: count('SELECT count(*) FROM debts WHERE store = ? AND next_ms <= ?', store, at.getTime()),
      quarantine: all(QUARANTINE, store),
      intents: {
        count: count('SELECT count(*) FROM intents WHERE store = ?', store),
        oldestAt: time('SELECT min(created_at) FROM intents WHERE store = ?', store),
      },
      breaches: all<BreachRow>(BREACHES, store).map(breachOf),
      audit: {
        rows: count('SELECT count(*) FROM audit'),
        oldestAt: time(OLDEST_AUDIT),
      },
    };
  });
  return (store, runs) => perform(() => look.deferred(store, runs));
}

function checkpointOf(store: string, row: CheckpointRow): Checkpoint {
  const position: unknown = row.position === null ? null : JSON.parse(row.position);
  return { store, flow: row.flow, watermark: row.watermark, position, fullAt: row.full_at };
}
