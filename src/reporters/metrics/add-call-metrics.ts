/** The requests of the last sync by host. */
import { Histogram, type MetricValueWithName, type Registry } from 'prom-client';
import { CALL_BOUNDS_MS, type CallStats } from '../../lib/call-meter';
import { addGauge } from './add-gauge';
import type { MetricFacts } from './read-metric-facts';

const DURATION = 'wcodoo_last_run_api_call_duration_seconds';

/** Adds requests, those that went wrong, and how long the answers took. There are two hosts. */
export function addCallMetrics(registry: Registry, { lastRun }: MetricFacts): void {
  const calls = lastRun?.summary?.calls ?? [];
  addGauge(
    registry,
    'wcodoo_last_run_api_calls',
    'Requests of the last sync by host, second tries included.',
    calls.map(({ host, calls }) => ({ labels: { host }, value: calls })),
  );
  addGauge(
    registry,
    'wcodoo_last_run_api_errors',
    'Requests of the last sync without an answer or with an HTTP status from 400 on.',
    calls.map(({ host, errors }) => ({ labels: { host }, value: errors })),
  );
  registry.registerMetric(countedHistogram(calls));
}

/** A histogram that was counted elsewhere: prom-client has no way to set the counts of one. */
function countedHistogram(calls: readonly CallStats[]): Histogram<'host'> {
  const configuration = {
    name: DURATION,
    help: 'How long the requests of the last sync took until they were answered or given up.',
    labelNames: ['host'] as const,
    buckets: CALL_BOUNDS_MS.map((bound) => bound / 1000),
    registers: [],
  };
  const empty = new Histogram(configuration);
  const get = async (): ReturnType<typeof empty.get> => ({
    ...(await empty.get()),
    values: calls.flatMap(samplesOf),
  });
  // A registry asks `getForPromString` for text and `get` for JSON; the types do not name the first.
  return Object.assign(new Histogram(configuration), { get, getForPromString: get });
}

function samplesOf({ host, calls, totalMs, buckets }: CallStats): MetricValueWithName<'host'>[] {
  const bucketOf = (bound: string, value: number): MetricValueWithName<'host'> => ({
    metricName: `${DURATION}_bucket`,
    labels: { host, le: bound } as { host: string },
    value,
  });
  return [
    ...CALL_BOUNDS_MS.map((bound, at) => bucketOf(String(bound / 1000), buckets[at] ?? calls)),
    bucketOf('+Inf', calls),
    { metricName: `${DURATION}_sum`, labels: { host }, value: totalMs / 1000 },
    { metricName: `${DURATION}_count`, labels: { host }, value: calls },
  ];
}
