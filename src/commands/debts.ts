/** `wcodoo debts`: what is owed, and making it due. */
import { openOwnState } from '../own-state';
import { UsageError } from '../core/errors';
import { formatKey } from '../core/keys';
import { plainDebt } from '../core/plain-debt';
import { isNamed } from '../core/record-names';
import type { Debt, State } from '../core/ports';
import type { Config } from '../config/load';
import { formatTable } from '../reporters/format-table';
import { printable } from '../reporters/printable';
import { chooseFlow } from './choose-flows';
import type { CommandIo, ConfigOptions } from './command';
import { readConfig } from './read-config';

export interface DebtOptions extends ConfigOptions {
  readonly flow?: string;
  readonly quarantine?: boolean;
  readonly json?: boolean;
  readonly all?: boolean;
}

export async function listDebts(options: DebtOptions, io: CommandIo): Promise<number> {
  const debts = await readDebts(options, io, (state, store, flow) =>
    state.debts.list(store, {
      ...(flow === undefined ? {} : { flow }),
      ...(options.quarantine === true ? { state: 'quarantine' as const } : {}),
    }),
  );
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify(debts.map(plainDebt), null, 2)}\n`);
    return 0;
  }
  if (debts.length === 0) {
    const isFiltered = options.flow !== undefined || options.quarantine === true;
    io.stdout.write(isFiltered ? 'no debt is like that\n' : 'nothing is owed\n');
    return 0;
  }
  const rows = debts.map((debt) =>
    [
      formatKey(debt.key),
      debt.businessKey,
      debt.state,
      debt.reason,
      String(debt.attempts),
      debt.nextAt.slice(0, 16).replace('T', ' '),
      debt.message,
    ].map(printable),
  );
  const table = formatTable(
    ['record', 'number', 'state', 'reason', 'attempts', 'next try (UTC)', 'message'],
    rows,
    'text',
  );
  io.stdout.write(
    [...table, '', '`wcodoo debts retry <record>` makes one due, `--all` all of them.', ''].join('\n'),
  );
  return 0;
}

export async function showDebt(record: string, options: DebtOptions, io: CommandIo): Promise<number> {
  const debts = await readDebts(options, io, (state, store) => state.debts.list(store));
  const found = debts.filter((debt) => isNamed(debt, record));
  if (found.length === 0) {
    throw new UsageError([`no debt is known as ${record}`], { hint: '`wcodoo debts list` shows them all' });
  }
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify(found.map(plainDebt), null, 2)}\n`);
    return 0;
  }
  for (const debt of found) {
    const lines: [string, string][] = [
      ['record', formatKey(debt.key)],
      ['number', debt.businessKey],
      ['flow', debt.flow],
      ['state', debt.state],
      ['reason', debt.reason],
      ['message', debt.message],
      ['attempts', String(debt.attempts)],
      ['first seen', debt.firstAt],
      ['next try', debt.nextAt],
      ...(debt.waitingFor === null ? [] : [['waits for', debt.waitingFor] as [string, string]]),
      ...(debt.origin === null ? [] : [['comes from', formatKey(debt.origin)] as [string, string]]),
    ];
    io.stdout.write(
      `${lines.map(([name, value]) => `${`${name}:`.padEnd(12)}${printable(value)}`).join('\n')}\n\n`,
    );
  }
  return 0;
}

export async function retryDebts(
  records: readonly string[],
  options: DebtOptions,
  io: CommandIo,
): Promise<number> {
  if (records.length === 0 && options.all !== true) {
    throw new UsageError(['name the records to retry, or say --all']);
  }
  const config = readConfig(options, io);
  const state = await openOwnState(config);
  try {
    const debts =
      options.all === true
        ? await state.debts.list(config.file.store)
        : await chooseDebts(state, config, records);
    // Without the lock: a run under way that tries one of them writes over it, and then it was tried.
    const count = await state.debts.release(
      debts.map(({ key }) => key),
      new Date().toISOString(),
    );
    io.stdout.write(
      options.json === true
        ? `${JSON.stringify({ released: debts.map(plainDebt) }, null, 2)}\n`
        : `${count} due now; the next \`wcodoo sync\` tries ${count === 1 ? 'it' : 'them'}\n`,
    );
    return 0;
  } finally {
    state.close();
  }
}

/**
 * The debts that go by these names: key, order number, SKU or e-mail address.
 * @throws UsageError for a name that none has
 */
export async function chooseDebts(
  state: State,
  config: Config,
  records: readonly string[],
): Promise<readonly Debt[]> {
  const debts = await state.debts.list(config.file.store);
  const unknown = records.filter((record) => !debts.some((debt) => isNamed(debt, record)));
  if (unknown.length > 0) {
    throw new UsageError(
      unknown.map((record) => `no debt is known as ${record}`),
      { hint: '`wcodoo debts list` shows them all' },
    );
  }
  return debts.filter((debt) => records.some((record) => isNamed(debt, record)));
}

async function readDebts(
  options: DebtOptions,
  io: CommandIo,
  read: (
    state: Awaited<ReturnType<typeof openOwnState>>,
    store: string,
    flow: string | undefined,
  ) => Promise<Debt[]>,
): Promise<Debt[]> {
  const config = readConfig(options, io);
  const flow = chooseFlow(options.flow, config);
  const state = await openOwnState(config);
  try {
    return await read(state, config.file.store, flow);
  } finally {
    state.close();
  }
}
