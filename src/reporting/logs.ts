/** Wires the log of a run: on standard error, and to Graylog. */
import { hostname } from 'node:os';
import type { CommandIo } from '../commands/command';
import type { Config } from '../config/load';
import { parseGelfAddress } from '../lib/gelf-address';
import type { LogLevel } from '../lib/log-level';
import { createGelfReporter } from '../reporters/gelf/gelf-reporter';
import type { RunLog } from '../reporters/log/run-log';
import type { Reporter } from '../reporters/reporter';
import { version } from '../version';

/** Its lines are written as they come. */
export function logReporter({ handle }: RunLog): Reporter {
  return { handle, close: () => undefined };
}

export function gelfReporters({ file }: Config, level: LogLevel, io: CommandIo): Reporter[] {
  const address = parseGelfAddress(file.log.gelf ?? '');
  if (address === undefined) {
    return [];
  }
  return [
    createGelfReporter({
      address,
      sender: { host: hostname(), version },
      level,
      store: file.store,
      scrub: io.scrubber.text,
      clock: { now: () => new Date() },
      warn: (message) => {
        io.stderr.write(`Warning: ${message}\n`);
      },
    }),
  ];
}
