/** Backups of the state, made while runs go on. */
import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigError, DamagedStateError, FatalError } from '../core/errors';
import { countRecords, findDamage, type StateCounts } from './check';
import { freeLock } from './copy';
import { isDamage, translate } from './database';
import { inspectStateFile } from './inspect';

export interface Backup {
  readonly path: string;
  readonly bytes: number;
  readonly counts: StateCounts;
}

/** Files this program names itself; others in the folder are never touched. */
const OWN_NAME = /^state-\d{8}T\d{6}Z\.db$/;
/** What a backup is called, with what SQLite keeps beside it, until it is complete. */
const DRAFT_NAME = /\.wcodoo-[0-9a-f]{8}\.part(-journal|-wal|-shm)?$/;
/** A draft so old was left behind by a process that was killed. */
const ABANDONED_MS = 24 * 3_600_000;

/** The name of a backup made at this time: `state-20261127T193501Z.db`; sorts by time. */
export function backupName(now: Date): string {
  return `state-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.db`;
}

/**
 * Copies the state at `path` to `target` with SQLite's own backup, so that a run
 * may write meanwhile, verifies the copy and only then gives it its name. The
 * copy is one file on its own, mode 600, in a folder of mode 700 when it is new.
 * @throws ConfigError when the target exists
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
  inspectStateFile(original);
  let draft: string | undefined;
  try {
    draft = createDraft(copy);
    await copyPages(original, draft);
    refuseDamagedCopy(draft, original);
    const counts = countRecords(draft);
    giveName(draft, copy);
    return { path: copy, bytes: statSync(copy).size, counts };
  } catch (error) {
    throw isDamage(error) ? translate(error, original) : translate(error, copy, 'backup');
  } finally {
    if (draft !== undefined) {
      removeDraft(draft);
    }
  }
}

/** SQLite would create it with the rights of the umask, for everybody to read. */
function createDraft(copy: string): string {
  const folder = dirname(copy);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeAbandonedDrafts(folder);
  const draft = `${copy}.wcodoo-${randomBytes(4).toString('hex')}.part`;
  closeSync(openSync(draft, 'wx', 0o600));
  return draft;
}

function alreadyThere(copy: string): ConfigError {
  return new ConfigError([`${copy} exists already: name another file`]);
}

async function copyPages(original: string, draft: string): Promise<void> {
  const db = new Database(original, { readonly: true });
  try {
    // All pages in one step: a backup in several begins again whenever another process writes.
    await db.backup(draft, { progress: () => Number.MAX_SAFE_INTEGER });
  } finally {
    db.close();
  }
  freeLock(draft);
  standAlone(draft);
}

/** Without a write-ahead log nothing belongs to the copy but the file itself, not even while it is read. */
function standAlone(draft: string): void {
  const db = new Database(draft);
  try {
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
}

function refuseDamagedCopy(draft: string, original: string): void {
  const [problem] = findDamage(draft);
  if (problem !== undefined) {
    throw new DamagedStateError(`The state ${original} is damaged (${problem}).`);
  }
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

function removeDraft(draft: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) {
    rmSync(draft + suffix, { force: true });
  }
}

function removeAbandonedDrafts(folder: string): void {
  for (const name of readdirSync(folder).filter((entry) => DRAFT_NAME.test(entry))) {
    const path = join(folder, name);
    const modifiedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - modifiedAt > ABANDONED_MS) {
      rmSync(path, { force: true });
    }
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
