/** `wcodoo audit runs`: the runs and what each came to. */
import { EXIT } from '../core/errors';
import { openOwnState } from '../own-state';
import { formatRuns, runObject } from '../reporters/format-runs';
import type { CommandIo, ConfigOptions } from './command';
import { timeOf } from './find-run';
import { readConfig } from './read-config';

export interface AuditRunsOptions extends ConfigOptions {
  readonly limit?: number;
  readonly since?: string;
  readonly until?: string;
  readonly status?: string;
  readonly failed?: boolean;
  readonly command?: string;
  readonly json?: boolean;
}

const DEFAULT_LIMIT = 20;

export async function listRuns(options: AuditRunsOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options, io);
  const now = new Date();
  const filter = {
    since: timeOf('--since', options.since, now),
    until: timeOf('--until', options.until, now),
    status: options.status,
    hasTrouble: options.failed,
    command: options.command,
  };
  const state = await openOwnState(config);
  try {
    const limit = options.limit ?? DEFAULT_LIMIT;
    const runs = await state.runs.list(config.file.store, limit, filter);
    if (options.json === true) {
      io.stdout.write(`${JSON.stringify(runs.map(runObject), null, 2)}\n`);
      return EXIT.ok;
    }
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    const lines =
      runs.length === 0
        ? [isFiltered ? 'no run is like that' : 'there was no run yet']
        : [...formatRuns(runs), '', '`wcodoo audit show <run>` shows one; `last` is the newest.'];
    io.stdout.write([...lines, ''].join('\n'));
    return EXIT.ok;
  } finally {
    state.close();
  }
}
