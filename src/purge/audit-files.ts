/** The CSV files of the audit, as what can be removed. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FatalError } from '../core/errors';
import { countOf } from '../lib/count-of';
import type { PurgeKind, PurgePart, PurgeTask } from './purge-task';

/** A rewrite that was killed leaves a `.part`. */
const FILE = /^audit-(.+)\.csv(?:\.part)?$/;
const STEP = 200;

export interface AuditFile {
  readonly path: string;
  readonly runId: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/**
 * Every audit file in a folder; none where there is no folder.
 * @throws FatalError when it cannot be read
 */
export function listAuditFiles(folder: string): AuditFile[] {
  return namesIn(folder).flatMap((name) => {
    const runId = FILE.exec(name)?.[1];
    const path = join(folder, name);
    const found = runId === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
    return runId === undefined || found?.isFile() !== true
      ? []
      : [{ path, runId, bytes: found.size, modifiedAt: found.mtime }];
  });
}

function namesIn(folder: string): string[] {
  try {
    return existsSync(folder) ? readdirSync(folder) : [];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new FatalError(`The folder of audit files ${folder} cannot be read (${code}).`, { cause: error });
  }
}

/**
 * Files of runs that ended before a time. One whose run is on record no more,
 * that of a dry run for example, goes by the time it was written.
 */
export function oldAuditFiles(
  files: readonly AuditFile[],
  runEnds: ReadonlyMap<string, string | null>,
  before: Date,
): AuditFile[] {
  return files.filter(({ runId, modifiedAt }) => {
    const endedAt = runEnds.get(runId);
    return endedAt === undefined ? modifiedAt < before : endedAt !== null && new Date(endedAt) < before;
  });
}

/**
 * Removes audit files.
 * @param find what to remove, looked up anew for each step
 * @param describe the files in words
 */
export function auditFilesTask(
  find: (exceptRunId: string | undefined) => Promise<readonly AuditFile[]>,
  describe: string,
): PurgeTask {
  return {
    plan: async () => partOf(await find(undefined), describe),
    async remove({ runId, onRemoved }) {
      const removed: AuditFile[] = [];
      for (const file of await find(runId)) {
        removeFile(file.path);
        removed.push(file);
        if (removed.length % STEP === 0) {
          onRemoved(STEP);
        }
      }
      return partOf(removed, describe);
    },
  };
}

function partOf(files: readonly AuditFile[], describe: string): PurgePart {
  const kind: PurgeKind = 'audit-files';
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { kind, count: files.length, bytes, what: `${countOf(files.length, 'audit file')} ${describe}` };
}

function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new FatalError(`The audit file ${path} could not be removed (${code}).`, {
      hint: 'Check the rights on its folder, and run the same purge again: it goes on from here.',
      cause: error,
    });
  }
}
