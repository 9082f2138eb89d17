/** The list of runs, for a terminal and for programs. */
import type { RunRecord } from '../core/ports';
import { noCounts, type FlowCounts } from '../core/run-summary';
import { formatDuration } from './format-summary';
import { formatTable } from './format-table';
import { printable } from './printable';

const TOTALS = [
  'read',
  'created',
  'updated',
  'failed',
  'conflicts',
] as const satisfies readonly (keyof FlowCounts)[];

/** One line for each run, with the totals of its flows; those without a summary have none. */
export function formatRuns(runs: readonly RunRecord[]): string[] {
  return formatTable(
    ['run', 'started (UTC)', 'time', 'command', 'status', 'exit', ...TOTALS, 'debts'],
    runs.map((run) => {
      const totals = totalsOf(run);
      const durationMs = durationOf(run);
      return [
        run.runId,
        run.startedAt.slice(0, 19).replace('T', ' '),
        durationMs === null ? '' : formatDuration(durationMs),
        run.command,
        run.status,
        run.exitCode === null ? '' : String(run.exitCode),
        ...TOTALS.map((name) => (totals === null ? '' : String(totals[name]))),
        run.summary === null ? '' : String(run.summary.debts.total),
      ].map(printable);
    }),
    'text',
  );
}

/** A run as `--json` shows it in the list; its keys are stable. */
export function runObject(run: RunRecord): Readonly<Record<string, unknown>> {
  const { summary, ...head } = run;
  return { ...head, durationMs: durationOf(run), totals: totalsOf(run), debts: summary?.debts ?? null };
}

/** What the flows of a run came to, taken together; null for a run without a summary. */
function totalsOf({ summary }: RunRecord): FlowCounts | null {
  if (summary === null) {
    return null;
  }
  const totals = noCounts();
  for (const flow of summary.flows) {
    for (const name of Object.keys(totals) as (keyof FlowCounts)[]) {
      totals[name] += flow[name];
    }
  }
  return totals;
}

/** From the first row to the last; null while it goes on, and for one that was killed and nobody came after. */
export function durationOf({ startedAt, endedAt }: RunRecord): number | null {
  return endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt);
}
