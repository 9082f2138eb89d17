/** Wires the error tracker: bugs of every command reach it, once the configuration is known. */
import { join } from 'node:path';
import type { CommandIo } from './commands/command';
import type { Config } from './config/load';
import { createSentry } from './reporters/sentry/error-tracker';
import { version } from './version';

const TIMEOUT_MS = 3_000;

/** From now on errors of this process go to Sentry, where a DSN is set. */
export function trackErrors({ environment, file }: Config, io: CommandIo): void {
  const dsn = environment.SENTRY_DSN;
  if (dsn === undefined) {
    return;
  }
  const tracker = createSentry({
    dsn,
    release: `wcodoo@${version}`,
    environment: file.sentry.environment,
    userAgent: `wcodoo/${version}`,
    timeoutMs: TIMEOUT_MS,
    scrub: io.scrubber.text,
    root: join(__dirname, '..'),
  });
  io.errorReports.sendTo(tracker, (message) => io.stderr.write(`Warning: ${message}\n`));
}
