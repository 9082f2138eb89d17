import type { LogLevel } from '../../lib/log-level';
import { shorten } from '../../lib/shorten';
import type { LogEntry } from '../log/log-entry';

/** The numbers of syslog. */
const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 7, info: 6, warn: 4, error: 3 };

/** Elasticsearch, where Graylog keeps its fields, refuses a keyword of more than 32 766 bytes: three a character. */
const MAX_TEXT = 10_000;

export interface GelfSender {
  /** Name of this machine. */
  readonly host: string;
  readonly version: string;
}

/** A line as GELF 1.1 has it (https://go2docs.graylog.org/current/getting_in_log_data/gelf.html): our fields begin with `_`. */
export function gelfMessageOf(entry: LogEntry, sender: GelfSender): Record<string, string | number> {
  const { error, details = {}, durationMs } = entry;
  const [first = '', ...more] = entry.message.split('\n');
  const full = [entry.message, ...(error?.stack === undefined ? [] : [error.stack])].join('\n');
  const own = {
    app: 'wcodoo',
    version: sender.version,
    run_id: entry.runId,
    store: entry.store,
    flow: entry.flow,
    event: entry.event,
    outcome: entry.outcome,
    duration_ms: durationMs === undefined ? undefined : Math.round(durationMs),
    error_type: error?.type,
    hint: error?.hint,
    ...details,
  };
  return {
    version: '1.1',
    host: sender.host,
    short_message: shorten(first === '' ? entry.event : first, MAX_TEXT),
    ...(more.length === 0 && error?.stack === undefined ? {} : { full_message: shorten(full, MAX_TEXT) }),
    timestamp: entry.time.getTime() / 1000,
    level: SEVERITY[entry.level],
    ...Object.fromEntries(
      Object.entries(own).flatMap(([name, value]) =>
        value === undefined ? [] : [[`_${name}`, fieldOf(value)]],
      ),
    ),
  };
}

/** Fields are texts or numbers. */
function fieldOf(value: string | number | boolean): string | number {
  return typeof value === 'number' ? value : shorten(String(value), MAX_TEXT);
}
