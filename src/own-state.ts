/** The state of this installation: where it lies, and everything that is done to its file. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from './config/load';
import { DamagedStateError } from './core/errors';
import { backupName, backUpState, removeOldBackups, type Backup } from './state/backup';
import { checkState, type StateReport } from './state/check';
import { openState, type OpenState } from './state/open';
import { setAsideState } from './state/set-aside';

export type { StateReport };

export function statePath(config: Config): string {
  return join(config.home, 'state.db');
}

export function auditFolder(config: Config): string {
  return join(config.home, 'audit');
}

/** Opens the state where it is, creating it when it is missing. */
export async function openOwnState(config: Config): Promise<OpenState> {
  mkdirSync(config.home, { recursive: true, mode: 0o700 });
  return openState({ path: statePath(config), now: () => new Date() });
}

/** Where `wcodoo state backup` puts its files unless one is named. */
export function backupFolder(config: Config): string {
  return join(config.home, 'backup');
}

/**
 * Backs the state up.
 * @param target a new name in the folder of backups when undefined
 * @param keep how many backups stay in the folder; all of them when undefined
 */
export async function backUpOwnState(
  config: Config,
  target: string | undefined,
  keep: number | undefined,
): Promise<{ readonly backup: Backup; readonly removed: readonly string[] }> {
  const path = target ?? join(backupFolder(config), backupName(new Date()));
  const backup = await backUpState(statePath(config), path);
  return { backup, removed: keep === undefined ? [] : removeOldBackups(dirname(path), keep) };
}

/** Reads the whole file of the state. */
export function checkStateFile(config: Config): StateReport {
  return checkState(statePath(config), new Date());
}

/**
 * Opens the state; one that is damaged is set aside first and a new one made.
 * @returns with where the damaged one is now
 */
export async function openOrSetAside(
  config: Config,
): Promise<{ readonly state: OpenState; readonly setAside: string | undefined }> {
  try {
    return { state: await openOwnState(config), setAside: undefined };
  } catch (error) {
    if (!(error instanceof DamagedStateError)) {
      throw error;
    }
    const setAside = setAsideState(statePath(config), new Date());
    return { state: await openOwnState(config), setAside };
  }
}
