/** The state of this installation: where it lies, and everything that is done to its file. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from './config/load';
import { FatalError, LockHeldError } from './core/errors';
import type { State } from './core/ports';
import { findAuditOfWork } from './reporters/find-audit-of-work';
import { backupName, backUpState, listBackups, removeOldBackups, type Backup } from './state/backup';
import { checkState, countRecords, findDamage, findHolder, type StateReport } from './state/check';
import { lockHeld } from './state/lock-row';
import { openState, type OpenState } from './state/open';
import { restoreState, type Restored } from './state/restore';
import { listSetAside, setAsideState } from './state/set-aside';

export type { OpenState, Restored, StateReport };

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

/** Opens the state for a look: where there is none, an empty one in the memory stands for it and no file is created. */
export async function openStateToRead(config: Config): Promise<OpenState> {
  return existsSync(statePath(config))
    ? openOwnState(config)
    : openState({ path: ':memory:', now: () => new Date() });
}

/** Where `wcodoo state backup` puts its files unless one is named. */
export function backupFolder(config: Config): string {
  return join(config.home, 'backup');
}

/** The newest backup in the folder of backups; undefined when there is none. */
export function newestBackup(config: Config): string | undefined {
  return listBackups(backupFolder(config)).at(-1);
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

/** What a full check finds wrong with the file of the state; empty when it is sound, and when there is none. */
export function findOwnDamage(config: Config): readonly string[] {
  return findDamage(statePath(config));
}

/** True for a state that is there and can be used by this wcodoo. */
export function isOwnStateSound(config: Config): boolean {
  try {
    return existsSync(statePath(config)) && findOwnDamage(config).length === 0;
  } catch (error) {
    if (error instanceof FatalError) {
      return false;
    }
    throw error;
  }
}

/**
 * Moves a damaged state out of the way.
 * @returns where it is now; undefined when it was not damaged
 * @throws LockHeldError when it can still be read that a run is under way
 */
export function setAsideOwnDamaged(config: Config): string | undefined {
  if (findOwnDamage(config).length === 0) {
    return undefined;
  }
  refuseHeld(statePath(config));
  return setAsideState(statePath(config), 'damaged', new Date());
}

/**
 * Puts a backup in the place of the state, which is set aside.
 * @throws ConfigError without a backup
 * @throws LockHeldError while a run is under way
 * @throws FatalError when the backup cannot be used
 */
export async function restoreOwnState(config: Config, backup: string): Promise<Restored> {
  mkdirSync(config.home, { recursive: true, mode: 0o700 });
  const release = await holdOwnState(config);
  try {
    return await restoreState(statePath(config), backup, new Date());
  } finally {
    release();
  }
}

/** Keeps runs out while the state is replaced; one that cannot be opened is asked for its holder only. */
async function holdOwnState(config: Config): Promise<() => void> {
  const path = statePath(config);
  if (!existsSync(path)) {
    return () => undefined;
  }
  let state: OpenState | undefined;
  try {
    state = await openOwnState(config);
    await state.lock('state restore');
    return state.close.bind(state);
  } catch (error) {
    state?.close();
    if (!(error instanceof FatalError) || error instanceof LockHeldError) {
      throw error;
    }
    refuseHeld(path);
    return () => undefined;
  }
}

function refuseHeld(path: string): void {
  const holder = findHolder(path, new Date());
  if (holder?.isAlive === true) {
    throw lockHeld(holder, path);
  }
}

/**
 * Says what shows that a state was there before, where the one that is opened
 * knows of no run; undefined for a first run.
 */
export async function describeLostState(config: Config, state: State): Promise<string | undefined> {
  const [lastRun] = await state.runs.list(config.file.store, 1);
  if (lastRun !== undefined) {
    return undefined;
  }
  const trace =
    listBackups(backupFolder(config)).filter(mayKnowRuns).at(-1) ??
    listSetAside(statePath(config)).at(-1) ??
    findAuditOfWork({ folder: auditFolder(config), ...config.file.audit });
  return trace === undefined
    ? undefined
    : `This state knows of no run, although there was one before it (${trace}). Records are found again in Odoo ` +
        'and nothing is made twice, but what only the old state knew is lost. If that was no intention: ' +
        '`wcodoo state restore` puts a backup in its place, `wcodoo state rebuild` takes the links from Odoo.';
}

/** A backup that was made before the first run is no trace of one. */
function mayKnowRuns(backup: string): boolean {
  try {
    return countRecords(backup)['runs'] !== 0;
  } catch {
    return true;
  }
}
