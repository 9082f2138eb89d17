import { FatalError } from '../core/errors';

/**
 * The first Node whose `ObjectWrap` aborts the process inside better-sqlite3
 * 12 ("Assertion failed: (env) != nullptr"; seen on Node 24.21, reported since
 * 24.19). Version 13 is free of it and needs Node 22.
 */
const FIRST_BROKEN = { major: 24, minor: 19 };

/**
 * Refuses a Node on which SQLite would abort in the middle of a run.
 * @param version as `process.versions.node` gives it
 * @throws FatalError naming the versions that work
 */
export function checkNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isBroken =
    major > FIRST_BROKEN.major || (major === FIRST_BROKEN.major && minor >= FIRST_BROKEN.minor);
  if (isBroken) {
    throw new FatalError(`wcodoo does not run on Node ${version} yet: its SQLite library aborts there`, {
      hint: 'use Node 20 (20.19 or later) or Node 22',
    });
  }
}
