/** `wcodoo completion …` */
import { Argument, type Command } from 'commander';
import type { CommandIo } from '../commands/command';
import { defineCommand } from './define-command';

const INSTALL = `To have it in every new shell:
  bash  echo 'source <(wcodoo completion bash)' >> ~/.bashrc
  zsh   echo 'source <(wcodoo completion zsh)' >> ~/.zshrc    (below the line with compinit)
  fish  wcodoo completion fish > ~/.config/fish/completions/wcodoo.fish`;

export function defineCompletionCommand(
  program: Command,
  io: CommandIo,
  setExitCode: (code: number) => void,
): void {
  defineCommand(
    program,
    'completion',
    'Prints a script that completes commands, flags and flows in a shell.',
    'wcodoo completion bash',
    INSTALL,
  )
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completion } = await import('../commands/completion.js');
      setExitCode(completion(shell, program, io));
    });
}
