/** Wires what listens to a run: the only file that constructs reporters. */
import { hostname } from 'node:os';
import type { CommandIo } from './commands/command';
import type { Config } from './config/load';
import type { Emit, RunEvent } from './core/events';
import type { State } from './core/ports';
import { durationMs } from './lib/duration';
import { auditFolder } from './own-state';
import type { AlertChannel } from './reporters/alerts/alert-channel';
import { createAlertReporter } from './reporters/alerts/alert-reporter';
import { createMailChannel } from './reporters/alerts/mail-channel';
import { createWebhookChannel } from './reporters/alerts/webhook-channel';
import { createAuditCsv, type AuditCsvOptions } from './reporters/audit-csv';
import { createConsoleReporter } from './reporters/console-reporter';
import { createPings } from './reporters/pings';
import type { Reporter } from './reporters/reporter';
import { createErrorReporter } from './reporters/sentry/error-reporter';
import { version } from './version';

const USER_AGENT = `wcodoo/${version}`;
/** What a message may take; all are sent at the same time, so a run waits for the slowest one. */
const ALERT_TIMEOUT_MS = 10_000;
const PING_TIMEOUT_MS = 5_000;
const PING_CLOSE_MS = 10_000;

export interface ReportingOptions {
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Everything that listens to one run. */
export interface Reporting {
  readonly emit: Emit;
  /**
   * Waits for what reporters still have to write or send, each within its own
   * bound; may be called twice.
   * @param state of the run, where it could be opened
   * @throws FatalError when the audit file could not be completed
   */
  close(state?: State): Promise<void>;
}

/** How the audit files of this installation are written. */
export function auditOptionsOf(config: Config): AuditCsvOptions {
  return { folder: auditFolder(config), ...config.file.audit };
}

/** The ways to reach people that the configuration names; none connects before there is a message. */
export function alertChannelsOf({ environment, file }: Config, io: CommandIo): AlertChannel[] {
  const { mailFrom, mailTo, webhookFormat } = file.alerts;
  const { SMTP_URL: smtp, ALERT_WEBHOOK_URL: webhook } = environment;
  const timeoutMs = ALERT_TIMEOUT_MS;
  const channels: AlertChannel[] = [];
  if (smtp !== undefined && mailFrom !== undefined && mailTo.length > 0) {
    const { text: scrub } = io.scrubber;
    channels.push(createMailChannel({ url: smtp, from: mailFrom, to: mailTo, timeoutMs, scrub }));
  }
  if (webhook !== undefined) {
    channels.push(
      createWebhookChannel({ url: webhook, format: webhookFormat, userAgent: USER_AGENT, timeoutMs }),
    );
  }
  return channels;
}

/** Those who are told of a run from afar. */
function openMessengers(config: Config, io: CommandIo, emit: Emit): Reporter[] {
  const { environment, file } = config;
  const warn = (message: string): void => {
    emit({ type: 'notice', level: 'warn', message: io.scrubber.text(message) });
  };
  const channels = alertChannelsOf(config, io);
  const url = environment.HEALTHCHECK_URL;
  return [
    createErrorReporter(io.errorReports),
    ...(channels.length === 0
      ? []
      : [
          createAlertReporter({
            channels,
            store: file.store,
            host: hostname(),
            clock: { now: () => new Date() },
            quietMs: durationMs(file.alerts.quietTime),
            incompleteRuns: file.alerts.incompleteRuns,
            scrub: io.scrubber.text,
            warn,
          }),
        ]),
    ...(url === undefined
      ? []
      : [
          createPings({
            url,
            userAgent: USER_AGENT,
            timeoutMs: PING_TIMEOUT_MS,
            closeMs: PING_CLOSE_MS,
            warn,
          }),
        ]),
  ];
}

/** Opens the reporters that the configuration asks for. */
export function openReporting(config: Config, options: ReportingOptions, io: CommandIo): Reporting {
  const auditCsv = createAuditCsv(auditOptionsOf(config));
  const console = createConsoleReporter({
    stdout: io.stdout,
    stderr: io.stderr,
    json: options.json,
    verbose: options.verbose,
    auditPath: (runId) => auditCsv.path(runId),
  });
  // In the order in which they are told and closed: the terminal first, people wait for it.
  const reporters: readonly Reporter[] = [console, auditCsv, ...openMessengers(config, io, emit)];
  let isClosed = false;
  function emit(event: RunEvent): void {
    for (const reporter of reporters) {
      reporter.handle(event);
    }
  }
  return {
    emit,
    async close(state) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      const ends = await Promise.allSettled(reporters.map(async (reporter) => reporter.close(state)));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) {
        throw failed.reason;
      }
    },
  };
}
