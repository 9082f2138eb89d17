/** `wcodoo audit …` */
import type { Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand } from './define-command';
import { defineExplainCommand } from './explain-command';

export function defineAuditCommands(
  program: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  const audit = defineCommand(
    program,
    'audit',
    'Shows what was decided, and why.',
    'wcodoo audit explain order 1234',
  );
  defineExplainCommand(audit, io, setExitCode);
}
