/** A copy of a state that is complete and verified before it gets its name. */
import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findDamage } from './check';
import { freeLock } from './copy';

/** What a copy is called, with what SQLite keeps beside it, until it is complete. */
const DRAFT_NAME = /\.wcodoo-[0-9a-f]{8}\.part(-journal|-wal|-shm)?$/;
/** A draft so old was left behind by a process that was killed. */
const ABANDONED_MS = 24 * 3_600_000;

/**
 * Copies the state at `original` with SQLite's own backup, so that a run may
 * write meanwhile, into a draft beside `target` (mode 600; a new folder has mode
 * 700). The copy is one file on its own, without a lock.
 * @param use is handed the draft and what is wrong with it, and may rename it; it is removed afterwards
 * @throws what SQLite and the file system throw
 */
export async function withVerifiedCopy<T>(
  original: string,
  target: string,
  use: (draft: string, problems: readonly string[]) => T,
): Promise<T> {
  const draft = createDraft(target);
  try {
    await copyPages(original, draft);
    freeLock(draft);
    standAlone(draft);
    return use(draft, findDamage(draft));
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) {
      rmSync(draft + suffix, { force: true });
    }
  }
}

/** SQLite would create it with the rights of the umask, for everybody to read. */
function createDraft(target: string): string {
  const folder = dirname(target);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeAbandonedDrafts(folder);
  const draft = `${target}.wcodoo-${randomBytes(4).toString('hex')}.part`;
  closeSync(openSync(draft, 'wx', 0o600));
  return draft;
}

async function copyPages(original: string, draft: string): Promise<void> {
  const db = new Database(original, { readonly: true });
  try {
    // All pages in one step: a backup in several begins again whenever another process writes.
    await db.backup(draft, { progress: () => Number.MAX_SAFE_INTEGER });
  } finally {
    db.close();
  }
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

function removeAbandonedDrafts(folder: string): void {
  for (const name of readdirSync(folder).filter((entry) => DRAFT_NAME.test(entry))) {
    const path = join(folder, name);
    const modifiedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - modifiedAt > ABANDONED_MS) {
      rmSync(path, { force: true });
    }
  }
}
