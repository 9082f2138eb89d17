/** What is in a state file, and whether it is sound. */
import Database from 'better-sqlite3';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DamagedStateError, FatalError } from '../core/errors';
import { translate } from './database';
import { versionOf } from './migrations';
import { inspectStateFile } from './inspect';

/** Rows by table. */
export type StateCounts = Readonly<Record<string, number>>;

export interface StateReport {
  readonly path: string;
  readonly bytes: number;
  /** Version of the schema. */
  readonly schema: number;
  /** What SQLite finds wrong; empty for a sound file. */
  readonly problems: readonly string[];
  readonly counts: StateCounts;
}

/** Tables that hold something worth counting. */
const COUNTED = ['links', 'debts', 'intents', 'holds', 'checkpoints', 'runs', 'audit'];

/**
 * Reads the whole file: every page, every index. A run may go on meanwhile.
 * @throws FatalError when there is none, or it is none of ours
 */
export function checkState(path: string): StateReport {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new FatalError(`There is no state at ${file}.`, { hint: 'The first `wcodoo sync` makes one.' });
  }
  try {
    inspectStateFile(file);
  } catch (error) {
    if (error instanceof DamagedStateError) {
      return { path: file, bytes: statSync(file).size, schema: 0, problems: [error.message], counts: {} };
    }
    throw error;
  }
  return withDatabase(file, (db) => ({
    path: file,
    bytes: statSync(file).size,
    schema: versionOf(db),
    problems: problemsOf(db),
    counts: countTables(db),
  }));
}

/** Rows by table of a sound state file. */
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

function problemsOf(db: Database.Database): string[] {
  const rows = db.pragma('integrity_check') as { integrity_check: string }[];
  return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
}

function countTables(db: Database.Database): StateCounts {
  return Object.fromEntries(
    COUNTED.map((table) => [
      table,
      db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0,
    ]),
  );
}
