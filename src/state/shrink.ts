/** Gives the space of removed rows back to the disk. */
import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Shrunk } from '../core/ports';
import type { StateDatabase } from './database';

/** Failures that leave the file as it was: somebody else uses it, or the disk is full. */
const HARMLESS = /^SQLITE_(BUSY|FULL|LOCKED|IOERR)/;

/** A reader may stay for minutes; nothing depends on its end. */
const READER_WAIT_MS = 1_000;

/**
 * Writes the database anew without its empty pages, and empties the write-ahead
 * log, through which all of it goes. Nothing is lost when it fails: the pages
 * stay, and later rows go into them.
 */
export function shrinkFile({ db, path }: StateDatabase): Shrunk {
  const bytesBefore = bytesOf(path);
  const problem =
    refuseFullDisk(path, bytesBefore) ??
    rewrite(path, () => {
      db.exec('VACUUM');
      const [result] = patiently(db, READER_WAIT_MS, () => db.pragma('wal_checkpoint(TRUNCATE)')) as {
        busy: number;
      }[];
      return result?.busy === 0
        ? null
        : 'another program reads the state: its write-ahead log stays until that one ends.';
    });
  return { bytesBefore, bytesAfter: bytesOf(path), problem };
}

/** Waits no longer than this for others, in place of what the connection has. */
function patiently<T>(db: StateDatabase['db'], waitMs: number, work: () => T): T {
  const usual = Number(db.pragma('busy_timeout', { simple: true }));
  db.pragma(`busy_timeout = ${waitMs}`);
  try {
    return work();
  } finally {
    db.pragma(`busy_timeout = ${usual}`);
  }
}

/** The database and what SQLite keeps beside it. */
function bytesOf(path: string): number {
  return ['', '-wal'].reduce(
    (sum, suffix) => sum + (statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function rewrite(path: string, work: () => string | null): string | null {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (typeof code === 'string' && HARMLESS.test(code)) {
      return `the file ${path} could not be made smaller (${message}); the next purge tries again, and new rows go into the free space.`;
    }
    throw error;
  }
}

/** The copy and the log of it lie beside the file for a while. */
function refuseFullDisk(path: string, bytes: number): string | null {
  if (path === ':memory:') {
    return null;
  }
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize > 2 * bytes
    ? null
    : `making the file ${path} smaller needs twice its size in free space for a while, which the disk does not have; new rows go into the free space in it.`;
}
