/** What a run decided, for a terminal. */
import type { AuditCount, AuditRow, ReasonCount, RunRecord } from '../core/ports';
import { shorten } from '../lib/shorten';
import { formatChanges } from './audit-cells';
import { durationOf } from './format-runs';
import { formatDuration, formatSummary } from './format-summary';
import { formatTable } from './format-table';
import { printable } from './printable';

/** A line for one decision; a whole message or note is in `--json` and in the CSV. */
const MAX_WHAT = 160;

/** What the run is, and its summary as it was printed when it ended. */
export function formatRun(run: RunRecord, auditPath: string | undefined): string[] {
  const durationMs = durationOf(run);
  const ended =
    durationMs === null
      ? 'has no end yet'
      : `ended ${run.endedAt ?? ''}, ${formatDuration(durationMs)} later`;
  return [
    `wcodoo ${printable(run.command)} on ${run.store}, started ${run.startedAt}, ${ended}`,
    ...(run.summary === null
      ? [
          `Run ${run.runId}: ${run.status}${run.exitCode === null ? '' : `, exit ${run.exitCode}`}, without a summary`,
          ...(auditPath === undefined ? [] : [`Audit: ${auditPath}`]),
        ]
      : formatSummary(run.summary, auditPath).trimEnd().split('\n')),
  ];
}

/** How often what was decided, and why. */
export function formatCounts(counts: readonly AuditCount[], reasons: readonly ReasonCount[]): string[] {
  if (counts.length === 0) {
    return ['No decisions.'];
  }
  const decisions = counts.map(({ flow, action, status, count }) => [flow, action, status, String(count)]);
  return [
    ...formatTable(['flow', 'action', 'status', 'decisions'], decisions, 'text'),
    ...(reasons.length === 0
      ? []
      : [
          '',
          ...formatTable(
            ['flow', 'reason', 'decisions'],
            reasons.map(({ flow, reason, count }) => [flow, printable(reason), String(count)]),
            'text',
          ),
        ]),
  ];
}

/** One line for each decision. */
export function formatDecisions(rows: readonly AuditRow[]): string[] {
  return formatTable(
    ['time (UTC)', 'flow', 'action', 'status', 'record', 'number', 'Odoo', 'what and why'],
    rows.map((row) =>
      [
        row.time.slice(0, 19).replace('T', ' '),
        row.flow,
        row.action,
        row.status,
        `${row.entity} ${row.wooId}`,
        row.businessKey,
        row.odooId,
        shorten(
          [formatChanges(row.changes), row.reason, row.message].filter((text) => text !== '').join('; '),
          MAX_WHAT,
        ),
      ].map(printable),
    ),
    'text',
  );
}
