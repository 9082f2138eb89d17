/** What a line of the log says of each event of a run. */
import type { RunEvent } from '../../core/events';
import { EXIT, messageOf, WcodooError } from '../../core/errors';
import type { AuditRow } from '../../core/ports';
import type { FlowStatus, FlowSummary, RunStatus, RunSummary } from '../../core/run-summary';
import type { LogLevel } from '../../lib/log-level';
import { formatDuration, formatFlowLine } from '../format-summary';
import { maskPersonalData } from '../mask-personal-data';
import type { LogEntry, LoggedError } from './log-entry';

/** A line without what is known from the lines before it. */
export type Description = Omit<LogEntry, 'time' | 'runId' | 'store' | 'flow'> & {
  readonly runId?: string | undefined;
  readonly flow?: string | undefined;
};

/** Statuses of decisions that a person may have to look at. */
const TROUBLE: ReadonlySet<string> = new Set(['failed', 'quarantined']);

const LEVEL_OF_FLOW: Readonly<Record<FlowStatus, LogLevel>> = {
  done: 'info',
  incomplete: 'warn',
  skipped: 'warn',
  failed: 'error',
  stopped: 'error',
};

const LEVEL_OF_RUN: Readonly<Record<RunStatus, LogLevel>> = {
  done: 'info',
  incomplete: 'warn',
  interrupted: 'warn',
  failed: 'error',
  stopped: 'error',
};

/** Ends of a run that somebody wanted, or that the next run makes good. */
const EXPECTED_ENDS: ReadonlySet<number> = new Set([EXIT.lockHeld, EXIT.interrupted, EXIT.terminated]);

/** Any event but decisions, of which there are many in one. */
export function describeEvent(event: Exclude<RunEvent, { type: 'decided' }>): Description {
  switch (event.type) {
    case 'run-started': {
      const message = event.dryRun ? 'dry run started' : 'run started';
      return { level: 'info', event: event.type, message, details: { dry_run: event.dryRun } };
    }
    case 'flow-started':
      return { level: 'info', event: event.type, message: `${event.flow}: started`, flow: event.flow };
    case 'flow-progress': {
      const { flow, read, expected } = event;
      const [told, details] =
        expected === undefined ? ['', { read }] : [` of ${expected}`, { read, expected }];
      return { level: 'info', event: event.type, message: `${flow}: ${read}${told} read`, flow, details };
    }
    case 'notice':
      return { level: event.level, event: event.type, message: event.message };
    case 'flow-finished':
      return describeFlow(event.summary);
    case 'run-finished':
      return describeRun(event.summary);
    case 'run-failed': {
      const { dryRun, error, exitCode } = event;
      return {
        ...describeFailure(error, exitCode),
        event: event.type,
        details: { exit_code: exitCode, dry_run: dryRun },
      };
    }
  }
}

/** Level of the line about a decision. */
export function levelOfDecision({ status }: AuditRow): LogLevel {
  return TROUBLE.has(status) ? 'warn' : 'debug';
}

/** A decision, its personal data masked. */
export function describeDecision(row: AuditRow): Description {
  const masked = maskPersonalData(row);
  const level = levelOfDecision(row);
  const record = `${row.entity}/${row.wooId}`;
  return {
    level,
    event: 'decided',
    message: [`${row.flow}: ${row.action} ${record} ${row.status}`, row.reason, masked.message]
      .filter((text) => text !== '')
      .join(': '),
    runId: row.runId,
    flow: row.flow,
    ...(level === 'warn' ? { outcome: 'failure' } : {}),
    durationMs: row.durationMs,
    details: {
      direction: row.direction === 'wooToOdoo' ? 'woo-to-odoo' : 'odoo-to-woo',
      action: row.action,
      status: row.status,
      record,
      attempt: row.attempt,
      ...filled({
        odoo_id: row.odooId,
        business_key: masked.businessKey,
        reason: row.reason,
        changes: masked.changes
          .map(({ field, before, after }) => `${field}: ${before} → ${after}`)
          .join('; '),
      }),
    },
  };
}

function filled(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
}

/** An error that ends a command. */
export function describeFailure(error: unknown, exitCode: number): Description {
  return {
    level: EXPECTED_ENDS.has(exitCode) ? 'warn' : 'error',
    event: 'command-failed',
    message: messageOf(error),
    outcome: 'failure',
    error: loggedErrorOf(error),
    details: { exit_code: exitCode },
  };
}

function loggedErrorOf(error: unknown): LoggedError {
  if (error instanceof WcodooError) {
    return { type: error.name, message: error.message, hint: error.hint };
  }
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    type: error instanceof Error ? error.name : typeof error,
    message: messageOf(error),
    // Its first lines repeat the message.
    stack: stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
  };
}

function describeFlow(summary: FlowSummary): Description {
  const { flow, status, durationMs } = summary;
  return {
    level: LEVEL_OF_FLOW[status],
    event: 'flow-finished',
    message: formatFlowLine(summary),
    flow,
    outcome: status === 'done' ? 'success' : 'failure',
    durationMs,
    details: { status, ...countsOf(summary) },
  };
}

function describeRun(summary: RunSummary): Description {
  const { status, exitCode, dryRun, debts, requests, durationMs } = summary;
  return {
    level: LEVEL_OF_RUN[status],
    event: 'run-finished',
    message: `run ${status} (${formatDuration(durationMs)}), exit ${exitCode}, ${debts.total} owed, ${debts.quarantine} of them in quarantine`,
    flow: undefined,
    outcome: status === 'done' ? 'success' : 'failure',
    durationMs,
    details: {
      status,
      exit_code: exitCode,
      dry_run: dryRun,
      debts: debts.total,
      quarantine: debts.quarantine,
      requests_woo: requests.woo,
      requests_odoo: requests.odoo,
    },
  };
}

function countsOf({
  read,
  created,
  updated,
  linked,
  unchanged,
  skipped,
  conflicts,
  failed,
}: FlowSummary): Record<string, number> {
  return { read, created, updated, linked, unchanged, skipped, conflicts, failed };
}
