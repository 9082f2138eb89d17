/** `wcodoo alerts …` */
import type { Command } from 'commander';
import type { CommandIo, ConfigOptions } from '../commands/command';
import { defineCommand, withConfig } from './define-command';

export function defineAlertsCommands(
  program: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  const alerts = defineCommand(
    program,
    'alerts',
    'Messages about runs: by e-mail, and to Slack, Teams or Mattermost.',
    'wcodoo alerts test',
  );
  withConfig(
    defineCommand(
      alerts,
      'test',
      'Sends a test message every way that is set up, and says what became of each.',
      'wcodoo alerts test',
    ),
  )
    .option('--json', 'print the result as JSON')
    .action(async (options: ConfigOptions & { json?: boolean }) => {
      const { testAlerts } = await import('../commands/alerts.js');
      setExitCode(await testAlerts(options, io));
    });
}
