/** Writes one CSV file per run, for people and their spreadsheets, while the run goes on. */
import { createWriteStream, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FatalError } from '../core/errors';
import type { AuditRow } from '../core/ports';
import { auditHead, auditLine, type AuditLineOptions } from './audit-cells';
import type { Reporter } from './reporter';

export interface AuditCsvOptions extends AuditLineOptions {
  readonly folder: string;
}

export interface AuditCsv extends Reporter {
  /** Where the file of a run is, or will be. */
  path(runId: string): string;
  /**
   * Waits until everything handled is written.
   * @throws FatalError when a file could not be written; the state still has all rows
   */
  close(): Promise<void>;
}

/** Subscribes to the events of runs; files are created with mode 600 when their run starts. */
export function createAuditCsv(options: AuditCsvOptions): AuditCsv {
  const files = new Map<string, CsvFile>();

  function fileOf(runId: string): CsvFile {
    const file = files.get(runId) ?? openFile(auditCsvPath(options.folder, runId), options);
    files.set(runId, file);
    return file;
  }

  return {
    path: (runId) => auditCsvPath(options.folder, runId),
    handle(event) {
      if (event.type === 'run-started') {
        fileOf(event.runId);
      }
      if (event.type === 'decided') {
        for (const row of event.rows) {
          fileOf(row.runId).write(auditLine(row, options));
        }
      }
      if (event.type === 'run-finished') {
        fileOf(event.summary.runId).finish();
      }
    },
    async close() {
      const open = [...files.values()];
      files.clear();
      for (const file of open) {
        file.finish();
      }
      await Promise.all(open.map((file) => file.written));
    },
  };
}

/**
 * Writes the file of a run anew from the rows the state has: an interrupted run
 * may have left it short. The old file stays until the new one is complete.
 * @returns the path of the file
 * @throws FatalError when it cannot be written
 */
export async function rewriteAuditCsv(
  rows: Iterable<AuditRow>,
  options: AuditCsvOptions & { readonly runId: string },
): Promise<string> {
  const path = auditCsvPath(options.folder, options.runId);
  const draft = `${path}.part`;
  await writeTo(draft, Readable.from(linesOf(rows, options)), options);
  renameSync(draft, path);
  return path;
}

interface CsvFile {
  write(line: string): void;
  finish(): void;
  /** Resolves once the finished file is complete. */
  readonly written: Promise<void>;
}

function openFile(path: string, options: AuditCsvOptions): CsvFile {
  const lines = new PassThrough();
  lines.write(auditHead(options));
  const written = writeTo(path, lines, options);
  // Without this a full disk would end the whole process; `close` tells of it.
  written.catch(() => undefined);
  return {
    written,
    write(line) {
      if (lines.writable) {
        lines.write(line);
      }
    },
    finish() {
      if (lines.writable) {
        lines.end();
      }
    },
  };
}

async function writeTo(path: string, lines: Readable, { folder }: AuditCsvOptions): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await pipeline(lines, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    lines.destroy();
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new FatalError(`The audit file ${path} could not be written (${code}).`, {
      hint: 'Check the folder and the space on its disk; the state has kept every row.',
      cause: error,
    });
  }
}

/** Where the file of a run is, or would be. A run id is ours, yet it must never lead out of the folder. */
export function auditCsvPath(folder: string, runId: string): string {
  return join(folder, `audit-${runId.replace(/[^\w.-]/g, '_')}.csv`);
}

function* linesOf(rows: Iterable<AuditRow>, options: AuditCsvOptions): Generator<string, void, void> {
  yield auditHead(options);
  for (const row of rows) {
    yield auditLine(row, options);
  }
}
