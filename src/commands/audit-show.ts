/** `wcodoo audit show`: one run and its decisions. */
import { existsSync } from 'node:fs';
import type { Config } from '../config/load';
import { EXIT } from '../core/errors';
import { parseKey } from '../core/keys';
import type { AuditCount, AuditFilter, AuditRow, ReasonCount, RunRecord, State } from '../core/ports';
import { auditFolder, openOwnState } from '../own-state';
import { auditCsvPath } from '../reporters/audit-csv';
import { auditObject } from '../reporters/audit-object';
import { formatCounts, formatDecisions, formatRun } from '../reporters/format-audit';
import { chooseAuditFlow } from './choose-flows';
import type { CommandIo, ConfigOptions } from './command';
import { findRun } from './find-run';
import { readConfig } from './read-config';
import { writeTexts } from './write-texts';

export interface AuditShowOptions extends ConfigOptions {
  readonly flow?: string;
  readonly action?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly record?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Decisions shown without `--all`. */
const SHOWN = 50;
/** Lines of a table whose columns are made to fit each other. */
const TABLE_ROWS = 500;

/** What is shown of a run, its rows apart: they may be more than the memory holds. */
interface ShownRun {
  readonly run: RunRecord;
  /** Counted from the rows that the state has, not taken from the summary. */
  readonly counts: readonly AuditCount[];
  readonly reasons: readonly ReasonCount[];
  readonly rows: AsyncIterable<AuditRow>;
  readonly total: number;
  readonly limit: number;
}

export async function showRun(name: string, options: AuditShowOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options, io);
  chooseAuditFlow(options.flow, config);
  const state = await openOwnState(config);
  try {
    const shown = await readRun(state, await findRun(state, config, name), options);
    const texts = options.json === true ? jsonOf(shown) : textOf(shown, config, isNarrowed(options));
    await writeTexts(io.stdout, texts);
    return EXIT.ok;
  } finally {
    state.close();
  }
}

async function readRun(state: State, run: RunRecord, options: AuditShowOptions): Promise<ShownRun> {
  const filter: AuditFilter = {
    store: run.store,
    runId: run.runId,
    flow: options.flow,
    action: options.action,
    status: options.status,
    reason: options.reason,
    ...recordFilter(options.record),
  };
  const counts = await state.audit.countDecisions(filter);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return {
    run,
    counts,
    reasons: await state.audit.countReasons(filter),
    rows: state.audit.rows(filter),
    total,
    limit: options.all === true ? total : Math.min(total, SHOWN),
  };
}

/** A record is also named as `wcodoo debts list` names it. */
function recordFilter(record: string | undefined): Partial<AuditFilter> {
  const key = record === undefined ? undefined : parseKey(record);
  return key === undefined ? { record } : { entity: key.entity, wooId: key.id };
}

function isNarrowed({ flow, action, status, reason, record }: AuditShowOptions): boolean {
  return [flow, action, status, reason, record].some((value) => value !== undefined);
}

async function* textOf(shown: ShownRun, config: Config, narrowed: boolean): AsyncGenerator<string> {
  const { run, counts, reasons, total, limit } = shown;
  const path = auditCsvPath(auditFolder(config), run.runId);
  const head = formatRun(run, existsSync(path) ? path : undefined);
  yield lines([
    ...head,
    '',
    ...formatCounts(counts, reasons),
    ...(narrowed ? [] : describeGap(run, total)),
    '',
  ]);
  for await (const rows of inTables(shown)) {
    yield lines(formatDecisions(rows));
  }
  if (limit < total) {
    yield lines([
      '',
      `${limit} of ${total} decisions; \`--all\` shows them all, \`wcodoo audit export\` writes them.`,
    ]);
  }
}

/** The rows of a summary and those of the state are the same, unless some were purged since. */
function describeGap({ summary }: RunRecord, total: number): string[] {
  if (summary === null) {
    return [];
  }
  const told = summary.flows.flatMap(({ decisions }) => decisions).reduce((sum, { count }) => sum + count, 0);
  return told === total ? [] : ['', `The run made ${told} decisions; the state has ${total} of them.`];
}

async function* inTables({ rows, limit }: ShownRun): AsyncGenerator<AuditRow[]> {
  let table: AuditRow[] = [];
  for await (const row of firstOf(rows, limit)) {
    table.push(row);
    if (table.length === TABLE_ROWS) {
      yield table;
      table = [];
    }
  }
  if (table.length > 0) {
    yield table;
  }
}

async function* jsonOf({ run, counts, reasons, rows, total, limit }: ShownRun): AsyncGenerator<string> {
  const head = JSON.stringify({ run, decisions: counts, reasons, total }, null, 2);
  yield `${head.slice(0, -2)},\n  "rows": [`;
  let isFirst = true;
  for await (const row of firstOf(rows, limit)) {
    yield `${isFirst ? '' : ','}\n    ${JSON.stringify(auditObject(row))}`;
    isFirst = false;
  }
  yield isFirst ? ']\n}\n' : '\n  ]\n}\n';
}

async function* firstOf(rows: AsyncIterable<AuditRow>, limit: number): AsyncGenerator<AuditRow> {
  if (limit === 0) {
    return;
  }
  let count = 0;
  for await (const row of rows) {
    yield row;
    count += 1;
    if (count === limit) {
      return;
    }
  }
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}
