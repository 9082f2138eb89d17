import type Database from 'better-sqlite3';

const RETRY_MS = 20;

/**
 * Switches a file to the write-ahead log; nothing is done where it has one.
 * SQLite refuses this one statement at once while another process reads or
 * switches the same new file, whatever its own time-out says, so it is tried again.
 * @param timeoutMs gives up after so long; blocks meanwhile, as every statement of SQLite does
 */
export function useWriteAheadLog(db: Database.Database, timeoutMs: number): void {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const isBusy = (error as { code?: unknown }).code === 'SQLITE_BUSY';
      if (!isBusy || performance.now() >= deadline) {
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
