/** Flows that a person names on the command line. */
import { distance } from 'fastest-levenshtein';
import { buildFlows } from '../app';
import type { Config } from '../config/load';
import { UsageError } from '../core/errors';

/**
 * The names as they were given.
 * @throws UsageError for a flow that does not exist; says which one was probably meant
 */
export function chooseFlows(names: readonly string[], known: readonly string[]): readonly string[] {
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = known.find((candidate) => distance(candidate, name) <= 3);
      return `there is no flow ${name}${near === undefined ? '' : `; did you mean ${near}?`} (flows: ${known.join(', ')})`;
    });
  if (problems.length > 0) {
    throw new UsageError(problems);
  }
  return names;
}

/**
 * The value of `--flow` of a command that reads debts.
 * @throws UsageError for a flow that does not exist
 */
export function chooseFlow(name: string | undefined, config: Config): string | undefined {
  return chooseAmong(name, namesOf(config));
}

/**
 * The value of `--flow` of a command that reads the audit, where `purge` has rows too.
 * @throws UsageError for a flow that does not exist
 */
export function chooseAuditFlow(name: string | undefined, config: Config): string | undefined {
  return chooseAmong(name, [...namesOf(config), 'purge']);
}

function chooseAmong(name: string | undefined, known: readonly string[]): string | undefined {
  return name === undefined ? undefined : chooseFlows([name], known)[0];
}

function namesOf(config: Config): readonly string[] {
  return buildFlows(config).map(({ name }) => name);
}
