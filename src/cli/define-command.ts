/** What the definitions of all commands share. */
import { InvalidArgumentError, type Command } from 'commander';

/**
 * Adds a command with an example at the end of its help.
 * @param notes what the help says before the example
 */
export function defineCommand(
  parent: Command,
  name: string,
  description: string,
  example: string,
  notes = '',
): Command {
  return parent
    .command(name)
    .description(description)
    .addHelpText('after', `${notes === '' ? '' : `\n${notes}\n`}${formatExample(example)}`)
    .exitOverride();
}

/** The last lines of a help. */
export function formatExample(example: string): string {
  return `\nExample:\n  $ ${example}`;
}

/** Adds the flags of every command with a configuration. */
export function withConfig(target: Command): Command {
  return target
    .option('--config <file>', 'configuration file (default: config/wcodoo.yaml)')
    .option('--env-file <file>', 'file of environment variables (default: .env)');
}

/** @throws InvalidArgumentError for anything but a whole number above 0 */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number above 0.');
  }
  return value;
}

/** @throws InvalidArgumentError for anything but a number from 0 to 1 */
export function fraction(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  }
  return value;
}
