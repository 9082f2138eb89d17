/** The list of differences as a CSV file, written while the comparison goes on. */
import { chmodSync, createWriteStream, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FatalError } from '../core/errors';
import type { Finding } from '../core/verify';
import { csvLine } from '../lib/csv-line';
import { safeCell } from './audit-cells';
import type { AuditCsvOptions } from './audit-csv';
import { maskFinding } from './mask-finding';

export type VerifyCsvOptions = Pick<AuditCsvOptions, 'delimiter' | 'bom' | 'maskPersonalData'>;

export interface VerifyCsv {
  /** Waits while the disk is slower than the comparison. */
  write(findings: readonly Finding[]): Promise<void>;
  /**
   * Waits until everything is written.
   * @throws FatalError when the file could not be written
   */
  close(): Promise<void>;
}

/** The columns in their order; stable, and described in docs/audit.md. */
export const VERIFY_COLUMNS = [
  'kind',
  'store',
  'entity',
  'woo_id',
  'odoo_id',
  'business_key',
  'field',
  'woo_value',
  'odoo_value',
  'message',
] as const;

const NAMING_COLUMNS: ReadonlySet<string> = new Set(['store', 'woo_id', 'odoo_id', 'business_key']);

/** Creates the file (mode 600, in a folder of mode 700); one that is there is replaced. */
export function openVerifyCsv(path: string, options: VerifyCsvOptions): VerifyCsv {
  const csv = new PassThrough();
  csv.write(`${options.bom ? '\ufeff' : ''}${csvLine(VERIFY_COLUMNS, options.delimiter)}`);
  const written = writeTo(path, csv);
  // Without this a full disk would end the whole process; `close` tells of it.
  written.catch(() => {
    csv.destroy();
  });
  return {
    async write(findings) {
      for (const finding of findings) {
        if (csv.writable && !csv.write(csvLine(cellsOf(finding, options), options.delimiter))) {
          await new Promise<void>((resolve) => {
            csv.once('drain', resolve).once('close', resolve);
          });
        }
      }
    },
    async close() {
      if (csv.writable) {
        csv.end();
      }
      await written;
    },
  };
}

async function writeTo(path: string, csv: NodeJS.ReadableStream): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
      chmodSync(path, 0o600);
    }
    await pipeline(csv, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new FatalError(`The list of differences ${path} could not be written (${code}).`, {
      hint: 'Check the folder and the space on its disk, or name another file with --output.',
      cause: error,
    });
  }
}

function cellsOf(given: Finding, options: VerifyCsvOptions): string[] {
  const finding = options.maskPersonalData ? maskFinding(given) : given;
  const cells: Record<(typeof VERIFY_COLUMNS)[number], string> = {
    kind: finding.kind,
    store: finding.key.store,
    entity: finding.key.entity,
    woo_id: finding.wooId ?? finding.key.id,
    odoo_id: finding.odooId,
    business_key: finding.businessKey,
    field: finding.field,
    woo_value: finding.wooValue,
    odoo_value: finding.odooValue,
    message: finding.message,
  };
  return VERIFY_COLUMNS.map((column) => safeCell(cells[column], NAMING_COLUMNS.has(column)));
}
