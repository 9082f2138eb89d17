/** `wcodoo audit …` */
import type { Command } from 'commander';
import { defineCommand } from './define-command';

export function defineAuditCommands(program: Command): void {
  defineCommand(program, 'audit', 'Shows what was decided, and why.', 'wcodoo audit explain order 1234');
}
