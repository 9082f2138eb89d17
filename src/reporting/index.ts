/** Wires what listens to a run: the only file that constructs reporters. */
import type { CommandIo } from '../commands/command';
import type { Config } from '../config/load';
import { logSettingsOf } from '../config/sections/log';
import { EXIT, messageOf, WcodooError } from '../core/errors';
import type { Emit, RunEvent } from '../core/events';
import type { State } from '../core/ports';
import { auditFolder } from '../own-state';
import { createAuditCsv, type AuditCsvOptions } from '../reporters/audit-csv';
import { createConsoleReporter } from '../reporters/console-reporter';
import { joinReporters } from '../reporters/join-reporters';
import { gelfReporters, logReporter } from './logs';
import { openMessengers } from './messengers';
import { metricsReporters } from './metrics';

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

/** Opens the reporters that the configuration asks for. */
export function openReporting(config: Config, options: ReportingOptions, io: CommandIo): Reporting {
  const auditCsv = createAuditCsv(auditOptionsOf(config));
  const { format, level } = logSettingsOf(config.file.log, config.environment, options.verbose);
  const log = io.log();
  const console = createConsoleReporter({
    stdout: io.stdout,
    stderr: io.stderr,
    json: options.json,
    level: log === undefined ? level : 'none',
    bars: format === 'auto',
    auditPath: (runId) => auditCsv.path(runId),
  });
  const reporters = joinReporters(
    [
      // People wait for the terminal.
      [console],
      [...openMessengers(config, io, warn), ...(options.dryRun ? [] : metricsReporters(config, warn))],
      // What could not be sent is written here.
      [...(log === undefined ? [] : [logReporter(log)]), ...gelfReporters(config, level, io)],
    ],
    (error) => {
      warn(
        `A listener of the run failed and was left out; the run itself is not concerned: ${messageOf(error)}`,
      );
    },
  );
  let begun: Extract<RunEvent, { type: 'run-started' }> | undefined;
  let hasFailed = false;
  let isClosed = false;
  function emit(event: RunEvent): void {
    begun = event.type === 'run-started' ? event : begun;
    hasFailed ||= event.type === 'run-failed';
    auditCsv.handle(event);
    reporters.handle(event);
  }
  function warn(message: string): void {
    emit({ type: 'notice', level: 'warn', message: io.scrubber.text(message) });
  }
  /** The run fails by it, so it is told as such. */
  function tellIncompleteAudit(error: unknown): void {
    if (begun !== undefined && !hasFailed) {
      const { runId, store, dryRun } = begun;
      const exitCode = error instanceof WcodooError ? error.exitCode : EXIT.bug;
      emit({ type: 'run-failed', runId, store, dryRun, error, exitCode });
    }
  }
  return {
    emit,
    async close(state) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      try {
        await auditCsv.close();
      } catch (error) {
        tellIncompleteAudit(error);
        throw error;
      } finally {
        await reporters.close(state);
      }
    },
  };
}
