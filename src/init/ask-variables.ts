/** Asks for addresses, names and keys, one variable of the environment after the other. */
import { ENVIRONMENT, Environment, type EnvironmentVariable, type VariableName } from '../config/environment';
import { ConfigError } from '../core/errors';
import { Findings, type Finding } from '../doctor/findings';
import { formatFindings } from '../doctor/format-diagnosis';
import type { Draft } from './draft';
import { BrokenOff, type Prompts } from './prompts';

/** Asks for one, with what it means; true when it has a value then. */
export async function askVariable(name: VariableName, draft: Draft, prompts: Prompts): Promise<boolean> {
  const variable: EnvironmentVariable | undefined = ENVIRONMENT.find((candidate) => candidate.name === name);
  if (variable === undefined) {
    throw new RangeError(`there is no variable ${name}`);
  }
  const { description, example, secret } = variable;
  const check = (answer: string): string | undefined =>
    Environment.shape[name].safeParse(answer).error?.issues[0]?.message;
  if (prompts.isAsking) {
    prompts.say(`\n${description}${secret || example === '' ? '' : `, for example ${example}`}\n`);
  }
  draft.setVariable(
    name,
    secret
      ? await prompts.secret(name, { fallback: draft.secretOf(name), check })
      : await prompts.line(name, { fallback: draft.textOf(name), check }),
  );
  return draft.variables[name] !== undefined;
}

/** Asks for all of them, or until one is left for later; true when each has a value. */
export async function askVariables(
  names: readonly VariableName[],
  draft: Draft,
  prompts: Prompts,
): Promise<boolean> {
  for (const name of names) {
    if (!(await askVariable(name, draft, prompts))) {
      return false;
    }
  }
  return true;
}

/**
 * Looks at a side and shows what was found.
 * @throws BrokenOff when the person did not wait for it
 */
export async function lookAt<T>(
  what: string,
  prompts: Prompts,
  look: (findings: Findings) => Promise<T>,
): Promise<{ readonly found: T; readonly problems: readonly Finding[] }> {
  const findings = new Findings(prompts.signal);
  prompts.say(`\nAsking ${what} …\n`);
  const found = await look(findings);
  if (prompts.signal.aborted) {
    throw new BrokenOff();
  }
  prompts.say(formatFindings(findings.list));
  return { found, problems: findings.list.filter(({ level }) => level === 'problem') };
}

/**
 * Whether to ask again after these problems.
 * @throws ConfigError with them when nobody is there to answer
 */
export async function isAskedAgain(problems: readonly Finding[], prompts: Prompts): Promise<boolean> {
  if (!prompts.isAsking) {
    throw new ConfigError(
      problems.map(({ message }) => message),
      { hint: problems.find(({ hint }) => hint !== undefined)?.hint },
    );
  }
  prompts.say('\n');
  return prompts.agree('Answer again? No keeps the answers unchecked and goes on.', true);
}
