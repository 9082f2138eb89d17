/** Tells from the audit files whether runs have done anything here. */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { FatalError } from '../core/errors';
import { AUDIT_COLUMNS } from './audit-cells';
import type { AuditCsvOptions } from './audit-csv';

const FILE = /^audit-.+\.csv$/;
/** Runs that find nothing to do, and dry runs, leave files too: so many of the newest are looked at. */
const FILES = 50;
const BYTES = 256 * 1024;
const STATUS = AUDIT_COLUMNS.indexOf('status');

/**
 * The newest audit file with something done; undefined when there is none.
 * @throws FatalError when the folder or a file in it cannot be read
 */
export function findAuditOfWork({
  folder,
  delimiter,
}: Pick<AuditCsvOptions, 'folder' | 'delimiter'>): string | undefined {
  try {
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => FILE.test(name)) : [];
    return names
      .sort()
      .reverse()
      .slice(0, FILES)
      .map((name) => join(folder, name))
      .find((path) => startOf(path).some((line) => line.split(delimiter)[STATUS] === 'done'));
  } catch (error) {
    const { code = 'unknown', path = folder } = error as NodeJS.ErrnoException;
    throw new FatalError(`The audit files cannot be read: ${path} (${code}).`, {
      hint: `It must be a folder of files that the user of wcodoo may read: ${folder}`,
      cause: error,
    });
  }
}

/** The first lines; the cells before the status never need quotes. */
function startOf(path: string): string[] {
  const start = Buffer.alloc(BYTES);
  const handle = openSync(path, 'r');
  try {
    return start.toString('utf8', 0, readSync(handle, start)).split('\n');
  } finally {
    closeSync(handle);
  }
}
