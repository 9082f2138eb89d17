/** `wcodoo sync`: one run. */
import { missingSettings, openApp, type App, type AppOptions } from '../app';
import { describeLostState } from '../own-state';
import type { Config } from '../config/load';
import type { Allowances, RunContext, RunRequest } from '../core/context';
import { ConfigError, EXIT, UsageError, WcodooError } from '../core/errors';
import type { RunSummary } from '../core/run-summary';
import { unknownAllowances } from '../core/let-pass';
import type { AuditRow, LimitName, WooApi } from '../core/ports';
import { runFlows } from '../core/run';
import { parseDurationMs } from '../lib/duration';
import { parseSince } from '../lib/shop-time';
import { thenEnd } from '../lib/then-end';
import { rewriteAuditCsv, type AuditCsvOptions } from '../reporters/audit-csv';
import { auditOptionsOf, openReporting } from '../reporting';
import { chooseFlows } from './choose-flows';
import { exitCodeOf, type CommandIo, type ConfigOptions } from './command';
import { readConfig } from './read-config';
import { recordRun } from './record-run';

export interface SyncOptions extends ConfigOptions {
  readonly since?: string;
  readonly until?: string;
  readonly dryRun?: boolean;
  readonly full?: boolean;
  readonly limit?: number;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly verbose?: boolean;
  /** True, or how long at most. */
  readonly wait?: true | string;
  readonly allowArchived?: string;
  readonly allowChangedShare?: string;
  readonly allowPriceJump?: string;
  readonly allowStockToZero?: string;
  readonly allowEmptyListing?: string;
  readonly allowMissingCanary?: string;
}

/**
 * Runs the flows named, or all of them. With `--json` a run that could not
 * start or had to stop prints an object too, with `error` in place of flows.
 * @returns the exit code
 */
export async function sync(names: readonly string[], options: SyncOptions, io: CommandIo): Promise<number> {
  try {
    return await runOnce(names, options, io);
  } catch (error) {
    if (options.json === true && error instanceof WcodooError) {
      const { message, hint } = error;
      const exitCode = exitCodeOf(error, io);
      const dryRun = options.dryRun === true;
      io.stdout.write(
        `${JSON.stringify({ runId: null, status: 'failed', exitCode, dryRun, flows: [], error: { message, hint } })}\n`,
      );
    }
    throw error;
  }
}

async function runOnce(names: readonly string[], options: SyncOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options, io, options.verbose === true);
  const dryRun = options.dryRun === true;
  const reporting = openReporting(
    config,
    { json: options.json === true, verbose: options.verbose === true, dryRun },
    io,
  );
  const { emit } = reporting;
  let app: App | undefined;
  let isTold = false;
  const tellFailure = (error: unknown): void => {
    isTold = true;
    emit({
      type: 'run-failed',
      runId: app?.context.runId,
      store: config.file.store,
      dryRun,
      error,
      exitCode: error instanceof WcodooError ? exitCodeOf(error, io) : EXIT.bug,
    });
  };
  const work = async (): Promise<number> => {
    try {
      if (!dryRun) {
        refuseMissingSettings(config);
      }
      timesOf(options, 'UTC');
      app = await openApp(config, {
        request: (woo) => requestOf(options, woo),
        dryRun,
        emit,
        signal: io.signal,
        wait: waitOf(options, io),
        onFailure: tellFailure,
        beforeStateCloses: (state) => reporting.close(state),
      });
      const selected = chooseFlows(
        names,
        app.flows.map(({ name }) => name),
      );
      await checkAllowances(app.context);
      const lost = await describeLostState(config, app.context.state);
      if (lost !== undefined) {
        emit({ type: 'notice', level: 'warn', message: lost });
      }
      if (!dryRun) {
        await finishInterruptedRuns(app, auditOptionsOf(config));
      }
      return (await runRecorded(app, selected, options, io)).exitCode;
    } catch (error) {
      // What could not be opened was told while the state was still open.
      if (!isTold) {
        tellFailure(error);
      }
      throw error;
    }
  };
  return thenEnd(work, async () => {
    try {
      await app?.close();
    } finally {
      await reporting.close();
    }
  });
}

