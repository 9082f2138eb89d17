/** `wcodoo debts drop`: gives debts up on purpose, with a trace in the audit. */
import { buildFlows, newRunId } from '../app';
import { auditFolder, openOwnState } from '../own-state';
import type { Config } from '../config/load';
import { dropOf } from '../core/drop-debts';
import { plainDebt } from '../core/plain-debt';
import { EXIT } from '../core/errors';
import { formatKey } from '../core/keys';
import type { Debt, State } from '../core/ports';
import { createAuditCsv } from '../reporters/audit-csv';
import { printable } from '../reporters/printable';
import type { CommandIo, ConfigOptions } from './command';
import { confirm } from './confirm';
import { chooseDebts } from './debts';
import { readConfig } from './read-config';
import { recordRun } from './record-run';

export interface DropOptions extends ConfigOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

const WHAT_FOLLOWS =
  'A dropped record comes back when it changes in its source. One that Odoo does not have comes back in a ' +
  '`wcodoo sync --full` too; one that is half done there is left as it is.';

/**
 * Drops the debts named.
 * @returns the exit code: 1 when the person said no
 * @throws LockHeldError while a run is under way: it owns the debts
 */
export async function dropDebts(
  records: readonly string[],
  options: DropOptions,
  io: CommandIo,
): Promise<number> {
  const config = readConfig(options, io);
  const state = await openOwnState(config);
  try {
    const chosen = await chooseDebts(state, config, records);
    const question = `Give up ${chosen.map(nameOf).join(', ')}? ${WHAT_FOLLOWS}`;
    if (!(await confirm(question, options.yes === true, io))) {
      io.stderr.write('nothing was dropped\n');
      return EXIT.incomplete;
    }
    const { runId, dropped } = await dropUnderLock(state, config, chosen);
    const isDropped = new Set(dropped.map(({ key }) => formatKey(key)));
    for (const debt of chosen.filter(({ key }) => !isDropped.has(formatKey(key)))) {
      io.stderr.write(`${nameOf(debt)} is owed no more: a run has applied it\n`);
    }
    io.stdout.write(
      options.json === true
        ? `${JSON.stringify({ runId, dropped: dropped.map(plainDebt) }, null, 2)}\n`
        : [...dropped.map((debt) => `dropped ${nameOf(debt)}`), WHAT_FOLLOWS, ''].join('\n'),
    );
    return EXIT.ok;
  } finally {
    state.close();
  }
}

function nameOf({ key, businessKey }: Debt): string {
  return printable(`${formatKey(key)} (${businessKey})`);
}

/** The lock is not held while a person thinks, so the debts are looked at once more. */
async function dropUnderLock(
  state: State,
  config: Config,
  chosen: readonly Debt[],
): Promise<{ readonly runId: string; readonly dropped: readonly Debt[] }> {
  const runId = newRunId(new Date());
  const lock = await state.lock(runId);
  try {
    const dropped = [...(await state.debts.find(chosen.map(({ key }) => key))).values()];
    await drop(state, config, runId, dropped);
    return { runId, dropped };
  } finally {
    await lock.release();
  }
}

async function drop(state: State, config: Config, runId: string, debts: readonly Debt[]): Promise<void> {
  const { store } = config.file;
  const csv = createAuditCsv({ folder: auditFolder(config), ...config.file.audit });
  const clock = { now: () => new Date() };
  try {
    await recordRun(state, { runId, store, command: 'debts drop', clock }, async () => {
      const links = await state.links.find(debts.map(({ key }) => key));
      const unit = dropOf({ debts, links, flows: buildFlows(config), runId, now: clock.now() });
      await state.commit(unit);
      csv.handle({ type: 'run-started', runId, store, dryRun: false });
      csv.handle({ type: 'decided', rows: unit.audit });
      return { status: 'done', exitCode: EXIT.ok };
    });
  } finally {
    await csv.close();
  }
}
