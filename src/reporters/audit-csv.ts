/** Writes one CSV file per run, for people and their spreadsheets, while the run goes on. */
import { format } from 'fast-csv';
import type { CsvFormatterStream } from 'fast-csv';
import { createWriteStream, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FatalError } from '../core/errors';
import type { AuditRow, Direction } from '../core/ports';
import { shorten } from '../lib/shorten';
import { maskPersonalData } from './mask-personal-data';
import { removeControls } from './printable';
import type { Reporter } from './reporter';

export interface AuditCsvOptions {
  readonly folder: string;
  readonly delimiter: string;
  /** Begin the file with a byte order mark, which Excel needs to read UTF-8. */
  readonly bom: boolean;
  readonly maskPersonalData: boolean;
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

/** The columns in their order; stable, and described in docs/audit.md. */
export const AUDIT_COLUMNS = [
  'run_id',
  'time_utc',
  'store',
  'flow',
  'direction',
  'action',
  'status',
  'entity',
  'woo_id',
  'odoo_id',
  'business_key',
  'changes',
  'reason',
  'message',
  'attempt',
  'duration_ms',
] as const;

/** Directions as they are written outside the code. */
const DIRECTIONS: Readonly<Record<Direction, string>> = {
  wooToOdoo: 'woo-to-odoo',
  odooToWoo: 'odoo-to-woo',
};

/** What a spreadsheet reads as a formula, after white space too, in ASCII and in full-width characters. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\n]/u;
/** Excel takes no longer cells. */
const MAX_CELL = 32_767;
const NEGATIVE_NUMBER = /^-\d+([.,]\d+)?$/;

/** Subscribes to the events of runs; files are created with mode 600 when their run starts. */
export function createAuditCsv(options: AuditCsvOptions): AuditCsv {
  const files = new Map<string, CsvFile>();

  function fileOf(runId: string): CsvFile {
    const file = files.get(runId) ?? openFile(pathOf(options.folder, runId), options);
    files.set(runId, file);
    return file;
  }

  return {
    path: (runId) => pathOf(options.folder, runId),
    handle(event) {
      if (event.type === 'run-started') {
        fileOf(event.runId);
      }
      if (event.type === 'decided') {
        for (const row of event.rows) {
          fileOf(row.runId).write(cellsOf(row, options));
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
  const path = pathOf(options.folder, options.runId);
  const draft = `${path}.part`;
  await writeTo(draft, formatter(options), options, Readable.from(cellsOfAll(rows, options)));
  renameSync(draft, path);
  return path;
}

interface CsvFile {
  write(cells: readonly string[]): void;
  finish(): void;
  /** Resolves once the finished file is complete. */
  readonly written: Promise<void>;
}

function openFile(path: string, options: AuditCsvOptions): CsvFile {
  const csv = formatter(options);
  const written = writeTo(path, csv, options);
  // Without this a full disk would end the whole process; `close` tells of it.
  written.catch(() => undefined);
  return {
    written,
    write(cells) {
      if (csv.writable) {
        csv.write(cells);
      }
    },
    finish() {
      if (csv.writable) {
        csv.end();
      }
    },
  };
}

async function writeTo(
  path: string,
  csv: ReturnType<typeof formatter>,
  { folder }: AuditCsvOptions,
  source?: Readable,
): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = createWriteStream(path, { mode: 0o600 });
    await pipeline([...(source === undefined ? [] : [source]), csv, file]);
  } catch (error) {
    csv.destroy();
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new FatalError(`The audit file ${path} could not be written (${code}).`, {
      hint: 'Check the folder and the space on its disk; the state has kept every row.',
      cause: error,
    });
  }
}

function formatter(options: AuditCsvOptions): CsvFormatterStream<readonly string[], readonly string[]> {
  return format({
    headers: [...AUDIT_COLUMNS],
    alwaysWriteHeaders: true,
    includeEndRowDelimiter: true,
    delimiter: options.delimiter,
    writeBOM: options.bom,
  });
}

/** A run id is ours, yet it must never lead out of the folder. */
function pathOf(folder: string, runId: string): string {
  return join(folder, `audit-${runId.replace(/[^\w.-]/g, '_')}.csv`);
}

function* cellsOfAll(rows: Iterable<AuditRow>, options: AuditCsvOptions): Generator<string[], void, void> {
  for (const row of rows) {
    yield cellsOf(row, options);
  }
}

function cellsOf(given: AuditRow, options: AuditCsvOptions): string[] {
  const row = options.maskPersonalData ? maskPersonalData(given) : given;
  const cells: Record<(typeof AUDIT_COLUMNS)[number], string> = {
    run_id: row.runId,
    time_utc: row.time,
    store: row.store,
    flow: row.flow,
    direction: DIRECTIONS[row.direction],
    action: row.action,
    status: row.status,
    entity: row.entity,
    woo_id: row.wooId,
    odoo_id: row.odooId,
    business_key: row.businessKey,
    changes: row.changes.map(({ field, before, after }) => `${field}: ${before} → ${after}`).join('; '),
    reason: row.reason,
    message: row.message,
    attempt: String(row.attempt),
    duration_ms: String(Math.round(row.durationMs)),
  };
  return AUDIT_COLUMNS.map((column) => neutralize(cells[column]));
}

/**
 * The text without control characters, with an apostrophe before what a
 * spreadsheet would calculate, and no longer than a cell may be.
 */
export function neutralize(text: string): string {
  const clean = removeControls(text);
  const isCalculated = FORMULA.test(clean) && !NEGATIVE_NUMBER.test(clean);
  return shorten(isCalculated ? `'${clean}` : clean, MAX_CELL);
}
