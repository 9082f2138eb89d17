/** What is in a state file, and whether it is sound. */
import Database from 'better-sqlite3';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DamagedStateError, FatalError } from '../core/errors';
import { translate } from './database';
import { inspectStateFile } from './inspect';
import type { LockHolder } from '../core/ports';
import { readLockHolder } from './lock-row';
import { versionOf } from './migrations';

/** Rows by table. */
export type StateCounts = Readonly<Record<string, number>>;

export interface StateReport {
  readonly path: string;
  readonly bytes: number;
  /** Version of the schema; 0 for an empty file, null where it cannot be read. */
  readonly schema: number | null;
  /** What SQLite finds wrong; empty for a sound file. */
  readonly problems: readonly string[];
  /** Empty for a damaged file. */
  readonly counts: StateCounts;
  /** Who holds the run lock; null when nobody does. */
  readonly lock: LockHolder | null;
}

/** Tables worth counting, in the order they are told. */
const COUNTED = [
  'links',
  'debts',
  'runs',
  'audit',
  'intents',
  'holds',
  'checkpoints',
  'listings',
  'breaches',
];

/**
 * Reads the whole file: every page, every index. A run may go on meanwhile.
 * @throws FatalError when there is none, it is another program's, or a newer wcodoo's
 */
export function checkState(path: string, now: Date): StateReport {
  const file = resolve(path);
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) {
    throw new FatalError(`There is no state at ${file}.`, {
      hint: 'The first `wcodoo sync` makes one; if it was lost, `wcodoo state rebuild` takes the links from Odoo.',
    });
  }
  const damage = findDamage(file);
  if (damage.length > 0) {
    return { path: file, bytes, schema: null, problems: damage, counts: {}, lock: null };
  }
  return withDatabase(file, (db) => ({
    path: file,
    bytes,
    schema: versionOf(db),
    problems: [],
    counts: countTables(db),
    lock: readLockHolder(db, now) ?? null,
  }));
}

/**
 * What a full check of the file finds, which also compares indexes with their
 * tables, as opening it does not; empty for a sound file, and for none.
 * @throws FatalError when it is another program's, or a newer wcodoo's
 */
export function findDamage(file: string): string[] {
  try {
    inspectStateFile(file);
    return existsSync(file) ? withDatabase(file, problemsOf) : [];
  } catch (error) {
    if (!(error instanceof DamagedStateError)) {
      throw error;
    }
    return problemsOfDamaged(file) ?? [error.message];
  }
}

/** Who holds the lock of a state, as far as it can be read: it may be damaged. */
export function findHolder(file: string, now: Date): LockHolder | undefined {
  try {
    return existsSync(file) ? withDatabase(file, (db) => readLockHolder(db, now)) : undefined;
  } catch {
    return undefined;
  }
}

/** Rows by table of a sound state file; tables of a newer schema than its own are left out. */
export function countRecords(file: string): StateCounts {
  return withDatabase(file, countTables);
}

function withDatabase<T>(file: string, work: (db: Database.Database) => T): T {
  const db = new Database(file, { readonly: true });
  try {
    return work(db);
  } catch (error) {
    throw translate(error, file);
  } finally {
    db.close();
  }
}

/** All that is wrong, where the file can be read so far. */
function problemsOfDamaged(file: string): string[] | undefined {
  try {
    const problems = withDatabase(file, problemsOf);
    return problems.length === 0 ? undefined : problems;
  } catch {
    return undefined;
  }
}

function problemsOf(db: Database.Database): string[] {
  const rows = db.pragma('integrity_check') as { integrity_check: string }[];
  return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
}

function countTables(db: Database.Database): StateCounts {
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  return Object.fromEntries(
    COUNTED.filter((table) => tables.includes(table)).map((table) => [
      table,
      db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0,
    ]),
  );
}
