/** `wcodoo init` */
import type { Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand } from './define-command';

const NOTES = `On a terminal it asks, looks at both sides meanwhile, and lists what there is to choose from. With
--yes it asks nothing: variables come from the environment and the file, settings from --set and the
defaults. Without a terminal and without --yes it writes files to fill in and looks at nothing.
By a script:
  WOO_URL=https://shop.example WOO_CONSUMER_KEY=… ODOO_API_KEY=… wcodoo init --yes \\
    --set orders.from=2026-01-31 --set stock.warehouse=WH`;

export function defineInitCommand(
  program: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  defineCommand(
    program,
    'init',
    'Writes a first .env and config/wcodoo.yaml, checking the answers while they are given.',
    'wcodoo init',
    NOTES,
  )
    .option('--config <file>', 'configuration file to write (default: config/wcodoo.yaml)')
    .option('--env-file <file>', 'file of environment variables to write (default: .env)')
    .option('--force', 'write over files that exist without asking')
    .option('--yes', 'ask nothing: take the environment and the defaults')
    .option(
      '--set <setting=value>',
      'a setting, for example orders.from=2026-01-31; may be repeated',
      collect,
    )
    .option('--dry-run', 'end with a dry run of a first sync, without asking for it')
    .option('--no-dry-run', 'end without one')
    .action(async (options: object) => {
      const { init } = await import('../commands/init.js');
      setExitCode(await init(options, io));
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
