import { existsSync } from 'node:fs';
import type { Config } from '../config/load';
import { UsageError } from '../core/errors';
import type { RunRecord, State } from '../core/ports';
import { parseSince } from '../lib/shop-time';
import { auditFolder } from '../own-state';
import { auditCsvPath } from '../reporters/audit-csv';

/**
 * The run that a person names: by its id, the beginning of it, or `last`.
 * @throws UsageError when there is none, or when several begin so
 */
export async function findRun(state: State, config: Config, name: string): Promise<RunRecord> {
  const { store } = config.file;
  const path = auditCsvPath(auditFolder(config), name);
  const [run, ...others] =
    name === 'last' ? await state.runs.list(store, 1) : await state.runs.find(store, name);
  if (run === undefined) {
    throw new UsageError([name === 'last' ? 'there was no run yet' : `no run is known as ${name}`], {
      hint: existsSync(path)
        ? `A dry run leaves nothing in the state; what it planned is in ${path}`
        : '`wcodoo audit runs` lists them',
    });
  }
  if (others.length > 0 && run.runId !== name) {
    throw new UsageError([`the id of more than one run begins with ${name}`], {
      hint: `Say more of it: ${run.runId}, ${others.map(({ runId }) => runId).join(', ')}`,
    });
  }
  return run;
}

/**
 * A time on the command line as ISO, UTC: a date is its midnight in UTC, as the times of the audit are.
 * @throws UsageError when it is none
 */
export function timeOf(flag: string, text: string | undefined, now: Date): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const time = parseSince(text, 'UTC', now);
  if (time === undefined) {
    throw new UsageError([
      `${flag} ${text}: not a date (2026-01-31, 2026-01-31T14:00) nor a time ago (2h, 3d)`,
    ]);
  }
  return time.toISOString();
}
