/** Looks at a state file before anything is written to it. */
import Database from 'better-sqlite3';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { DamagedStateError, FatalError } from '../core/errors';
import { translate } from './database';
import { APPLICATION_ID, refuseNewer } from './migrations';

/** The first bytes of every SQLite file. */
const MAGIC = 'SQLite format 3\0';

export interface Inspection {
  /** As people know the file, when a copy is looked at. */
  readonly path?: string;
  /**
   * Read the whole file. Otherwise the audit is left out: a million rows of it
   * take seconds, and nothing is decided by them.
   */
  readonly isThorough?: boolean;
}

/** Tables that runs decide by, as names for a pragma. */
const DECIDING_TABLES =
  "SELECT '\"' || name || '\"' FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('audit', 'sqlite_sequence')";

/**
 * Makes sure that a file is a sound state, without changing it. No file passes,
 * and an empty one, which was just created; not beside a write-ahead log,
 * though: SQLite would delete what is left of a state whose file is gone.
 * @throws FatalError when it is damaged, belongs to another program, or is of a newer wcodoo
 */
export function inspectStateFile(file: string, { path = file, isThorough = false }: Inspection = {}): void {
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
    refuseDamaged(db, path, isThorough);
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

/** `quick_check` reads all of what it checks; it leaves out only the comparison of indexes with their tables. */
function refuseDamaged(db: Database.Database, path: string, isThorough: boolean): void {
  const subjects = isThorough ? ['1'] : db.prepare<[], string>(DECIDING_TABLES).pluck().all();
  for (const subject of subjects) {
    const found = db.pragma(`quick_check(${subject})`, { simple: true });
    if (found !== 'ok') {
      throw new DamagedStateError(`The state ${path} is damaged (${String(found)}).`);
    }
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
