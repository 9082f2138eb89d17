/** Tells a person at a terminal, or a script that reads JSON, how a run goes and how it ended. */
import { MultiBar } from 'cli-progress';
import type { Options, Params, SingleBar } from 'cli-progress';
import type { FlowSummary, RunSummary } from '../core/run-summary';
import type { AuditRow } from '../core/ports';
import { formatFlowLine, formatSummary } from './format-summary';
import { createPlan, formatDecision, formatPlan } from './format-plan';
import { isLoud, type LogLevel } from '../lib/log-level';
import { printable } from './printable';
import type { Reporter } from './reporter';

export interface Output {
  write(text: string): unknown;
}

export interface ConsoleReporterOptions {
  /** Results only: the summary, the plan of a dry run, or one JSON object. */
  readonly stdout: Output;
  /** Progress and notices; bars are drawn when it is a terminal. */
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Print one JSON object on stdout, and only warnings on stderr. */
  readonly json: boolean;
  /** The least that is said on stderr: each decision from `debug`, progress from `info`, warnings from `warn`. */
  readonly level?: LogLevel | 'none';
  /** Draw bars on a terminal; lines otherwise. */
  readonly bars?: boolean;
  /** Where the audit file of a run is, if one is written. */
  readonly auditPath?: (runId: string) => string;
}

/** Its `close` gives the terminal back when a run ended without its last event. */
export interface ConsoleReporter extends Reporter {
  close(): void;
}

/** Progress is drawn by it, one bar or line a flow. */
interface Display {
  start(flow: string): void;
  progress(flow: string, read: number, expected: number | undefined): void;
  finish(summary: FlowSummary): void;
  say(line: string): void;
  close(): void;
}

/** Subscribes to the events of runs. */
export function createConsoleReporter(options: ConsoleReporterOptions): ConsoleReporter {
  const { stdout, stderr, json, auditPath, level: asked = 'info', bars = true } = options;
  // With --json progress is not asked for, unless each decision is.
  const level = json && asked === 'info' ? 'warn' : asked;
  const says = (kind: LogLevel): boolean => level !== 'none' && isLoud(kind, level);
  const display =
    !json && bars && stderr.isTTY === true && says('info')
      ? drawBars(stderr)
      : writeLines(stderr, json || !says('info'));
  let plan = createPlan();
  let planned: PlannedChange[] = [];
  let dryRun = false;

  function finish(summary: RunSummary): void {
    display.close();
    if (json) {
      stdout.write(`${formatJson(summary, dryRun ? planned : undefined)}\n`);
      return;
    }
    if (summary.dryRun) {
      stdout.write(`${formatPlan(plan)}\n`);
    }
    stdout.write(formatSummary(summary, auditPath?.(summary.runId)));
  }

  return {
    handle(event) {
      switch (event.type) {
        case 'run-started':
          plan = createPlan();
          planned = [];
          dryRun = event.dryRun;
          return;
        case 'flow-started':
          display.start(event.flow);
          return;
        case 'flow-progress':
          display.progress(event.flow, event.read, event.expected);
          return;
        case 'decided':
          if (says('debug')) {
            event.rows.forEach((row) => {
              display.say(formatDecision(row));
            });
          }
          if (dryRun) {
            plan.add(event.rows);
            planned.push(...(json ? event.rows.map(plannedChange) : []));
          }
          return;
        case 'notice':
          if (says(event.level) && (event.level === 'warn' || !json)) {
            display.say(`${event.level === 'warn' ? 'Warning: ' : ''}${printable(event.message)}`);
          }
          return;
        case 'flow-finished':
          display.finish(event.summary);
          return;
        case 'run-finished':
          finish(event.summary);
          return;
        case 'run-failed':
          // The command tells what went wrong.
          display.close();
      }
    },
    close() {
      display.close();
    },
  };
}

/** One decision of a dry run, as `--json` lists it under `plan`. */
export interface PlannedChange {
  readonly flow: string;
  /** Kind and id of the record: `order/329`. */
  readonly record: string;
  readonly action: string;
  readonly status: string;
  readonly businessKey: string;
  readonly reason: string;
  readonly message: string;
  readonly changes: AuditRow['changes'];
}

function plannedChange(row: AuditRow): PlannedChange {
  const { flow, action, status, businessKey, reason, message, changes } = row;
  return {
    flow,
    record: `${row.entity}/${row.wooId}`,
    action,
    status,
    businessKey,
    reason,
    message,
    changes,
  };
}

/** The summary as one line of JSON, with the plan of a dry run; its keys are stable and scripts rely on them. */
export function formatJson(summary: RunSummary, plan?: readonly PlannedChange[]): string {
  const { runId, status, exitCode, dryRun, flows, debts, requests, durationMs } = summary;
  return JSON.stringify({
    runId,
    status,
    exitCode,
    dryRun,
    flows,
    debts,
    requests,
    durationMs,
    ...(plan === undefined ? {} : { plan }),
  });
}

function writeLines(stderr: Output, quiet: boolean): Display {
  function ignore(): void {
    // A log of lines has nothing to say here.
  }
  return {
    start: ignore,
    progress: ignore,
    finish(summary) {
      if (!quiet) {
        stderr.write(`${formatFlowLine(summary)}\n`);
      }
    },
    say(line) {
      stderr.write(`${line}\n`);
    },
    close: ignore,
  };
}

const BAR_WIDTH = 30;

function drawBars(stderr: NodeJS.WritableStream): Display {
  const bars = new Map<string, SingleBar>();
  let screen: MultiBar | undefined;

  function screenNow(): MultiBar {
    // Signals are handled by the program; without forceRedraw a notice would leave the bars below it undrawn.
    screen ??= new MultiBar({
      stream: stderr,
      format: formatBar,
      hideCursor: true,
      gracefulExit: false,
      forceRedraw: true,
    });
    return screen;
  }

  return {
    start(flow) {
      bars.set(flow, screenNow().create(0, 0, { flow }));
    },
    progress(flow, read, expected) {
      const bar = bars.get(flow);
      bar?.setTotal(expected ?? 0);
      bar?.update(read);
    },
    finish({ flow, read }) {
      const bar = bars.get(flow);
      bar?.setTotal(read);
      bar?.update(read);
    },
    say(line) {
      if (screen === undefined) {
        stderr.write(`${line}\n`);
        return;
      }
      screen.log(`${line}\n`);
      screen.update();
    },
    close() {
      screen?.stop();
      screen = undefined;
      bars.clear();
    },
  };
}

/** One bar; without a known total (0) only the number of records read. */
function formatBar(_: Options, { total, value, progress }: Params, payload: { flow: string }): string {
  const name = payload.flow.padEnd(24);
  if (total === 0) {
    return `${name} ${value} read`;
  }
  const done = Math.round(progress * BAR_WIDTH);
  return `${name} [${'='.repeat(done)}${' '.repeat(BAR_WIDTH - done)}] ${value}/${Math.max(total, value)}`;
}
