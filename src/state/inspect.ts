/** Looks at a state file before anything is written to it. */
import Database from 'better-sqlite3';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { DamagedStateError, FatalError } from '../core/errors';
import { translate } from './database';
import { APPLICATION_ID, refuseNewer } from './migrations';

/** The first bytes of every SQLite file. */
const MAGIC = 'SQLite format 3\0';

/**
 * Makes sure that a file is a sound state, without changing it. No file passes,
 * and an empty one, which was just created; not beside a write-ahead log,
 * though: SQLite would delete what is left of a state whose file is gone.
 * @param path as people know the file; differs from `file` when a copy is looked at
 * @throws FatalError when it is damaged, belongs to another program, or is of a newer wcodoo
 */
export function inspectStateFile(file: string, path = file): void {
  const start = readStart(file);
  if (start === '') {
    refuseOrphanedLog(file, path);
    return;
  }
  if (start !== MAGIC) {
    throw new DamagedStateError(`The state ${path} is damaged: it is not an SQLite file.`);
  }
  const db = new Database(file, { readonly: true });
  try {
    refuseForeign(db, path);
    refuseNewer(db, path);
    refuseDamaged(db, path);
  } catch (error) {
    throw translate(error, path);
  } finally {
    db.close();
  }
}

/** Empty for no file. */
function readStart(file: string): string {
  if (!existsSync(file)) {
    return '';
  }
  const start = Buffer.alloc(MAGIC.length);
  const handle = openSync(file, 'r');
  try {
    return start.toString('latin1', 0, readSync(handle, start));
  } finally {
    closeSync(handle);
  }
}

function refuseOrphanedLog(file: string, path: string): void {
  const log = `${file}-wal`;
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw new DamagedStateError(`The state ${path} is gone, but its write-ahead log is there (${log}).`);
  }
}

function refuseForeign(db: Database.Database, path: string): void {
  const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (tables !== 0 && db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw notAState(path);
  }
}

/** `quick_check` reads the whole file; it leaves out only the comparison of indexes with their tables. */
function refuseDamaged(db: Database.Database, path: string): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') {
    throw new DamagedStateError(`The state ${path} is damaged (${String(found)}).`);
  }
}

function notAState(path: string): FatalError {
  return new FatalError(
    `The file ${path} is a database of another program, so it cannot be the state of wcodoo.`,
    {
      hint: 'It was left as it is. Set another path for the state, or restore the file from a backup.',
    },
  );
}
