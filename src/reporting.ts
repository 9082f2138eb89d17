/** Wires what listens to a run: the only file that constructs reporters. */
import { hostname } from 'node:os';
import { buildFlows } from './app';
import type { CommandIo } from './commands/command';
import type { Config } from './config/load';
import type { Emit, RunEvent } from './core/events';
import type { State } from './core/ports';
import { durationMs } from './lib/duration';
import { auditFolder } from './own-state';
import { createAuditCsv, type AuditCsvOptions } from './reporters/audit-csv';
import { createConsoleReporter } from './reporters/console-reporter';
import { createMetricsReporter, type MetricsTargets } from './reporters/metrics/metrics-reporter';
import type { MetricsSource } from './reporters/metrics/read-metric-facts';
import type { Reporter } from './reporters/reporter';
import { version } from './version';

export interface ReportingOptions {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly dryRun: boolean;
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

/** What this installation says of its metrics. */
export function metricsSourceOf(config: Config): MetricsSource {
  return {
    store: config.file.store,
    flows: buildFlows(config).map(({ name }) => name),
    version,
    node: process.versions.node,
    odooKeyExpiresOn: config.file.odoo.keyExpiresOn,
  };
}

/** Where the configuration wants the metrics to go. */
export function metricsTargetsOf({ environment, file }: Config): MetricsTargets {
  const { job, instance, timeout, caFile, textfile } = file.metrics;
  const url = environment.PUSHGATEWAY_URL;
  return {
    textfile,
    pushgateway:
      url === undefined
        ? undefined
        : {
            url,
            username: environment.PUSHGATEWAY_USERNAME,
            password: environment.PUSHGATEWAY_PASSWORD,
            caFile,
            timeoutMs: durationMs(timeout),
            grouping: { job, instance: instance ?? hostname(), store: file.store },
            userAgent: `wcodoo/${version}`,
          },
  };
}

/** Empty where the configuration wants no metrics. */
function metricsReporters(config: Config, io: CommandIo): readonly Reporter[] {
  const targets = metricsTargetsOf(config);
  if (targets.pushgateway === undefined && targets.textfile === undefined) {
    return [];
  }
  const warn = (message: string): void => {
    io.stderr.write(`Warning: ${message}\n`);
  };
  const source = metricsSourceOf(config);
  return [createMetricsReporter({ ...targets, source, now: () => new Date(), warn })];
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
  const reporters: readonly Reporter[] = [
    console,
    auditCsv,
    ...(options.dryRun ? [] : metricsReporters(config, io)),
  ];
  let isClosed = false;
  return {
    emit(event: RunEvent) {
      for (const reporter of reporters) {
        reporter.handle(event);
      }
    },
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
