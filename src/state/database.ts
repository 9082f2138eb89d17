/** What every table of the state shares: the connection, and failures of SQLite told in sentences. */
import type Database from 'better-sqlite3';
import { DamagedStateError, FatalError } from '../core/errors';
import type { RecordKey } from '../core/keys';

/** An open state file. */
export interface StateDatabase {
  readonly db: Database.Database;
  /** As people know it: absolute, or `:memory:`. */
  readonly path: string;
  /** The time as the application knows it. */
  readonly now: () => Date;
  /** False once the file was moved, removed or replaced by another of its name. */
  readonly isInPlace: () => boolean;
  /**
   * Does the work at once and answers with a promise: the ports are
   * asynchronous so that another database can serve them, SQLite is not.
   * @throws FatalError when the file cannot be read or written
   */
  readonly perform: <T>(work: () => T) => Promise<T>;
}

/** Rows a bulk query asks for at a time; bounds the memory, not the result. */
const CHUNK_SIZE = 1000;

/** Cuts a list into pieces for bulk queries. */
export function* inChunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += CHUNK_SIZE) {
    yield items.slice(start, start + CHUNK_SIZE);
  }
}

/** Keys as the JSON text that `json_each` unfolds: `[["shop","order","329"], …]`. */
export function keysAsJson(keys: readonly RecordKey[]): string {
  return JSON.stringify(keys.map((key) => [key.store, key.entity, key.id]));
}

/** The time of an ISO text in milliseconds; throws a RangeError when it is none (a bug, never data). */
export function millisecondsOf(iso: string): number {
  const milliseconds = Date.parse(iso);
  if (Number.isNaN(milliseconds)) {
    throw new RangeError(`not a time: ${JSON.stringify(iso)}`);
  }
  return milliseconds;
}

/** Runs `work`; see `StateDatabase.perform`. */
export function perform<T>(path: string, work: () => T): Promise<T> {
  return new Promise((resolve) => {
    try {
      resolve(work());
    } catch (error) {
      throw translate(error, path);
    }
  });
}

const CHECK_PATH = 'Check the path and the rights on the file and its folder.';
/** Codes of a damaged file. */
const DAMAGED = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

/** What is wrong and what to do, by the first words of the code of SQLite or of the operating system. */
const TROUBLES: readonly (readonly [code: string, trouble: string, hint: string])[] = [
  ['SQLITE_FULL', 'could not be written: the disk is full', 'Free some space and run again.'],
  ['ENOSPC', 'could not be written: the disk is full', 'Free some space and run again.'],
  ['SQLITE_READONLY', 'could not be written: it is read-only', CHECK_PATH],
  ['SQLITE_CANTOPEN', 'could not be opened', CHECK_PATH],
  ['SQLITE_PERM', 'could not be opened', CHECK_PATH],
  ['SQLITE_IOERR', 'could not be read or written', 'Check the disk it lies on.'],
  ['SQLITE_BUSY', 'is kept busy by another program', 'Run again once the other program is done with it.'],
  ['E', 'could not be opened', CHECK_PATH],
];

/**
 * Turns a failure of SQLite or of the file system into a FatalError; anything
 * else (a broken constraint is a bug) stays as it is.
 * @param what the file is called in the message
 */
export function translate(error: unknown, path: string, what: 'state' | 'backup' = 'state'): Error {
  const code = codeOf(error);
  if (isDamage(error)) {
    return new DamagedStateError(`The ${what} ${path} is damaged (${code}).`, { cause: error });
  }
  const found = TROUBLES.find(([start]) => code.startsWith(start));
  if (found === undefined) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const [, trouble, hint] = found;
  return new FatalError(`The ${what} ${path} ${trouble} (${code}).`, { hint, cause: error });
}

/** True for a failure that says that the file itself is damaged. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return DAMAGED.some((start) => code.startsWith(start));
}

/**
 * The code of a failure of SQLite or of a system call; empty for any other
 * error. Told by their properties: the compiled part of better-sqlite3 throws
 * the error class it was first loaded with, which `instanceof` may not know.
 */
function codeOf(error: unknown): string {
  const { code, syscall, name } = error as NodeJS.ErrnoException;
  return syscall !== undefined || name === 'SqliteError' ? (code ?? '') : '';
}
