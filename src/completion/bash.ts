/** Completion for bash; needs neither the package bash-completion nor the program itself while completing. */
import { listCommands, type CommandNode, type Value } from './command-tree';

/** The script; `names` are those the program is called by. */
export function bashScript(tree: CommandNode, names: readonly string[]): string {
  const commands = listCommands(tree);
  return `# Completion of wcodoo for bash, printed by \`wcodoo completion bash\`.
_wcodoo_children() {
  case "$1" in
${cases(commands, ({ path, children }) => [quote(path), words(children.map(({ name }) => name))])}
  esac
}
_wcodoo_flags() {
  case "$1" in
${cases(commands, ({ path, flags }) => [quote(path), words(flags.flatMap((flag) => flag.names))])}
  esac
}
# What a flag or the argument of a command takes: @file, @any, words, or nothing.
_wcodoo_values() {
  case "$1" in
${commands
  .flatMap(({ path, flags, argument }) => [
    ...flags.flatMap(({ names: flagNames, value }) =>
      value === undefined
        ? []
        : [`    ${flagNames.map((name) => quote(`${path} ${name}`)).join('|')}) echo ${valueText(value)} ;;`],
    ),
    ...(argument === undefined ? [] : [`    ${quote(`${path} `)}) echo ${valueText(argument)} ;;`]),
  ])
  .join('\n')}
  esac
}
_wcodoo() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' awaiting='' word found i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ $word == '=' ]]; then
      continue
    elif [[ -n $awaiting ]]; then
      awaiting=''
    elif [[ $word == -* ]]; then
      [[ -n $(_wcodoo_values "$path $word") ]] && awaiting="$word"
    elif [[ " $(_wcodoo_children "$path") " == *" $word "* ]]; then
      path="\${path:+$path }$word"
    fi
  done
  [[ $current == '=' ]] && current=''
  if [[ -n $awaiting ]]; then
    found=$(_wcodoo_values "$path $awaiting")
  elif [[ $current == -* ]]; then
    found=$(_wcodoo_flags "$path")
  else
    found="$(_wcodoo_children "$path") $(_wcodoo_values "$path ")"
  fi
  found="\${found//@any/}"
  if [[ $found == *@file* ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$found" -- "$current")
  fi
}
complete -F _wcodoo ${names.join(' ')}
`;
}

/** A line for each command that has something to tell. */
function cases(
  commands: readonly CommandNode[],
  lineOf: (command: CommandNode) => readonly [string, string],
): string {
  return commands
    .map(lineOf)
    .flatMap(([pattern, text]) => (text === quote('') ? [] : [`    ${pattern}) echo ${text} ;;`]))
    .join('\n');
}

function valueText(value: Value): string {
  return value.kind === 'words' ? words(value.words) : `@${value.kind}`;
}

function words(list: readonly string[]): string {
  return quote(list.join(' '));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
