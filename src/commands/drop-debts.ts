/** `wcodoo debts drop`: gives debts up on purpose, with a trace in the audit. */
import { buildFlows, newRunId } from '../app';
import { auditFolder, openOwnState } from '../own-state';
import type { Config } from '../config/load';
import { EXIT } from '../core/errors';
import { formatKey } from '../core/keys';
import type { AuditRow, Debt, Link, State } from '../core/ports';
import { createAuditCsv } from '../reporters/audit-csv';
import { printable } from '../reporters/printable';
import type { CommandIo, ConfigOptions } from './command';
import { confirm } from './confirm';
import { chooseDebts, plainDebt } from './debts';
import { readConfig } from './read-config';
import { recordRun } from './record-run';

export interface DropOptions extends ConfigOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

const WHAT_FOLLOWS =
  'A dropped record comes back when it changes in its source, or in a `wcodoo sync --full` that still cannot apply it.';

/**
 * Drops the debts named. A record that Odoo has half done is left there as it
 * is and never touched again until it changes in the shop.
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
    const runId = newRunId(new Date());
    const lock = await state.lock(runId);
    try {
      const debts = await chooseDebts(state, config, records);
      const names = debts.map(({ key, businessKey }) => printable(`${formatKey(key)} (${businessKey})`));
      const question = `Give up ${names.join(', ')}? ${WHAT_FOLLOWS}`;
      if (!(await confirm(question, options.yes === true, io))) {
        io.stderr.write('nothing was dropped\n');
        return EXIT.incomplete;
      }
      await drop(state, config, runId, debts);
      io.stdout.write(
        options.json === true
          ? `${JSON.stringify({ runId, dropped: debts.map(plainDebt) }, null, 2)}\n`
          : `${names.map((name) => `dropped ${name}`).join('\n')}\n${WHAT_FOLLOWS}\n`,
      );
      return EXIT.ok;
    } finally {
      await lock.release();
    }
  } finally {
    state.close();
  }
}

async function drop(state: State, config: Config, runId: string, debts: readonly Debt[]): Promise<void> {
  const { store } = config.file;
  const csv = createAuditCsv({ folder: auditFolder(config), ...config.file.audit });
  const clock = { now: () => new Date() };
  try {
    await recordRun(state, { runId, store, command: 'debts drop', clock }, async () => {
      const rows = debts.map((debt) => rowOf(debt, config, runId, clock.now()));
      await state.commit({
        links: await leftLinks(state, config, debts),
        settledDebts: debts.map(({ key }) => key),
        audit: rows,
      });
      csv.handle({ type: 'run-started', runId, store, dryRun: false });
      csv.handle({ type: 'decided', rows });
      return { status: 'done', exitCode: EXIT.ok };
    });
  } finally {
    await csv.close();
  }
}

/** Links of records that are half done, at the step after which nobody looks at them again. */
async function leftLinks(state: State, config: Config, debts: readonly Debt[]): Promise<Link[]> {
  const flows = new Map(buildFlows(config).map((flow) => [flow.name, flow]));
  const links = await state.links.find(debts.map(({ key }) => key));
  return debts.flatMap((debt): Link[] => {
    const flow = flows.get(debt.flow);
    const link = links.get(formatKey(debt.key));
    const isHalfDone = link !== undefined && flow?.finalSteps?.includes(link.step ?? '') === false;
    return isHalfDone && flow.givenUpStep !== undefined ? [{ ...link, step: flow.givenUpStep }] : [];
  });
}

function rowOf(debt: Debt, config: Config, runId: string, now: Date): AuditRow {
  const direction = buildFlows(config).find(({ name }) => name === debt.flow)?.direction ?? 'wooToOdoo';
  return {
    runId,
    time: now.toISOString(),
    store: debt.key.store,
    flow: debt.flow,
    direction,
    action: 'skip',
    status: 'dropped',
    entity: debt.key.entity,
    wooId: debt.key.id,
    odooId: '',
    businessKey: debt.businessKey,
    changes: [],
    reason: 'dropped-by-person',
    message: `given up by a person; it was owed since ${debt.firstAt}: ${debt.reason}: ${debt.message}`,
    attempt: debt.attempts,
    durationMs: 0,
  };
}
