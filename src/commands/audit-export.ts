/** `wcodoo audit export`: decisions as CSV or JSON lines. */
import type { Config } from '../config/load';
import { EXIT, StoppedError } from '../core/errors';
import type { AuditFilter, AuditRow } from '../core/ports';
import { openOwnState } from '../own-state';
import { auditHead, auditLine, type AuditLineOptions } from '../reporters/audit-cells';
import { auditObject } from '../reporters/audit-object';
import { maskPersonalData } from '../reporters/mask-personal-data';
import { chooseAuditFlow } from './choose-flows';
import type { CommandIo, ConfigOptions } from './command';
import { findRun, timeOf } from './find-run';
import { writePrivateFile } from './private-file';
import { readConfig } from './read-config';
import { writeTexts } from './write-texts';

export interface AuditExportOptions extends ConfigOptions {
  readonly format: 'csv' | 'jsonl';
  readonly since?: string;
  readonly until?: string;
  readonly run?: string;
  readonly flow?: string;
  readonly status?: string;
  readonly delimiter?: ',' | ';' | 'tab';
  readonly bom?: boolean;
  readonly decimalComma?: boolean;
  readonly guard: boolean;
  readonly output?: string;
}

/** Writes row by row as they are read: the memory it takes does not grow with them. */
export async function exportAudit(options: AuditExportOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options, io);
  const flow = chooseAuditFlow(options.flow, config);
  const now = new Date();
  const range = {
    since: timeOf('--since', options.since, now),
    until: timeOf('--until', options.until, now),
  };
  const state = await openOwnState(config);
  try {
    const filter: AuditFilter = {
      store: config.file.store,
      ...range,
      runId: options.run === undefined ? undefined : (await findRun(state, config, options.run)).runId,
      flow,
      status: options.status,
    };
    let count = 0;
    const rows = (async function* (): AsyncGenerator<AuditRow> {
      for await (const row of state.audit.rows(filter)) {
        if (io.signal.aborted) {
          throw new StoppedError('The export was stopped before its end.');
        }
        count += 1;
        yield row;
      }
    })();
    const texts = textsOf(rows, options, config);
    if (options.output === undefined) {
      await writeTexts(io.stdout, texts);
      return EXIT.ok;
    }
    await writePrivateFile(options.output, texts);
    io.stdout.write(`${options.output}: ${count} ${count === 1 ? 'decision' : 'decisions'}\n`);
    return EXIT.ok;
  } finally {
    state.close();
  }
}

async function* textsOf(
  rows: AsyncIterable<AuditRow>,
  options: AuditExportOptions,
  config: Config,
): AsyncGenerator<string> {
  const line = lineOptionsOf(options, config);
  if (options.format === 'jsonl') {
    for await (const row of rows) {
      yield `${JSON.stringify(auditObject(line.maskPersonalData ? maskPersonalData(row) : row))}\n`;
    }
    return;
  }
  yield auditHead(line);
  for await (const row of rows) {
    yield auditLine(row, line);
  }
}

/** What is not said on the command line is as in the file of a run. */
function lineOptionsOf(options: AuditExportOptions, { file: { audit } }: Config): AuditLineOptions {
  const decimalComma = options.decimalComma === true;
  // Two meanings of one comma are more than a person reads at a glance, and a French Excel expects this.
  const usual = decimalComma && audit.delimiter === ',' ? ';' : audit.delimiter;
  return {
    delimiter: options.delimiter === 'tab' ? '\t' : (options.delimiter ?? usual),
    bom: options.bom ?? audit.bom,
    maskPersonalData: audit.maskPersonalData,
    guard: options.guard,
    decimalComma,
  };
}
