/** The commands of the program as plain data: what a completion script is written from. */
import type { Argument, Command, Option } from 'commander';

/** What may stand for a value: one of some words, a path, or anything. */
export type Value =
  { readonly kind: 'words'; readonly words: readonly string[] } | { readonly kind: 'file' | 'any' };

export interface Flag {
  /** With its dashes: `--env-file`, `-V`. A flag with a short form has two names. */
  readonly names: readonly string[];
  readonly description: string;
  /** Undefined for a flag without a value, or with one that may be left out. */
  readonly value: Value | undefined;
}

export interface CommandNode {
  /** Names from the program down: `state backup`; empty for the program itself. */
  readonly path: string;
  /** The last of these names. */
  readonly name: string;
  readonly description: string;
  readonly children: readonly CommandNode[];
  readonly flags: readonly Flag[];
  /** Of the first argument, or of all when it may be repeated. */
  readonly argument: Value | undefined;
}

/** Words by the name of a placeholder or of a flag: `flow` for `[flow...]` and `--flow <name>`. */
export type KnownWords = Readonly<Record<string, readonly string[]>>;

/** Reads the tree of commander, hidden commands and flags left out. */
export function readCommandTree(program: Command, known: KnownWords): CommandNode {
  return readCommand(program, '', known);
}

/** The command and all below it, each before its children. */
export function listCommands(node: CommandNode): CommandNode[] {
  return [node, ...node.children.flatMap(listCommands)];
}

function readCommand(command: Command, path: string, known: KnownWords): CommandNode {
  const help = command.createHelp();
  const [argument] = command.registeredArguments;
  return {
    path,
    name: command.name(),
    description: command.description(),
    children: help
      .visibleCommands(command)
      .map((child) => readCommand(child, path === '' ? child.name() : `${path} ${child.name()}`, known)),
    flags: help.visibleOptions(command).map((option) => readFlag(option, known)),
    argument: argument === undefined ? undefined : valueOfArgument(argument, known),
  };
}

function readFlag(option: Option, known: KnownWords): Flag {
  return {
    names: [option.long, option.short].flatMap((name) => (name === undefined ? [] : [name])),
    description: option.description,
    value: option.required ? valueOfFlag(option, known) : undefined,
  };
}

function valueOfFlag(option: Option, known: KnownWords): Value {
  const [, placeholder = ''] = /<([^>]*)>/.exec(option.flags) ?? [];
  return valueOf(option.argChoices ?? known[option.name()], placeholder, known);
}

function valueOfArgument(argument: Argument, known: KnownWords): Value {
  return valueOf(argument.argChoices, argument.name(), known);
}

function valueOf(words: readonly string[] | undefined, placeholder: string, known: KnownWords): Value {
  const fitting = words ?? known[placeholder];
  if (fitting !== undefined) {
    return { kind: 'words', words: fitting };
  }
  return { kind: /^(file|folder|path)$/.test(placeholder) ? 'file' : 'any' };
}
