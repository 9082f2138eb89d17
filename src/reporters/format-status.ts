/** The status of an installation, on one screen. */
import type { Status, StatusFlow, StatusRun } from '../core/status-shape';
import { countOf } from '../lib/count-of';
import { formatAge } from './format-age';
import { formatBytes } from './format-bytes';
import { formatTable } from './format-table';
import { printable } from './printable';

const SHOWN_REASONS = 5;

/** The lines of the screen, from what matters most to what is only good to know. */
export function formatStatus(status: Status): string {
  const now = Date.parse(status.at);
  return [
    ...head(status),
    ...section('last runs', runLines(status.runs)),
    ...section('flows', flowLines(status.flows, now)),
    ...section('owed', debtLines(status)),
    ...section('stopped by a limit', limitLines(status)),
    ...section('next', status.hints),
    '',
  ].join('\n');
}

function head(status: Status): string[] {
  const { store, woo, odoo, state, lock, lastSuccess, intents, audit, newestBackup } = status;
  const size = state.bytes === null ? 'not there yet' : formatBytes(state.bytes);
  const run =
    lock === null ? '' : `${lock.owner}, pid ${lock.pid} on ${lock.host}, since ${minute(lock.startedAt)}`;
  const lines: [string, string][] = [
    ['store', `${store}: ${woo.host} → ${odoo.host}, database ${odoo.database}`],
    ['state', `${state.path} (${size}, ${state.links} links)`],
    ['backup', newestBackup ?? 'none: `wcodoo state backup` makes one'],
    ['now', lock === null ? 'no run is under way' : lock.isAlive ? `under way: ${run}` : `died: ${run}`],
    [
      'last success',
      lastSuccess === null
        ? 'never'
        : `${minute(lastSuccess.endedAt)}, ${formatAge(lastSuccess.ageMs)} ago (${lastSuccess.runId})`,
    ],
    ...(intents.count === 0
      ? []
      : [
          ['being written', `${countOf(intents.count, 'record')}, since ${minute(intents.oldestAt)}`] as [
            string,
            string,
          ],
        ]),
    [
      'audit',
      `${countOf(audit.rows, 'row')}${audit.oldestAt === null ? '' : ` since ${minute(audit.oldestAt)}`}, ${countOf(audit.files, 'file')} of ${formatBytes(audit.bytes)}`,
    ],
  ];
  return lines.map(([name, value]) => `${`${name}:`.padEnd(15)}${printable(value)}`);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function runLines(runs: readonly StatusRun[]): string[] {
  const rows = runs.map(({ runId, command, status, exitCode, durationMs, counts }) => [
    runId,
    printable(command),
    status,
    exitCode === null ? '' : String(exitCode),
    durationMs === null ? '' : formatAge(durationMs),
    counts === null
      ? ''
      : Object.entries(counts)
          .filter(([, count]) => count > 0)
          .map(([name, count]) => `${String(count)} ${name}`)
          .join(', ') || 'nothing to do',
  ]);
  return rows.length === 0
    ? []
    : formatTable(['run', 'command', 'status', 'exit', 'took', 'did'], rows, 'text');
}

function flowLines(flows: readonly StatusFlow[], now: number): string[] {
  const ago = (iso: string | null): string =>
    iso === null ? 'never' : `${formatAge(now - Date.parse(iso))} ago`;
  const rows = flows.map(({ flow, lagMs, fullAt, lastDoneAt, last, sweep }) => [
    flow,
    lagMs === null ? '-' : formatAge(lagMs),
    ago(fullAt),
    ago(lastDoneAt),
    [
      last === null ? '' : last.status === 'done' ? 'done' : printable(`${last.status}: ${last.message}`),
      sweep === null ? '' : `reading, at id ${sweep.lastId} of ${sweep.upperId}`,
    ]
      .filter((text) => text !== '')
      .join('; '),
  ]);
  return formatTable(['flow', 'lag', 'compared all', 'last done', 'last time'], rows, 'text');
}

function debtLines({ debts }: Status): string[] {
  if (debts.total === 0) {
    return ['nothing'];
  }
  const rows = debts.byFlow.map(({ flow, state, count, ageMs }) => [
    flow,
    state,
    String(count),
    formatAge(ageMs),
  ]);
  const reasons = debts.quarantineReasons
    .slice(0, SHOWN_REASONS)
    .map(({ reason, count }) => `${count} ${printable(reason)}`);
  return [
    ...formatTable(['flow', 'state', 'records', 'oldest'], rows, 'text'),
    `due for the next run: ${debts.dueNow}`,
    ...(reasons.length === 0 ? [] : [`in quarantine: ${reasons.join(', ')}`]),
  ];
}

function limitLines({ limits }: Status): string[] {
  return limits.map(({ flow, limit, message }) =>
    printable(`${flow === '' ? 'the run' : flow} (${limit}): ${message}`),
  );
}

function minute(iso: string | null): string {
  return iso === null ? '' : `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
