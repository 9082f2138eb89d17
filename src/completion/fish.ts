/** Completion for fish, with descriptions. */
import { listCommands, type CommandNode, type Flag } from './command-tree';

/** The script; `names` are those the program is called by. */
export function fishScript(tree: CommandNode, names: readonly string[]): string {
  const commands = listCommands(tree);
  const rules = commands.flatMap((command) => [
    ...command.children.map(({ name, description }) => ({
      at: command.path,
      rest: `-a ${quote(name)} -d ${quote(description)}`,
    })),
    ...command.flags.map((flag) => ({ at: command.path, rest: flagRule(flag) })),
    ...argumentRules(command).map((rest) => ({ at: command.path, rest })),
  ]);
  return `# Completion of wcodoo for fish, printed by \`wcodoo completion fish\`.
# Whether the words typed so far lead to the command named; values of flags are no commands.
function __wcodoo_at
    set -l path
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            contains -- "$path $word" ${commands.flatMap(valueFlags).map(quote).join(' ')}
            and set skip 1
        else if contains -- (string trim "$path $word") ${commands.map(({ path }) => quote(path)).join(' ')}
            set path (string trim "$path $word")
        end
    end
    test "$path" = "$argv[1]"
end
${names
  .flatMap((name) => [
    `complete -c ${name} -f`,
    ...rules.map(({ at, rest }) => `complete -c ${name} -n ${quote(`__wcodoo_at ${quote(at)}`)} ${rest}`),
  ])
  .join('\n')}
`;
}

/** Flags whose next word is their value, each behind the path of its command. */
function valueFlags({ path, flags }: CommandNode): string[] {
  return flags.flatMap((flag) =>
    flag.value === undefined ? [] : flag.names.map((name) => `${path} ${name}`),
  );
}

function flagRule({ names, description, value }: Flag): string {
  const forms = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return [...forms, ...valueRule(value), `-d ${quote(description)}`].join(' ');
}

function valueRule(value: Flag['value']): string[] {
  switch (value?.kind) {
    case undefined:
      return [];
    case 'words':
      return [`-x -a ${quote(value.words.join(' '))}`];
    case 'file':
      return ['-r -F'];
    case 'any':
      return ['-x'];
  }
}

function argumentRules({ argument }: CommandNode): string[] {
  switch (argument?.kind) {
    case undefined:
    case 'any':
      return [];
    case 'words':
      return [`-a ${quote(argument.words.join(' '))}`];
    case 'file':
      return ['-F'];
  }
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
