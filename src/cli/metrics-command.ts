/** `wcodoo metrics-push` */
import type { Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand, withConfig } from './define-command';

export function defineMetricsCommand(
  program: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  withConfig(
    defineCommand(
      program,
      'metrics-push',
      'Publishes the metrics as each sync does: to the Pushgateway of PUSHGATEWAY_URL, or to a file.',
      'wcodoo metrics-push --textfile /var/lib/prometheus/node-exporter/wcodoo.prom',
    ),
  )
    .option('--textfile <path>', 'write them to a file for node_exporter, and push nothing')
    .option('--print', 'print them, and push nothing')
    .option('--json', 'say where they went as JSON; with --print, print them as JSON')
    .action(async (options: object) => {
      const { pushMetricsOnce } = await import('../commands/metrics-push.js');
      setExitCode(await pushMetricsOnce(options, io));
    });
}
