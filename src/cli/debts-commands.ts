/** `wcodoo debts …` */
import type { Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand, withConfig } from './define-command';

export function defineDebtsCommands(
  program: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  const debts = defineCommand(
    program,
    'debts',
    'Records that are owed: seen, and not applied yet.',
    'wcodoo debts list --quarantine',
  );
  withConfig(
    defineCommand(debts, 'list', 'Lists them, with the reason of each.', 'wcodoo debts list --flow orders'),
  )
    .option('--flow <name>', 'only those of a flow')
    .option('--quarantine', 'only those that need a person')
    .option('--json', 'print them as JSON')
    .action(async (options: object) => {
      const { listDebts } = await import('../commands/debts.js');
      setExitCode(await listDebts(options, io));
    });
  withConfig(
    defineCommand(
      debts,
      'show <record>',
      'Shows one, by key or by order number, SKU or e-mail.',
      'wcodoo debts show 1234',
    ),
  )
    .option('--json', 'print it as JSON')
    .action(async (record: string, options: object) => {
      const { showDebt } = await import('../commands/debts.js');
      setExitCode(await showDebt(record, options, io));
    });
  withConfig(
    defineCommand(
      debts,
      'retry [record...]',
      'Makes debts due, so that the next sync tries them again.',
      'wcodoo debts retry --all && wcodoo sync',
    ),
  )
    .option('--all', 'all of them')
    .option('--json', 'print them as JSON')
    .action(async (records: string[], options: object) => {
      const { retryDebts } = await import('../commands/debts.js');
      setExitCode(await retryDebts(records, options, io));
    });
  withConfig(
    defineCommand(
      debts,
      'drop <record...>',
      'Gives debts up on purpose; the audit keeps a row of each.',
      'wcodoo debts drop 1234 --yes',
    ),
  )
    .option('--yes', 'do not ask')
    .option('--json', 'print what was dropped as JSON')
    .action(async (records: string[], options: object) => {
      const { dropDebts } = await import('../commands/drop-debts.js');
      setExitCode(await dropDebts(records, options, io));
    });
}
