/** `wcodoo purge` */
import type { Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand, withConfig } from './define-command';

export function definePurgeCommand(
  program: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  withConfig(
    defineCommand(
      program,
      'purge',
      'Forgets what is no longer needed, and frees its space. Without a selection it says what there is.',
      'wcodoo purge --audit-older-than 90d --runs --dry-run',
    ),
  )
    .option('--audit-older-than <time>', 'audit rows and files of runs that ended longer ago (90d, 12h)')
    .option('--runs', 'records of runs that are older than that (default: 90d) and have no audit any more')
    .option('--links-orphaned', 'links whose record neither side has any more; asks both')
    .option('--debts', 'gives up the debts in quarantine, as `debts drop` does')
    .option('--store <id>', 'everything of a store that is not configured any more')
    .option('--all', 'the whole state and every audit file, as if they had been lost')
    .option('--dry-run', 'only say what would be removed')
    .option('--yes', 'do not ask')
    .option('--json', 'print the result as JSON')
    .action(async (options: object) => {
      const { purge } = await import('../commands/purge.js');
      setExitCode(await purge(options, io));
    });
}
