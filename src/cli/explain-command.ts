/** `wcodoo audit explain` */
import type { Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand, withConfig } from './define-command';

/** Adds it to the group `audit`. */
export function defineExplainCommand(
  audit: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  withConfig(
    defineCommand(
      audit,
      'explain <record...>',
      'Tells the whole history of one record on both sides, and what a sync would do with it now: `order 1234`, `sku ABC`, `customer x@y`, or a key.',
      'wcodoo audit explain order 1234',
    ),
  )
    .option('--offline', 'ask neither side: what the state knows alone')
    .option('--all', 'every decision, not only the last ones')
    .option('--json', 'print it as JSON')
    .action(async (words: string[], options: object) => {
      const { explainRecord } = await import('../commands/explain.js');
      setExitCode(await explainRecord(words, options, io));
    });
}
