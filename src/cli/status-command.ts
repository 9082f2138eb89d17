/** `wcodoo status` */
import type { Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand, withConfig } from './define-command';

export function defineStatusCommand(
  program: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  withConfig(
    defineCommand(
      program,
      'status',
      'Shows on one screen how things stand: runs, lags, debts, limits, and what to do. Asks no server.',
      'wcodoo status --check --max-age 2h',
    ),
  )
    .option('--check', 'exit 1 when no sync has ended well lately')
    .option('--max-age <time>', 'what lately means with --check (default: 2h)')
    .option('--json', 'print it as JSON')
    .action(async (options: object) => {
      const { status } = await import('../commands/status.js');
      setExitCode(await status(options, io));
    });
}
