/** Backups of the state, made while runs go on. */
import Database from 'better-sqlite3';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigError, FatalError } from '../core/errors';
import { freeLock } from './copy';
import { countRecords, type StateCounts } from './check';
import { translate } from './database';
import { inspectStateFile } from './inspect';

export interface Backup {
  readonly path: string;
  readonly bytes: number;
  readonly counts: StateCounts;
}

/** Files this program names itself; others in the folder are never touched. */
const OWN_NAME = /^state-\d{8}T\d{6}Z\.db$/;

/** The name of a backup made at this time: `state-20261127T193501Z.db`; sorts by time. */
export function backupName(now: Date): string {
  return `state-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.db`;
}

/**
 * Copies the state at `path` to `target` with SQLite's own backup, so that a run
 * may write meanwhile, verifies the copy and only then gives it its name (mode
 * 600, in a folder of mode 700 when it is new).
 * @throws ConfigError when the target exists
 * @throws FatalError when there is no state, or it or the copy is damaged
 */
export async function backUpState(path: string, target: string): Promise<Backup> {
  const [original, copy] = [resolve(path), resolve(target)];
  if (!existsSync(original)) {
    throw new FatalError(`There is no state at ${original}, so there is nothing to back up.`);
  }
  if (existsSync(copy)) {
    throw new ConfigError([`${copy} exists already: name another file`]);
  }
  const draft = `${copy}.part`;
  try {
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
    rmSync(draft, { force: true });
    inspectStateFile(original);
    await copyPages(original, draft);
    freeLock(draft);
    inspectStateFile(draft, original);
    const counts = countRecords(draft);
    renameSync(draft, copy);
    return { path: copy, bytes: statSync(copy).size, counts };
  } catch (error) {
    throw translate(error, original);
  } finally {
    rmSync(draft, { force: true });
  }
}

async function copyPages(original: string, draft: string): Promise<void> {
  const db = new Database(original, { readonly: true });
  try {
    // All pages in one step: a backup in several begins again whenever another process writes.
    await db.backup(draft, { progress: () => Number.MAX_SAFE_INTEGER });
    chmodSync(draft, 0o600);
  } finally {
    db.close();
  }
}

/** Backups that this program made in a folder, oldest first. */
export function listBackups(folder: string): string[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder)
    .filter((name) => OWN_NAME.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Removes all but the newest backups of a folder; returns those removed. */
export function removeOldBackups(folder: string, keep: number): string[] {
  const old = listBackups(folder).slice(0, -keep);
  for (const path of old) {
    rmSync(path);
  }
  return old;
}
