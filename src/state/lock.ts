/** One run at a time on a state, over processes and over hosts that share the file. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import { LockHeldError } from '../core/errors';
import type { RunLock } from '../core/ports';
import type { StateDatabase } from './database';

const HEARTBEAT_MS = 10_000;
/** A heartbeat older than this is that of a dead run. */
const STALE_MS = 2 * 60_000;

export interface LockTable {
  /** See `State.lock`. */
  take(owner: string): Promise<RunLock>;
  /**
   * Passes while this state holds its lock, or never took one. To be called
   * inside the transaction it protects.
   * @throws LockHeldError when another run took the lock over (this process had been suspended)
   */
  assertNotLost(): void;
  /** Gives up a lock still held. */
  readonly close: () => void;
}

interface LockRow {
  readonly token: string;
  readonly owner: string;
  readonly pid: number;
  readonly host: string;
  readonly process_started_at: number;
  readonly started_at: string;
  readonly heartbeat_at: string;
}

const PUT = `INSERT OR REPLACE INTO run_lock
  (id, token, owner, pid, host, process_started_at, started_at, heartbeat_at)
  VALUES (1, @token, @owner, @pid, @host, @processStartedAt, @now, @now)`;

/** Prepares the run lock; nothing is taken yet. */
export function openLock({ db, path, now, perform }: StateDatabase): LockTable {
  const get = db.prepare<[], LockRow>('SELECT * FROM run_lock');
  const put = db.prepare(PUT);
  const beat = db.prepare('UPDATE run_lock SET heartbeat_at = ? WHERE token = ?');
  const remove = db.prepare('DELETE FROM run_lock WHERE token = ?');
  let held: { readonly token: string; readonly timer: NodeJS.Timeout } | undefined;

  const takeOver = db.transaction((owner: string, token: string) => {
    const row = get.get();
    if (row !== undefined && isAlive(row, now())) {
      throw lockHeld(row, path);
    }
    put.run({
      token,
      owner,
      pid: process.pid,
      host: hostname(),
      processStartedAt: performance.timeOrigin,
      now: now().toISOString(),
    });
  });

  function release(token: string): void {
    if (held?.token !== token) {
      return;
    }
    clearInterval(held.timer);
    held = undefined;
    if (db.open) {
      remove.run(token);
    }
  }

  function refuseOther(token: string): void {
    const row = get.get();
    if (row?.token !== token) {
      throw new LockHeldError(
        `This run lost the lock of ${path} while it was suspended${row === undefined ? '' : `, to ${describe(row)}`}.`,
        { hint: 'Nothing more was written here; the next run goes on from the last commit.' },
      );
    }
  }

  function keepAlive(token: string): void {
    try {
      beat.run(now().toISOString(), token);
    } catch {
      // A missed heartbeat harms nobody: the next one follows, and a commit on a broken file says what is wrong.
    }
  }

  return {
    take(owner) {
      return perform(() => {
        const token = randomUUID();
        takeOver.immediate(owner, token);
        const timer = setInterval(keepAlive, HEARTBEAT_MS, token).unref();
        held = { token, timer };
        return {
          release: () =>
            perform(() => {
              release(token);
            }),
          assertHeld: () =>
            perform(() => {
              refuseOther(token);
            }),
        };
      });
    },
    assertNotLost() {
      if (held !== undefined) {
        refuseOther(held.token);
      }
    },
    close() {
      if (held !== undefined) {
        release(held.token);
      }
    },
  };
}

function isAlive(row: LockRow, now: Date): boolean {
  const age = Math.abs(now.getTime() - Date.parse(row.heartbeat_at));
  if (!(age <= STALE_MS)) {
    return false;
  }
  if (row.host !== hostname()) {
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

function describe(row: LockRow): string {
  return `${row.owner} (pid ${row.pid} on ${row.host}, since ${row.started_at})`;
}

function lockHeld(row: LockRow, path: string): LockHeldError {
  return new LockHeldError(`Another run holds the lock of ${path}: ${describe(row)}.`, {
    hint: 'Wait until it ends, or use `wcodoo sync --wait`. A run that died is noticed by itself, after two minutes at most.',
  });
}
