/** Reads audit files back with a CSV parser, as a spreadsheet would, and finds what must not be in a cell. */
import { parseFile } from 'fast-csv';
import { join } from 'node:path';
import { auditFolder } from '../../src/own-state';
import type { Config } from '../../src/config/load';

/** Excel shows no more characters of a cell than this. */
const EXCEL_CELL = 32_767;
/** Controls other than the line feed and the tab, which cells may hold, and marks that turn text around. */
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** All rows of the file of a run, its header first. */
export function readAuditCells(config: Config, runId: string): Promise<string[][]> {
  const rows: string[][] = [];
  return new Promise((resolve, reject) => {
    parseFile(join(auditFolder(config), `audit-${runId}.csv`), { delimiter: config.file.audit.delimiter })
      .on('error', reject)
      .on('data', (row: string[]) => rows.push(row))
      .on('end', () => {
        resolve(rows);
      });
  });
}

/** What a spreadsheet would calculate: told by the first character that shows, in its plain form. */
export function isFormula(cell: string): boolean {
  const shown = cell.normalize('NFKC').replace(/^[\s\u0000-\u001f\ufeff\u200b]+/u, '');
  return /^[=+\-@]/.test(shown) && !/^-\d+([.,]\d+)?$/.test(cell);
}

/** Cells that must not be, each with what is wrong. */
export function findBadCells(rows: readonly (readonly string[])[]): string[] {
  return rows.flatMap((row) =>
    row.flatMap((cell) => {
      const problems = [
        ...(isFormula(cell) ? ['formula'] : []),
        ...(UNSAFE.test(cell) ? ['control character'] : []),
        ...(cell.length > EXCEL_CELL ? [`${cell.length} characters`] : []),
        ...(cell.includes('[object ') ? ['an object as text'] : []),
      ];
      return problems.map((problem) => `${problem}: ${JSON.stringify(cell.slice(0, 80))}`);
    }),
  );
}
