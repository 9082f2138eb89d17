/** The writer of lines: one JSON object a line, or text for people; secrets never get into either. */
import pino from 'pino';
import type { Logger } from 'pino';
import type { Clock } from '../../core/ports';
import type { LogLevel } from '../../lib/log-level';
import { HIDDEN } from '../../lib/secret';
import { printable } from '../printable';

/** `pretty`: lines for people. `ecs`: the field names of the Elastic Common Schema. */
export type LineFormat = 'json' | 'pretty' | 'ecs';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where lines go; standard error in the program. */
  readonly stream: { write(text: string): unknown };
  readonly format: LineFormat;
  /** A text without secrets; that of the process's scrubber. */
  readonly scrub: (text: string) => string;
  readonly clock: Clock;
  /** Fields of every line, such as the version. */
  readonly bindings?: Readonly<Record<string, unknown>>;
}

/** Fields that are not written, whatever they hold. */
const SECRET_KEY =
  /passw|passphrase|secret|token|api[-_]?key|consumer[-_]?key|authorization|^auth$|cookie|credential|signature|private[-_]?key|dsn/i;

/** What the fields of every line are called; `log.level` has its dot by the specification of ECS logging. */
const PLAIN_NAMES = { time: 'time', level: 'level', message: 'msg' };
const ECS_NAMES = { time: '@timestamp', level: 'log.level', message: 'message' };

/** A pino logger that writes at once to `stream`. Lines are made safe as they leave: nothing passes by. */
export function createLogger({ level, stream, format, scrub, clock, bindings = {} }: LoggerOptions): Logger {
  const names = format === 'ecs' ? ECS_NAMES : PLAIN_NAMES;
  const destination = {
    write(line: string): void {
      const fields = hideFields(JSON.parse(line) as object, scrub);
      stream.write(`${format === 'pretty' ? formatForPeople(fields) : JSON.stringify(fields)}\n`);
    },
  };
  return pino(
    {
      level,
      base: bindings,
      messageKey: names.message,
      timestamp: () => `,"${names.time}":"${clock.now().toISOString()}"`,
      formatters: { level: (label) => ({ [names.level]: label }) },
      serializers: { error: serializeError },
    },
    destination,
  );
}

/** Of what is no error pino would make an object of its own. */
function serializeError(value: unknown): unknown {
  return value instanceof Error ? pino.stdSerializers.err(value) : value;
}

function hideFields(fields: object, scrub: (text: string) => string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      scrub(key),
      SECRET_KEY.test(key) ? HIDDEN : hide(value, scrub),
    ]),
  );
}

function hide(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') {
    return scrub(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => hide(item, scrub));
  }
  return typeof value === 'object' && value !== null ? hideFields(value, scrub) : value;
}

function formatForPeople({ time, level, msg, ...rest }: Record<string, unknown>): string {
  const details = Object.entries(rest).map(([key, value]) => `${key}=${textOf(value)}`);
  const words = [String(time).slice(11, 19), String(level).toUpperCase().padEnd(5), textOf(msg ?? '')];
  return printable([...words, ...details].join(' '));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
