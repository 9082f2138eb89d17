/** Moves a state file that cannot be used out of the way, for a person to look at. */
import { existsSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { translate } from './database';

/** What SQLite keeps beside a database. */
const COMPANIONS = ['-wal', '-shm'];

/**
 * Renames the file and what belongs to it to `….damaged-<time>`; nothing is
 * deleted.
 * @returns where it is now
 * @throws FatalError when the folder does not allow it
 */
export function setAsideState(path: string, now: Date): string {
  const file = resolve(path);
  const aside = `${file}.damaged-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  try {
    for (const suffix of COMPANIONS.filter((companion) => existsSync(file + companion))) {
      renameSync(file + suffix, aside + suffix);
    }
    renameSync(file, aside);
    return aside;
  } catch (error) {
    throw translate(error, file);
  }
}
