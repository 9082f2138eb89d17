/** Backups of the state, made while runs go on. */
import { existsSync, linkSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DamagedStateError, FatalError, UsageError } from '../core/errors';
import { countRecords, type StateCounts } from './check';
import { isDamage, translate } from './database';
import { inspectStateFile } from './inspect';
import { withVerifiedCopy } from './verified-copy';

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
 * Copies the state at `path` to `target` while a run may write, verifies the
 * copy and only then gives it its name.
 * @throws UsageError when the target exists
 * @throws FatalError when there is no state, it is damaged, or the copy cannot be written
 */
export async function backUpState(path: string, target: string): Promise<Backup> {
  const [original, copy] = [resolve(path), resolve(target)];
  if (!existsSync(original)) {
    throw new FatalError(`There is no state at ${original}, so there is nothing to back up.`);
  }
  if (existsSync(copy)) {
    throw alreadyThere(copy);
  }
  inspectStateFile(original, { isThorough: true });
  try {
    return await withVerifiedCopy(original, copy, (draft, [problem]) => {
      if (problem !== undefined) {
        throw new DamagedStateError(`The state ${original} is damaged (${problem}).`);
      }
      const counts = countRecords(draft);
      giveName(draft, copy);
      return { path: copy, bytes: statSync(copy).size, counts };
    });
  } catch (error) {
    throw isDamage(error) ? translate(error, original) : translate(error, copy, 'backup');
  }
}

function alreadyThere(copy: string): UsageError {
  return new UsageError([`${copy} exists already: name another file`]);
}

/** A link refuses a name that is taken; where the file system has none, the moment in between is left to luck. */
function giveName(draft: string, copy: string): void {
  try {
    linkSync(draft, copy);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(copy)) {
      throw alreadyThere(copy);
    }
    renameSync(draft, copy);
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

/**
 * Removes all but the newest backups of a folder; returns those removed.
 * @param keep at least 1
 * @throws FatalError when one cannot be removed
 */
export function removeOldBackups(folder: string, keep: number): string[] {
  const old = listBackups(folder).slice(0, -keep);
  for (const path of old) {
    try {
      rmSync(path, { force: true });
    } catch (error) {
      throw translate(error, path, 'backup');
    }
  }
  return old;
}
