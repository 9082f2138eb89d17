/** The end of a run in words and one table. */
import { EXIT } from '../core/errors';
import { FLOW_COUNTS, type FlowSummary, type RunSummary } from '../core/run-summary';
import { printable } from './printable';
import { formatTable } from './format-table';

/** What each exit code means to the person who reads it. */
const MEANINGS: Readonly<Record<number, string>> = {
  [EXIT.ok]: 'nothing failed',
  [EXIT.incomplete]: 'some records or flows failed; the next run tries them again',
  [EXIT.config]: 'the configuration cannot be used',
  [EXIT.fatal]: 'the run could not go on; nothing done so far is lost',
  [EXIT.limit]: 'a limit stopped a flow until a person looks',
  [EXIT.bug]: 'a bug of wcodoo; please report it',
  [EXIT.lockHeld]: 'another run is under way',
  [EXIT.interrupted]: 'interrupted; the next run goes on from here',
  [EXIT.terminated]: 'terminated; the next run goes on from here',
};

/**
 * The summary of a run as text that ends with a line break: a table with one
 * line a flow, what is owed, where the audit is, and what the exit code means.
 */
export function formatSummary(summary: RunSummary, auditPath?: string): string {
  const { runId, status, exitCode, dryRun, flows, requests, durationMs } = summary;
  const lines = [
    `${dryRun ? 'Dry run' : 'Run'} ${runId}: ${status} in ${formatDuration(durationMs)}`,
    '',
    ...formatFlows(flows),
    '',
    ...flows
      .filter((flow) => flow.message !== '')
      .map((flow) => `${nameOf(flow, flows)}: ${printable(flow.message)}`),
    formatDebts(summary.debts),
    `Requests: ${requests.woo} to WooCommerce, ${requests.odoo} to Odoo`,
    ...(auditPath === undefined ? [] : [`Audit: ${auditPath}`]),
    `Exit ${exitCode}: ${MEANINGS[exitCode] ?? 'unknown'}${dryRun ? '; nothing was written' : ''}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** One flow in one line: `orders: done, 120 read, 3 created, 1 failed (12.3 s)`. */
export function formatFlowLine(flow: FlowSummary): string {
  const counts = FLOW_COUNTS.filter((count) => count === 'read' || flow[count] > 0);
  const told = counts.map((count) => `${flow[count]} ${count}`).join(', ');
  const message = flow.message === '' ? '' : `: ${printable(flow.message)}`;
  return `${flow.flow}: ${flow.status}, ${told} (${formatDuration(flow.durationMs)})${message}`;
}

/** `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) {
    return `${Math.round(durationMs)} ms`;
  }
  if (durationMs < 59_950) {
    return `${(durationMs / 1000).toFixed(1)} s`;
  }
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${padTwo(seconds % 60)} s`;
  }
  return `${Math.floor(seconds / 3600)} h ${padTwo(Math.floor((seconds % 3600) / 60))} min`;
}

function formatFlows(flows: readonly FlowSummary[]): string[] {
  if (flows.length === 0) {
    return ['No flow was run.'];
  }
  const rows = flows.map((flow) => [
    nameOf(flow, flows),
    ...FLOW_COUNTS.map((count) => String(flow[count])),
    formatDuration(flow.durationMs),
  ]);
  return formatTable(['flow', ...FLOW_COUNTS, 'time'], rows);
}

/** Several shops may run the same flow. */
function nameOf(flow: FlowSummary, flows: readonly FlowSummary[]): string {
  const hasSeveralStores = flows.some(({ store }) => store !== flow.store);
  return hasSeveralStores ? `${flow.store} ${flow.flow}` : flow.flow;
}

function formatDebts({ total, quarantine }: RunSummary['debts']): string {
  if (total === 0) {
    return 'Debts: none';
  }
  const person = quarantine === 0 ? '' : `, ${quarantine} of them in quarantine until a person looks`;
  return `Debts: ${total} ${total === 1 ? 'record is' : 'records are'} owed${person}; see \`wcodoo debts list\``;
}

function padTwo(value: number): string {
  return String(value).padStart(2, '0');
}
