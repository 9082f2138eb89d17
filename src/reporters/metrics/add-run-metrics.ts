/** What the last sync came to. */
import type { Registry } from 'prom-client';
import type { RunRecord } from '../../core/ports';
import { FLOW_COUNTS, type FlowStatus, type FlowSummary, type RunStatus } from '../../core/run-summary';
import { addGauge, oneOf, secondsBetween, unixSeconds, within, type Sample } from './add-gauge';
import type { MetricFacts } from './read-metric-facts';

const RUN_STATUSES = [
  'done',
  'incomplete',
  'failed',
  'interrupted',
  'stopped',
] as const satisfies RunStatus[];
const FLOW_STATUSES = ['done', 'incomplete', 'skipped', 'failed', 'stopped'] as const satisfies FlowStatus[];
const ACTIONS = ['create', 'update', 'link', 'skip', 'conflict', 'archive'];
const DECISION_RESULTS = ['done', 'failed', 'waiting', 'quarantined', 'skipped', 'stopped', 'dropped'];

/** Adds what is known of the last sync as a whole, and of its flows. */
export function addRunMetrics(registry: Registry, { lastRun, lastSuccess, source }: MetricFacts): void {
  addGauge(
    registry,
    'wcodoo_last_run_timestamp_seconds',
    'When the last sync ended (Unix time).',
    endOf(lastRun),
  );
  addGauge(
    registry,
    'wcodoo_last_success_timestamp_seconds',
    'When the last sync with exit code 0 ended (Unix time).',
    endOf(lastSuccess),
  );
  addGauge(registry, 'wcodoo_last_run_duration_seconds', 'How long the last sync took.', durationOf(lastRun));
  addGauge(
    registry,
    'wcodoo_last_run_exit_code',
    'Exit code of the last sync; without a value for one that was killed.',
    lastRun?.exitCode == null ? [] : [{ value: lastRun.exitCode }],
  );
  addGauge(
    registry,
    'wcodoo_last_run_status',
    '1 for the status with which the last sync ended, 0 for the others.',
    lastRun === undefined ? [] : oneOf(RUN_STATUSES, lastRun.status),
  );
  addFlowMetrics(registry, lastRun?.summary?.flows ?? [], source.flows);
}

function addFlowMetrics(
  registry: Registry,
  flows: readonly FlowSummary[],
  knownFlows: readonly string[],
): void {
  addGauge(
    registry,
    'wcodoo_last_run_flow_status',
    '1 for the status with which a flow of the last sync ended, 0 for the others.',
    flows.flatMap(({ flow, status }) => oneOf(FLOW_STATUSES, status, { flow: within(knownFlows, flow) })),
  );
  addGauge(
    registry,
    'wcodoo_last_run_flow_duration_seconds',
    'How long a flow of the last sync took.',
    flows.map(({ flow, durationMs }) => ({
      labels: { flow: within(knownFlows, flow) },
      value: durationMs / 1000,
    })),
  );
  addGauge(
    registry,
    'wcodoo_last_run_records',
    'Records of the last sync by flow and by what became of them, as its summary counts them.',
    flows.flatMap((flow) =>
      FLOW_COUNTS.map((result) => ({
        labels: { flow: within(knownFlows, flow.flow), result },
        value: flow[result],
      })),
    ),
  );
  addGauge(
    registry,
    'wcodoo_last_run_decisions',
    'Rows of the audit of the last sync by flow, action and result.',
    flows.flatMap(({ flow, decisions }) =>
      decisions.map(({ action, status, count }) => ({
        labels: {
          flow: within(knownFlows, flow),
          action: within(ACTIONS, action),
          result: within(DECISION_RESULTS, status),
        },
        value: count,
      })),
    ),
  );
}

function endOf(run: RunRecord | undefined): Sample[] {
  return run?.endedAt == null ? [] : [{ value: unixSeconds(run.endedAt) }];
}

function durationOf(run: RunRecord | undefined): Sample[] {
  if (run?.endedAt == null) {
    return [];
  }
  // A run that failed has no summary.
  const durationMs = run.summary?.durationMs;
  return [
    { value: durationMs === undefined ? secondsBetween(run.startedAt, run.endedAt) : durationMs / 1000 },
  ];
}
