/** `wcodoo completion <shell>`: a script that completes what is typed in a shell. */
import type { Command } from 'commander';
import { bashScript } from '../completion/bash';
import { readCommandTree } from '../completion/command-tree';
import { fishScript } from '../completion/fish';
import { zshScript } from '../completion/zsh';
import { EXIT } from '../core/errors';
import { entities } from '../entities';
import type { CommandIo } from './command';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
/** Shells look up a path by its last part, so that `bin/wcodoo.js` is completed too. */
const PROGRAM_NAMES = ['wcodoo', 'wcodoo.js'];

/** The shells a script can be printed for. */
export type Shell = keyof typeof SCRIPTS;

/** Prints the script for the commands of `program`; returns 0. */
export function completion(shell: Shell, program: Command, io: CommandIo): number {
  // Each entity has one flow, of its own name.
  const flow = entities.map(({ name }) => name);
  io.stdout.write(SCRIPTS[shell](readCommandTree(program, { flow }), PROGRAM_NAMES));
  return EXIT.ok;
}