/** @throws ConfigError for settings without which nothing is written */
function refuseMissingSettings(config: Config): void {
  const missing = missingSettings(config);
  if (missing.length > 0) {
    throw new ConfigError(
      missing.map((problem) => `${config.configPath ?? 'config/wcodoo.yaml'}: ${problem}`),
      { hint: '`wcodoo sync --dry-run` shows the plan without it' },
    );
  }
}

/** Runs the flows between two rows in the list of runs. */
async function runRecorded(
  app: App,
  selected: readonly string[],
  options: SyncOptions,
  io: CommandIo,
): Promise<RunSummary> {
  const { context } = app;
  const run = {
    runId: context.runId,
    store: context.store,
    command: ['sync', ...selected].join(' '),
    clock: context.clock,
  };
  const { summary } = await recordRun(context.state, run, async () => {
    const summary = await runFlows(context, {
      flows: app.flows,
      selected,
      strict: options.strict === true,
      findMissingCanaries: app.findMissingCanaries,
      interruptedExitCode: io.interruptedExitCode,
    });
    return { status: summary.status, exitCode: summary.exitCode, summary };
  });
  return summary;
}

/** @throws UsageError for a time that is no duration */
function waitOf({ wait }: SyncOptions, io: CommandIo): AppOptions['wait'] {
  if (wait === undefined) {
    return undefined;
  }
  const atMostMs = wait === true ? undefined : parseDurationMs(wait);
  if (wait !== true && atMostMs === undefined) {
    throw new UsageError([`--wait ${wait}: not a duration (30s, 10m, 2h)`], {
      hint: 'Flows come before it: `wcodoo sync orders --wait`.',
    });
  }
  return { atMostMs, onWait: (message) => io.stderr.write(`${message}\n`) };
}

async function requestOf(options: SyncOptions, woo: WooApi): Promise<RunRequest> {
  const { since, until, limit } = options;
  const zone = since === undefined && until === undefined ? 'UTC' : (await woo.shop()).timezone;
  return { ...timesOf(options, zone), full: options.full === true, limit, allowed: allowancesOf(options) };
}

/** @throws ConfigError for what is no time, whatever the zone is */
function timesOf({ since, until }: SyncOptions, zone: string): Pick<RunRequest, 'since' | 'until'> {
  const timeOf = (flag: string, text: string | undefined): string | undefined => {
    if (text === undefined) {
      return undefined;
    }
    const time = parseSince(text, zone, new Date());
    if (time === undefined) {
      throw new UsageError([
        `${flag} ${text}: not a date (2026-01-31, 2026-01-31T14:00) nor a time ago (2h, 3d)`,
      ]);
    }
    return time.toISOString();
  };
  return { since: timeOf('--since', since), until: timeOf('--until', until) };
}

function allowancesOf(options: SyncOptions): Allowances {
  const given: Readonly<Record<LimitName, string | undefined>> = {
    archived: options.allowArchived,
    'changed-share': options.allowChangedShare,
    'price-jump': options.allowPriceJump,
    'stock-to-zero': options.allowStockToZero,
    'empty-listing': options.allowEmptyListing,
    'missing-canary': options.allowMissingCanary,
  };
  return Object.fromEntries(Object.entries(given).filter(([, runId]) => runId !== undefined));
}

/** @throws UsageError for a flag whose run was not stopped by its limit */
async function checkAllowances(context: RunContext): Promise<void> {
  const problems = await unknownAllowances(context);
  if (problems.length > 0) {
    throw new UsageError(problems, {
      hint: 'the message of a run that was stopped ends with the flag to use',
    });
  }
}

/** A run that was killed left its audit file short; the state has every row. */
async function finishInterruptedRuns(app: App, options: AuditCsvOptions): Promise<void> {
  const { state, store, runId, clock } = app.context;
  for (const run of await state.runs.list(store, 100, { status: 'running' })) {
    if (run.endedAt === null && run.runId !== runId) {
      await rewriteAuditCsv(state.auditOf(run.runId) satisfies Iterable<AuditRow>, {
        ...options,
        runId: run.runId,
      });
      await state.runs.finish({ ...run, endedAt: clock.now().toISOString(), status: 'interrupted' });
    }
  }
}
