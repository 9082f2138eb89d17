/** The program's log: one JSON object a line, or lines for people; secrets never get into either. */
import pino from 'pino';
import type { Logger } from 'pino';
import { printable } from './printable';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where lines go; standard error in the program. */
  readonly stream: { write(text: string): unknown };
  /** Lines for people instead of JSON. */
  readonly pretty: boolean;
  /** Fields of every line, such as the run id. */
  readonly bindings?: Readonly<Record<string, unknown>>;
}

const REDACTED = '[redacted]';
const SECRET_KEY =
  /passw|passphrase|secret|token|api[-_]?key|consumer[-_]?key|authorization|^auth$|cookie|credential|signature|private[-_]?key|dsn/i;
/** Secrets inside of text: WooCommerce keys, credentials of addresses, headers and queries. */
const SECRET_TEXTS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b(c[ks])_[0-9a-f]{8,}/gi, `$1_${REDACTED}`],
  [/(\w:\/\/)[^\s/@"\\]+@/g, `$1${REDACTED}@`],
  [/\b(Bearer|Basic) [\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  [
    /([?&](?:consumer_key|consumer_secret|oauth_[a-z_]+|api_?key|token|password|signature)=)[^&\s"\\]+/gi,
    `$1${REDACTED}`,
  ],
];

/** A pino logger that writes at once to `stream`. Lines are made safe as they leave: nothing passes by. */
export function createLogger({ level, stream, pretty, bindings = {} }: LoggerOptions): Logger {
  const destination = {
    write(line: string): void {
      const fields = redactFields(JSON.parse(line) as object);
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

/** The text without the secrets that can be told by their form. */
export function redactText(text: string): string {
  return SECRET_TEXTS.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);
}

function redactFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, SECRET_KEY.test(key) ? REDACTED : redact(value)]),
  );
}

function redact(value: unknown): unknown {
  if (typeof value === 'string') {
    return redactText(value);
  }
  if (Array.isArray(value)) {
    return value.map(redact);
  }
  return typeof value === 'object' && value !== null ? redactFields(value) : value;
}

function formatForPeople({ time, level, msg, ...rest }: Record<string, unknown>): string {
  const details = Object.entries(rest).map(([key, value]) => `${key}=${textOf(value)}`);
  const words = [String(time).slice(11, 19), String(level).toUpperCase().padEnd(5), textOf(msg ?? '')];
  return printable([...words, ...details].join(' '));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
