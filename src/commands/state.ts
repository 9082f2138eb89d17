/** `wcodoo state backup`, `check` and `restore`. */
import { dirname } from 'node:path';
import {
  backupFolder,
  backUpOwnState,
  checkStateFile,
  isOwnStateSound,
  newestBackup,
  restoreOwnState,
  type StateReport,
} from '../own-state';
import { describeRows } from '../core/describe-rows';
import { EXIT, UsageError } from '../core/errors';
import { countOf } from '../lib/count-of';
import { formatBytes } from '../reporters/format-bytes';
import { printable } from '../reporters/printable';
import type { CommandIo, ConfigOptions } from './command';
import { confirm } from './confirm';
import { readConfig } from './read-config';

export interface BackupOptions extends ConfigOptions {
  readonly keep?: number;
  readonly json?: boolean;
}

/**
 * Copies the state while runs go on, and removes old copies if asked to.
 * @param file where to; the folder of backups when undefined
 */
export async function backUp(
  file: string | undefined,
  options: BackupOptions,
  io: CommandIo,
): Promise<number> {
  const config = readConfig(options, io);
  const folder = file === undefined ? backupFolder(config) : dirname(file);
  const { backup, removed } = await backUpOwnState(config, file, options.keep);
  const { path, bytes, counts } = backup;
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ path, bytes, counts, removed }, null, 2)}\n`);
    return EXIT.ok;
  }
  io.stdout.write(`${path}: ${formatBytes(bytes)}, ${describeContents(counts)}\n`);
  if (removed.length > 0) {
    io.stdout.write(`${removed.length} older removed from ${folder}\n`);
  }
  return EXIT.ok;
}

/** Reads the whole file; 3 when it is damaged. */
export function checkOwnState(
  options: ConfigOptions & { readonly json?: boolean },
  io: CommandIo,
): Promise<number> {
  const config = readConfig(options, io);
  const report = checkStateFile(config);
  const isSound = report.problems.length === 0;
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ sound: isSound, ...report }, null, 2)}\n`);
  } else {
    const lines = isSound
      ? [
          `sound: schema ${report.schema ?? 0}, ${describeRows(report.counts) || 'nothing in it yet'}`,
          describeLock(report.lock),
        ]
      : ['damaged:', ...report.problems.map((problem) => `  ${printable(problem)}`), WHAT_HELPS];
    io.stdout.write([`${report.path}: ${formatBytes(report.bytes)}`, ...lines, ''].join('\n'));
  }
  return Promise.resolve(isSound ? EXIT.ok : EXIT.fatal);
}

export interface RestoreOptions extends ConfigOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

const AFTER_RESTORE =
  'What happened since the backup is read again, and records that exist are found by their keys.\n' +
  'Next: wcodoo sync --dry-run, then wcodoo sync';

/**
 * Puts a backup in the place of the state, which is set aside. A sound state is
 * given up only when a person says so.
 * @param file the newest in the folder of backups when undefined
 * @returns the exit code: 1 when the person said no
 */
export async function restore(
  file: string | undefined,
  options: RestoreOptions,
  io: CommandIo,
): Promise<number> {
  const config = readConfig(options, io);
  const backup = file ?? newestBackup(config);
  if (backup === undefined) {
    throw new UsageError([`there is no backup in ${backupFolder(config)}`], {
      hint: 'Name the file, or run `wcodoo state rebuild`, which takes the links from Odoo.',
    });
  }
  const question = `Put ${backup} in the place of the state, which is sound?`;
  if (isOwnStateSound(config) && !(await confirm(question, options.yes === true, io))) {
    io.stderr.write('nothing was restored\n');
    return EXIT.incomplete;
  }
  const { counts, setAside } = await restoreOwnState(config, backup);
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ backup, counts, setAside: setAside ?? null }, null, 2)}\n`);
    return EXIT.ok;
  }
  io.stdout.write(
    [
      `restored from ${backup}: ${describeContents(counts)}`,
      ...(setAside === undefined ? [] : [`The state that was there is now ${setAside}`]),
      AFTER_RESTORE,
      '',
    ].join('\n'),
  );
  return EXIT.ok;
}

const WHAT_HELPS =
  '`wcodoo state restore` puts a backup in its place; without one, `wcodoo state rebuild` takes the links from Odoo.';

function describeLock(lock: StateReport['lock']): string {
  if (lock === null) {
    return 'no run is under way';
  }
  const run = `${lock.owner} (pid ${lock.pid} on ${lock.host}, since ${lock.startedAt})`;
  return lock.isAlive ? `a run is under way: ${run}` : `a run died: ${run}; the next one takes its work up`;
}

/** What makes one copy differ from another. */
function describeContents({ links = 0, debts = 0, runs = 0 }: StateReport['counts']): string {
  return [countOf(links, 'link'), countOf(debts, 'debt'), countOf(runs, 'run')].join(', ');
}
