/** Completion for zsh, with descriptions; sourced after `compinit`, or a file `_wcodoo` on `$fpath`. */
import { listCommands, type CommandNode, type Value } from './command-tree';

/** The script; `names` are those the program is called by. */
export function zshScript(tree: CommandNode, names: readonly string[]): string {
  const commands = listCommands(tree);
  return `#compdef ${names.join(' ')}
# Completion of wcodoo for zsh, printed by \`wcodoo completion zsh\`.
_wcodoo_children() {
  case "$1" in
${commands
  .flatMap(({ path, children }) =>
    children.length === 0
      ? []
      : [
          `    ${quote(path)}) reply=(${children.map(({ name, description }) => item(name, description)).join(' ')}) ;;`,
        ],
  )
  .join('\n')}
    *) reply=() ;;
  esac
}
_wcodoo_flags() {
  case "$1" in
${commands
  .map(
    ({ path, flags }) =>
      `    ${quote(path)}) reply=(${flags
        .flatMap((flag) => flag.names.map((name) => item(name, flag.description)))
        .join(' ')}) ;;`,
  )
  .join('\n')}
    *) reply=() ;;
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
        : [
            `    ${flagNames.map((name) => quote(`${path} ${name}`)).join('|')}) reply=(${valueWords(value)}) ;;`,
          ],
    ),
    ...(argument === undefined ? [] : [`    ${quote(`${path} `)}) reply=(${valueWords(argument)}) ;;`]),
  ])
  .join('\n')}
    *) reply=() ;;
  esac
}
_wcodoo() {
  local at='' awaiting='' word i
  local -a reply
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if [[ -n $awaiting ]]; then
      awaiting=''
    elif [[ $word == -* ]]; then
      _wcodoo_values "$at $word"
      (( \${#reply} )) && awaiting="$word"
    else
      _wcodoo_children "$at"
      (( \${reply[(I)$word:*]} )) && at="\${at:+$at }$word"
    fi
  done
  if [[ -z $awaiting && $PREFIX == --*=* ]]; then
    awaiting="\${PREFIX%%=*}"
    compset -P '*='
  fi
  if [[ -n $awaiting ]]; then
    _wcodoo_values "$at $awaiting"
  elif [[ $PREFIX == -* ]]; then
    _wcodoo_flags "$at"
    _describe -o flag reply
    return
  else
    _wcodoo_children "$at"
    (( \${#reply} )) && _describe command reply
    _wcodoo_values "$at "
  fi
  if [[ $reply[1] == @file ]]; then
    _files
  elif [[ $reply[1] != @any ]]; then
    compadd -a reply
  fi
}
if [[ $funcstack[1] == _wcodoo ]]; then
  _wcodoo "$@"
elif (( $+functions[compdef] )); then
  compdef _wcodoo ${names.join(' ')}
fi
`;
}

function valueWords(value: Value): string {
  return value.kind === 'words' ? value.words.map(quote).join(' ') : `@${value.kind}`;
}

/** `name:description`, as `_describe` takes it. */
function item(name: string, description: string): string {
  return quote(`${name}:${description.replaceAll('\\', '\\\\').replaceAll(':', '\\:')}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
