/** `wcodoo status`: how this installation stands, from its state alone. */
import { existsSync, statSync } from 'node:fs';
import { buildFlows } from '../app';
import type { Config } from '../config/load';
import { UsageError, EXIT } from '../core/errors';
import type { StateOverview } from '../core/ports';
import { buildStatus, isLate } from '../core/status';
import { NO_OVERVIEW, type Status } from '../core/status-shape';
import { parseDurationMs } from '../lib/duration';
import { auditFolder, newestBackup, openOwnState, statePath } from '../own-state';
import { listAuditFiles } from '../purge/audit-files';
import { formatAge } from '../reporters/format-age';
import { formatStatus } from '../reporters/format-status';
import type { CommandIo, ConfigOptions } from './command';
import { readConfig } from './read-config';

export interface StatusOptions extends ConfigOptions {
  readonly check?: boolean;
  readonly maxAge?: string;
  readonly json?: boolean;
}

const SHOWN_RUNS = 5;
const DEFAULT_MAX_AGE = '2h';

/**
 * Prints the status. No server is asked and no lock taken.
 * @returns the exit code: 1 with `--check` when no sync has ended well lately
 */
export async function status(options: StatusOptions, io: CommandIo): Promise<number> {
  const maxAgeMs = maxAgeMsOf(options);
  const found = await collectStatus(readConfig(options, io), new Date());
  io.stdout.write(options.json === true ? `${JSON.stringify(found, null, 2)}\n` : formatStatus(found));
  if (options.check !== true || !isLate(found, maxAgeMs)) {
    return EXIT.ok;
  }
  const last = found.lastSuccess === null ? 'ever' : `for ${formatAge(found.lastSuccess.ageMs)}`;
  io.stderr.write(
    `late: no sync of ${found.store} has ended well ${last} (at most ${formatAge(maxAgeMs)})\n`,
  );
  return EXIT.incomplete;
}

/** Reads the state of this installation, where there is one, and looks at its files. */
export async function collectStatus(config: Config, now: Date): Promise<Status> {
  const { environment, file } = config;
  const files = listAuditFiles(auditFolder(config));
  return buildStatus({
    now,
    store: file.store,
    woo: { host: new URL(environment.WOO_URL).host },
    odoo: { host: new URL(environment.ODOO_URL).host, database: environment.ODOO_DB },
    state: { path: statePath(config), bytes: bytesOf(statePath(config)) },
    overview: await readOverview(config),
    flows: buildFlows(config),
    audit: {
      folder: auditFolder(config),
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    },
    newestBackup: newestBackup(config) ?? null,
  });
}

/** To look is no reason to make a state. */
async function readOverview(config: Config): Promise<StateOverview> {
  if (!existsSync(statePath(config))) {
    return NO_OVERVIEW;
  }
  const state = await openOwnState(config);
  try {
    return await state.overview(config.file.store, SHOWN_RUNS);
  } finally {
    state.close();
  }
}

function bytesOf(path: string): number | null {
  const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return existsSync(path) ? size(path) + size(`${path}-wal`) : null;
}

/** @throws UsageError for a time that is no duration */
function maxAgeMsOf({ maxAge, check }: StatusOptions): number {
  const maxAgeMs = parseDurationMs(maxAge ?? DEFAULT_MAX_AGE);
  if (maxAgeMs === undefined) {
    throw new UsageError([`--max-age ${maxAge ?? ''}: not a duration (30m, 2h, 1d)`]);
  }
  if (maxAge !== undefined && check !== true) {
    throw new UsageError(['--max-age goes with --check']);
  }
  return maxAgeMs;
}
