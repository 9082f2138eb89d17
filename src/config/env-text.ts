/** Text of a file of environment variables, `.env` or `.env.example`. */
import { Secret } from '../lib/secret';
import { ENVIRONMENT, type VariableName } from './environment';

const QUOTES = ["'", '"', '`'] as const;

export type EnvValues = Readonly<Partial<Record<VariableName, string | Secret>>>;

/**
 * Every variable with what it means; one without a value is left empty. `others`
 * follow as they are. The text holds the secrets themselves.
 * @throws RangeError for a value that no quotes can hold
 */
export function formatEnv(
  values: EnvValues,
  heading: string,
  others: Readonly<Record<string, string>> = {},
): string {
  const blocks = ENVIRONMENT.map(
    ({ name, description, required }) =>
      `# ${description}${required ? '' : ' (optional)'}\n${name}=${quote(textOf(values[name] ?? ''))}\n`,
  );
  const lines = Object.entries(others).map(([name, value]) => `${name}=${quote(value)}\n`);
  const kept = lines.length === 0 ? [] : [`# Not read by wcodoo\n${lines.join('')}`];
  return [`# ${heading}\n`, ...blocks, ...kept].join('\n');
}

function textOf(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value;
}

/**
 * A value such that dotenv reads it back as it is.
 * @throws RangeError when no quotes can hold it
 */
function quote(value: string): string {
  if (/^[\w.:/@+…-]*$/.test(value)) {
    return value;
  }
  // In double quotes dotenv reads `\n` as a line break.
  const fitting = QUOTES.find((mark) => !value.includes(mark) && !(mark === '"' && value.includes('\\')));
  if (fitting === undefined || /[\r\n]/.test(value)) {
    throw new RangeError('the value cannot be written to a file of environment variables');
  }
  return `${fitting}${value}${fitting}`;
}
