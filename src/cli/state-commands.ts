/** `wcodoo state …` */
import type { Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand, positiveInteger, withConfig } from './define-command';

export function defineStateCommands(
  program: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  const state = defineCommand(
    program,
    'state',
    'The memory between runs: back it up, check it, build it anew.',
    'wcodoo state backup',
  );
  withConfig(
    defineCommand(
      state,
      'backup [file]',
      'Copies the state, also while a run is under way (default: the folder backup of WCODOO_HOME).',
      'wcodoo state backup --keep 14',
    ),
  )
    .option('--keep <n>', 'remove all but the newest n backups of that folder', positiveInteger)
    .option('--json', 'print the result as JSON')
    .action(async (file: string | undefined, options: object) => {
      const { backUp } = await import('../commands/state.js');
      setExitCode(await backUp(file, options, io));
    });
  withConfig(
    defineCommand(state, 'check', 'Reads the whole file and says whether it is sound.', 'wcodoo state check'),
  )
    .option('--json', 'print the result as JSON')
    .action(async (options: object) => {
      const { checkOwnState } = await import('../commands/state.js');
      setExitCode(await checkOwnState(options, io));
    });
  withConfig(
    defineCommand(
      state,
      'rebuild',
      'Takes the links back from the external ids in Odoo, when the state was lost or is damaged.',
      'wcodoo state rebuild --dry-run',
    ),
  )
    .option('--dry-run', 'only count what would be added')
    .option('--json', 'print the result as JSON')
    .action(async (options: object) => {
      const { rebuildState } = await import('../commands/rebuild-state.js');
      setExitCode(await rebuildState(options, io));
    });
  withConfig(
    defineCommand(
      state,
      'restore [file]',
      'Puts a backup in the place of the state, which is set aside (default: the newest in the folder backup).',
      'wcodoo state restore ~/.wcodoo/backup/state-20260131T033000Z.db',
    ),
  )
    .option('--yes', 'do not ask, although the state is sound')
    .option('--json', 'print the result as JSON')
    .action(async (file: string | undefined, options: object) => {
      const { restore } = await import('../commands/state.js');
      setExitCode(await restore(file, options, io));
    });
}
