/** The row of the run lock: who holds it, and whether that process is alive. */
import type Database from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import { LockHeldError } from '../core/errors';
import type { LockHolder } from '../core/ports';
import { namePidSpace } from './pid-space';

/** A heartbeat older than this is that of a dead run. */
const STALE_MS = 2 * 60_000;

export interface LockRow {
  readonly token: string;
  readonly owner: string;
  readonly pid: number;
  readonly host: string;
  /** Where the pid means something; unknown where an older wcodoo wrote the row. */
  readonly pid_space?: string;
  readonly process_started_at: number;
  readonly started_at: string;
  readonly heartbeat_at: string;
}

/** Reads the holder from a state of any version; undefined when nobody holds it. */
export function readLockHolder(db: Database.Database, now: Date): LockHolder | undefined {
  const hasTable = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'run_lock'").get() !== undefined;
  const row = hasTable ? db.prepare<[], LockRow>('SELECT * FROM run_lock').get() : undefined;
  return row && holderOf(row, now);
}

/** What a row says of its holder. */
export function holderOf(row: LockRow, now: Date): LockHolder {
  return {
    owner: row.owner,
    pid: row.pid,
    host: row.host,
    startedAt: row.started_at,
    heartbeatAt: row.heartbeat_at,
    isAlive: isAlive(row, now),
  };
}

/**
 * True while the run that wrote the row may be at work. Its heartbeat must be
 * of these two minutes, on either side: a clock that was set back leaves one in
 * the future. Where its process can be looked for, it must also be there. A run
 * that is taken for dead and is not (its machine slept, a clock jumped) notices
 * before its next write; see `RunLock.assertHeld`.
 */
export function isAlive(row: LockRow, now: Date): boolean {
  const ageMs = Math.abs(now.getTime() - Date.parse(row.heartbeat_at));
  if (!(ageMs <= STALE_MS)) {
    return false;
  }
  if (row.pid_space !== namePidSpace()) {
    return true;
  }
  // In a container every run may have the pid of the one before.
  if (row.pid === process.pid) {
    return row.process_started_at === performance.timeOrigin;
  }
  return isRunning(row.pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** One holder in words: `sync r1 (pid 7 on host, since …)`. */
export function describeHolder({ owner, pid, host, startedAt }: LockHolder): string {
  return `${owner} (pid ${pid} on ${host}, since ${startedAt})`;
}

/** What is thrown while another run is alive. */
export function lockHeld(holder: LockHolder, path: string): LockHeldError {
  return new LockHeldError(`Another run holds the lock of ${path}: ${describeHolder(holder)}.`, {
    hint: 'Wait until it ends, or use `wcodoo sync --wait`. A run that died is noticed by itself, after two minutes at most.',
  });
}
