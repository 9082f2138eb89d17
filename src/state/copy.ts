/** A copy of the state to plan on, so that a dry run writes nothing to the state itself. */
import Database from 'better-sqlite3';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FatalError } from '../core/errors';
import { translate } from './database';
import { inspectStateFile } from './inspect';

const ATTEMPTS = 5;

/**
 * Copies the state at `path`, as last committed, into a new folder (mode 700)
 * below `targetDir`, and returns the path of the copy to be opened with
 * `openState`. Without a state at `path` nothing lies at the path returned:
 * opening it gives an empty one. The copy is not locked.
 *
 * The original and its `-wal` stay unchanged to the byte, and no file appears
 * beside them: while a `-shm` file exists a process may be using the state, so
 * SQLite's own backup takes part in its locking; without one nobody does
 * and the bytes are copied.
 * @throws FatalError when the file is damaged, foreign or of a newer wcodoo
 */
export async function copyStateForDryRun(path: string, targetDir: string): Promise<string> {
  mkdirSync(targetDir, { recursive: true, mode: 0o700 });
  const copy = join(mkdtempSync(join(targetDir, 'wcodoo-dry-run-')), 'state.db');
  const original = resolve(path);
  if (path === ':memory:' || !existsSync(original)) {
    return copy;
  }
  try {
    await copyConsistently(original, copy);
    chmodSync(copy, 0o600);
    inspectStateFile(copy, { path: original });
    freeLock(copy);
    return copy;
  } catch (error) {
    // What cannot be planned on must not be left lying about: it holds names and addresses.
    rmSync(dirname(copy), { recursive: true, force: true });
    throw translate(error, original);
  }
}

async function copyConsistently(original: string, copy: string): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (existsSync(`${original}-shm`)) {
      await backUp(original, copy);
      return;
    }
    const before = fingerprintOf(original);
    copyFileSync(original, copy);
    if (existsSync(`${original}-wal`)) {
      copyFileSync(`${original}-wal`, `${copy}-wal`);
    }
    if (!existsSync(`${original}-shm`) && fingerprintOf(original) === before) {
      return;
    }
    rmSync(`${copy}-wal`, { force: true });
  }
  throw new FatalError(`The state ${original} changes all the time and could not be copied.`, {
    hint: 'Try again once the other run has ended.',
  });
}

/** Tells whether anything was written to the file or its `-wal` in between. */
function fingerprintOf(original: string): string {
  return [original, `${original}-wal`]
    .map((file) => statSync(file, { bigint: true, throwIfNoEntry: false }))
    .map((stat) => (stat === undefined ? 'none' : `${stat.size}:${stat.mtimeNs}`))
    .join(' ');
}

async function backUp(original: string, copy: string): Promise<void> {
  const db = new Database(original, { readonly: true });
  try {
    // All pages in one step: a backup in several begins again whenever another process writes.
    await db.backup(copy, { progress: () => Number.MAX_SAFE_INTEGER });
  } finally {
    db.close();
  }
}

/** A copy is not locked by the run that holds the original. */
export function freeLock(copy: string): void {
  const db = new Database(copy);
  try {
    if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'run_lock'").get() !== undefined) {
      db.exec('DELETE FROM run_lock');
    }
  } finally {
    db.close();
  }
}
