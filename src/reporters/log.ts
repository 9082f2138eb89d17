/** The program's log: one JSON object a line, or lines for people; secrets never get into either. */
import pino from 'pino';
import type { Logger } from 'pino';
import { HIDDEN } from '../lib/secret';
import { printable } from './printable';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where lines go; standard error in the program. */
  readonly stream: { write(text: string): unknown };
  /** Lines for people instead of JSON. */
  readonly pretty: boolean;
  /** A text without secrets; that of the process's scrubber. */
  readonly scrub: (text: string) => string;
  /** Fields of every line, such as the run id. */
  readonly bindings?: Readonly<Record<string, unknown>>;
}

/** Fields that are not written, whatever they hold. */
const SECRET_KEY =
  /passw|passphrase|secret|token|api[-_]?key|consumer[-_]?key|authorization|^auth$|cookie|credential|signature|private[-_]?key|dsn/i;

/** A pino logger that writes at once to `stream`. Lines are made safe as they leave: nothing passes by. */
export function createLogger({ level, stream, pretty, scrub, bindings = {} }: LoggerOptions): Logger {
  const destination = {
    write(line: string): void {
      const fields = hideFields(JSON.parse(line) as object, scrub);
      stream.write(`${pretty ? formatForPeople(fields) : JSON.stringify(fields)}\n`);
    },
  };
  return pino(
    {
      level,
      base: bindings,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    destination,
  );
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
