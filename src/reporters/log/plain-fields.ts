import type { LogEntry } from './log-entry';

/** The fields of a line in the formats `json` and `pretty`, but for its time, level and message. */
export function plainFieldsOf(entry: LogEntry): Record<string, unknown> {
  const { runId, store, flow, event, outcome, durationMs, error, details } = entry;
  return {
    run_id: runId,
    store,
    flow,
    event,
    outcome,
    ...(durationMs === undefined ? {} : { duration_ms: Math.round(durationMs) }),
    ...details,
    error,
  };
}
