/**
 * The field names of the Elastic Common Schema 8.11
 * (https://www.elastic.co/docs/reference/ecs). A mapping of our own:
 * `@elastic/ecs-pino-format` knows requests and errors of HTTP servers, but none of
 * the fields below beyond time, level, message and error.
 */
import type { LogEntry } from './log-entry';

export const ECS_VERSION = '8.11.0';

const NANOSECONDS_PER_MS = 1_000_000;

/** Fields of every line. */
export function ecsBindings(version: string): Record<string, unknown> {
  return { 'ecs.version': ECS_VERSION, service: { name: 'wcodoo', type: 'wcodoo', version } };
}

/** The fields of a line in the format `ecs`, but for its time, level and message. What ECS has no name for is below `wcodoo`. */
export function ecsFieldsOf(entry: LogEntry): Record<string, unknown> {
  const { runId, store, flow, event, outcome, durationMs, error, details } = entry;
  return {
    event: {
      kind: 'event',
      dataset: 'wcodoo.log',
      action: event,
      outcome,
      ...(durationMs === undefined ? {} : { duration: Math.round(durationMs * NANOSECONDS_PER_MS) }),
    },
    labels: { run_id: runId, store, flow },
    ...(error && { error: { type: error.type, message: error.message, stack_trace: error.stack } }),
    ...(details === undefined && error?.hint === undefined
      ? {}
      : { wcodoo: { ...details, hint: error?.hint } }),
  };
}
