/** One run at a time on a state, whatever process or container it is in. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import { FatalError, LockHeldError } from '../core/errors';
import type { RunLock } from '../core/ports';
import type { StateDatabase } from './database';
import { describeHolder, holderOf, lockHeld, type LockRow } from './lock-row';
import { namePidSpace } from './pid-space';

const HEARTBEAT_MS = 10_000;
/** A younger heartbeat needs no other before a write: nobody takes the lock over within two minutes of it. */
const FRESH_MS = 2 * HEARTBEAT_MS;

export interface LockTable {
  /** See `State.lock`. */
  take(owner: string): Promise<RunLock>;
  /**
   * Passes while this state holds its lock, or never took one. To be called
   * inside the transaction it protects.
   * @throws LockHeldError when another run took the lock over (this process had been suspended)
   * @throws FatalError when the file was moved or replaced
   */
  assertNotLost(): void;
  /** Gives up a lock still held. */
  readonly close: () => void;
}

const PUT = `INSERT OR REPLACE INTO run_lock
  (id, token, owner, pid, host, pid_space, process_started_at, started_at, heartbeat_at)
  VALUES (1, @token, @owner, @pid, @host, @pidSpace, @processStartedAt, @now, @now)`;

/** Prepares the run lock; nothing is taken yet. */
export function openLock({ db, path, now, isInPlace, perform }: StateDatabase): LockTable {
  const get = db.prepare<[], LockRow>('SELECT * FROM run_lock');
  const put = db.prepare(PUT);
  const beat = db.prepare('UPDATE run_lock SET heartbeat_at = ? WHERE token = ?');
  const remove = db.prepare('DELETE FROM run_lock WHERE token = ?');
  let held: { readonly token: string; readonly timer: NodeJS.Timeout } | undefined;

  /** A lock in a file that has left its place keeps nobody out of the one that took it. */
  function refuseReplaced(): void {
    if (!isInPlace()) {
      throw new FatalError(`The state ${path} was moved or replaced while this program used it.`, {
        hint: 'Nothing more was written here. Run it again.',
      });
    }
  }

  const takeOver = db.transaction((owner: string, token: string) => {
    refuseReplaced();
    const row = get.get();
    const holder = row && holderOf(row, now());
    if (holder?.isAlive === true) {
      throw lockHeld(holder, path);
    }
    put.run({
      token,
      owner,
      pid: process.pid,
      host: hostname(),
      pidSpace: namePidSpace(),
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

  /** Gives a sign of life where the last one is old: this process slept, and another may be about to take over. */
  function refuseOther(token: string): void {
    refuseReplaced();
    const row = get.get();
    const at = now();
    const isFresh = row !== undefined && Math.abs(at.getTime() - Date.parse(row.heartbeat_at)) <= FRESH_MS;
    if (row?.token === token && (isFresh || beat.run(at.toISOString(), token).changes === 1)) {
      return;
    }
    const holder = get.get();
    throw new LockHeldError(
      `This run lost the lock of ${path} while it was suspended${holder === undefined ? '' : `, to ${describeHolder(holderOf(holder, at))}`}.`,
      { hint: 'Nothing more was written here; the next run goes on from the last commit.' },
    );
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
