/** Text of a file of environment variables, `.env` or `.env.example`. */
import { ENVIRONMENT, type VariableName } from './schema';

const QUOTES = ["'", '"', '`'] as const;

/** Every variable with what it means; one without a value is left empty. */
export function formatEnv(values: Readonly<Partial<Record<VariableName, string>>>, heading: string): string {
  const blocks = ENVIRONMENT.map(
    ({ name, description, required }) =>
      `# ${description}${required ? '' : ' (optional)'}\n${name}=${quote(values[name] ?? '')}\n`,
  );
  return [`# ${heading}\n`, ...blocks].join('\n');
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
