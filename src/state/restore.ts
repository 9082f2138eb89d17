/** Puts a backup in the place of the state. */
import { existsSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { FatalError, UsageError } from '../core/errors';
import { countRecords, findDamage, type StateCounts } from './check';
import { translate } from './database';
import { NewerStateError } from './migrations';
import { setAsideState } from './set-aside';
import { withVerifiedCopy } from './verified-copy';

export interface Restored {
  readonly counts: StateCounts;
  /** Where the state that stood there is now; undefined when there was none. */
  readonly setAside: string | undefined;
}

/**
 * Sets aside what stands at `path`, its write-ahead log included, and puts a
 * verified copy of the backup there. Nothing is deleted, and nothing is touched
 * before the copy is complete. Whoever calls it makes sure that no run is under way.
 * @throws UsageError when there is no such backup
 * @throws FatalError when the backup is damaged, foreign or of a newer wcodoo, or the folder cannot be written
 */
export async function restoreState(path: string, backup: string, now: Date): Promise<Restored> {
  const [file, source] = [resolve(path), resolve(backup)];
  if (!existsSync(source)) {
    throw new UsageError([`${source}: there is no such backup`]);
  }
  if (source === file) {
    throw new UsageError([`${source} is the state itself: name a backup`]);
  }
  refuseDamaged(source, findDamage(source));
  try {
    return await withVerifiedCopy(source, file, (draft, problems) => {
      refuseDamaged(source, problems);
      const counts = countRecords(draft);
      const setAside = setAsideState(file, isDamaged(file) ? 'damaged' : 'replaced', now);
      renameSync(draft, file);
      return { counts, setAside };
    });
  } catch (error) {
    throw translate(error, file);
  }
}

/** A state of a newer wcodoo is not damaged: a person goes back to an older one. */
function isDamaged(file: string): boolean {
  try {
    return findDamage(file).length > 0;
  } catch (error) {
    if (error instanceof NewerStateError) {
      return false;
    }
    throw error;
  }
}

function refuseDamaged(source: string, [problem]: readonly string[]): void {
  if (problem !== undefined) {
    throw new FatalError(`The backup ${source} is damaged (${problem}).`, { hint: 'Take another one.' });
  }
}
