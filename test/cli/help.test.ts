import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { buildProgram, run } from '../../src/cli';
import { ioForTests } from '../commands/io-for-tests';

const [, operations = ''] =
  /\n## Commands\n([^]*?)\n## /.exec(readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8')) ?? [];

const program = buildProgram(ioForTests().io, () => undefined);

/** The path of each command, groups and the program itself among them. */
function pathsOf(command: Command, path: readonly string[] = []): string[] {
  const own = [...path, command.name()];
  return [own.join(' '), ...command.commands.flatMap((child) => pathsOf(child, own))];
}

async function helpOf(path: string): Promise<string> {
  const { io, stdout } = ioForTests();
  expect(await run(['node', ...path.split(' '), '--help'], io)).toBe(0);
  return stdout();
}

/** The deepest command that the words name. */
function commandOf(words: readonly string[]): Command {
  return words.reduce(
    (command, word) => command.commands.find((child) => child.name() === word) ?? command,
    program,
  );
}

test('there are commands to look at', () => {
  expect(pathsOf(program)).toEqual(expect.arrayContaining(['wcodoo', 'wcodoo sync', 'wcodoo debts drop']));
});

test.each(pathsOf(program).filter((path) => commandOf(path.split(' ')).commands.length === 0))(
  '%s is in the table of all commands in docs/operations.md',
  (path) => {
    const [, group = '', name = group] = path.split(' ');
    const rows = operations
      .split('\n')
      .filter((line) => line.startsWith(`| \`${group}`) || line.includes(`\`${group}\``));
    expect(
      rows.filter((row) => row.includes(`\`${name}\``) || row.includes(`\`${group} ${name}\``)),
    ).not.toEqual([]);
  },
);

test.each(pathsOf(program))(
  'the help of %s ends with an example that is this command, with flags it has',
  async (path) => {
    const help = await helpOf(path);
    const [, example = ''] = /\nExample:\n {2}\$ (.+)\n*$/.exec(help) ?? [];
    expect(`${example} `.startsWith(`${path} `)).toBe(true);
    for (const line of example.split(' && ')) {
      const [name, ...words] = line.split(' ');
      expect(name).toBe('wcodoo');
      const known = commandOf(words).options.map(({ long }) => long);
      const said = words.filter((word) => word.startsWith('--'));
      expect(known).toEqual(expect.arrayContaining(said));
    }
  },
);
