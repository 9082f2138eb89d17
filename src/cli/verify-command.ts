/** `wcodoo audit verify` */
import { InvalidArgumentError, type Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand, positiveInteger, withConfig } from './define-command';

/** Adds it to the group `audit`. */
export function defineVerifyCommand(
  audit: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  withConfig(
    defineCommand(
      audit,
      'verify',
      'Reads both sides and compares them, whatever the state believes. Exit 1 with differences.',
      'wcodoo audit verify --only orders,stock --sample 200',
    ),
  )
    .option('--only <names>', 'customers, products, orders, stock or links, separated by commas')
    .option('--sample <n>', 'compare so many records of each, drawn at random', positiveInteger)
    .option('--seed <n>', 'draw the same sample again', seed)
    .option('--since <date|ago>', 'compare what the shop modified since then (2026-01-31, 2h, 3d)')
    .option('--output <file>', 'where to write the list (default: verify-<time>.csv beside the audit)')
    .option('--json', 'print the result as JSON')
    .action(async (options: object) => {
      const { verify } = await import('../commands/verify.js');
      setExitCode(await verify(options, io));
    });
}

/** @throws InvalidArgumentError for anything but a whole number from 0 */
function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number.');
  }
  return value;
}
