/** Reads the configuration: defaults < file < environment < flags. The only reader of the environment. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse as parseEnv } from 'dotenv';
import { distance } from 'fastest-levenshtein';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../core/errors';
import { hashOf } from '../lib/hash';
import type { Scrubber } from '../lib/scrubber';
import { describeOpenFiles } from './file-rights';
import { ENVIRONMENT, Environment, type VariableName } from './environment';
import { ConfigFile } from './schema';
import { secretsIn } from './secrets';
import type { LogVariables } from './sections/log';

export interface ConfigFlags {
  /** Path of the configuration file. */
  readonly config?: string | undefined;
  /** Path of a file of environment variables. */
  readonly envFile?: string | undefined;
}

export interface Config {
  readonly environment: Environment;
  readonly file: ConfigFile;
  /** Where the file was read from; undefined when there is none. */
  readonly configPath: string | undefined;
  /** Folder of the state and the audit. */
  readonly home: string;
  /** Changes with every setting, so that what was refused for one is tried again. */
  readonly hash: string;
  /** What does not stop a run and should be mended; sentences. */
  readonly warnings: readonly string[];
}

const DEFAULT_CONFIG_PATH = join('config', 'wcodoo.yaml');
const DEFAULT_ENV_FILE = '.env';

/**
 * Reads and checks everything.
 * @param scrubber is told every secret before anything can be said of it
 * @throws ConfigError listing every problem, with the variable or path to set
 */
export function loadConfig(
  flags: ConfigFlags,
  scrubber: Scrubber,
  processEnvironment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const problems: string[] = [];
  const envFile = flags.envFile ?? (existsSync(DEFAULT_ENV_FILE) ? DEFAULT_ENV_FILE : undefined);
  const fromFile = envFile === undefined ? {} : readEnvFile(envFile, problems);
  const variables = { ...fromFile, ...presentIn(processEnvironment) };
  scrubber.add(...secretsIn(fromFile), ...secretsIn(variables));
  const environment = checkEnvironment(variables, problems);
  const configPath = findConfigFile(flags.config ?? variables['WCODOO_CONFIG'], problems);
  const file = checkFile(configPath, problems);
  if (environment === undefined || file === undefined || problems.length > 0) {
    throw new ConfigError(problems, {
      hint: 'see .env.example and docs/configuration.md, or run `wcodoo init`',
    });
  }
  return {
    environment,
    file,
    configPath,
    home: resolve(environment.WCODOO_HOME ?? join(homedir(), '.wcodoo')),
    hash: hashOf(file, 16),
    warnings: envFile === undefined ? [] : describeOpenFiles([envFile]),
  };
}

/** What is there of a configuration before it is complete. */
export interface Present {
  /** Of the file and, before it, of the environment; unchecked. */
  readonly variables: Readonly<Partial<Record<VariableName, string>>>;
  /** What the file of variables holds besides. */
  readonly others: Readonly<Record<string, string>>;
  /** Settings as they were written, defaults left out; they are known to be valid. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The text they were read from; undefined without a file. */
  readonly text: string | undefined;
}

/**
 * Reads what is there, for somebody who completes it; files that are missing hold nothing.
 * @param scrubber is told every secret before anything can be said of it
 * @throws ConfigError when the configuration file cannot be read or is not valid
 */
export function readPresent(
  { envFile, config }: { readonly envFile: string; readonly config: string },
  scrubber: Scrubber,
  processEnvironment: Readonly<Record<string, string | undefined>> = process.env,
): Present {
  const problems: string[] = [];
  const all = existsSync(envFile) ? parseEnv(readText(envFile, problems) ?? '') : {};
  const variables = { ...presentIn(all), ...presentIn(processEnvironment) };
  scrubber.add(...secretsIn(all), ...secretsIn(variables));
  const text = existsSync(config) ? readText(config, problems) : undefined;
  const file = text === undefined ? undefined : checkFile(config, problems);
  if (problems.length > 0) {
    throw new ConfigError(problems, { hint: 'mend it first, or move it away' });
  }
  const known = new Set<string>(ENVIRONMENT.map(({ name }) => name));
  return {
    variables,
    others: Object.fromEntries(Object.entries(all).filter(([name]) => !known.has(name))),
    settings:
      file === undefined ? {} : ((parseDocument(text ?? '').toJS() as Present['settings'] | null) ?? {}),
    text,
  };
}

/** The variables about the log, whatever else is wrong; undefined where they are unset or wrong themselves. */
export function readLogVariables(
  { envFile = DEFAULT_ENV_FILE }: ConfigFlags,
  processEnvironment: Readonly<Record<string, string | undefined>> = process.env,
): LogVariables {
  const variables = {
    ...(existsSync(envFile) ? readEnvFile(envFile, []) : {}),
    ...presentIn(processEnvironment),
  };
  const { shape } = Environment;
  return {
    WCODOO_LOG_FORMAT: shape.WCODOO_LOG_FORMAT.safeParse(variables['WCODOO_LOG_FORMAT']).data,
    WCODOO_LOG_LEVEL: shape.WCODOO_LOG_LEVEL.safeParse(variables['WCODOO_LOG_LEVEL']).data,
  };
}

function presentIn(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const known = new Set<string>(ENVIRONMENT.map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => known.has(entry[0]) && entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

function readEnvFile(path: string, problems: string[]): Record<string, string> {
  const text = readText(path, problems);
  return text === undefined ? {} : presentIn(parseEnv(text));
}

function readText(path: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    problems.push(
      `${path}: ${code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? 'unknown error'})`}`,
    );
    return undefined;
  }
}

function checkEnvironment(
  variables: Readonly<Record<string, string>>,
  problems: string[],
): Environment | undefined {
  const result = Environment.safeParse(variables);
  if (!result.success) {
    for (const issue of result.error.issues) {
      const name = String(issue.path[0]);
      const variable = ENVIRONMENT.find((candidate) => candidate.name === name);
      problems.push(
        variables[name] === undefined
          ? `${name} is not set (${variable?.description ?? ''})`
          : `${name} ${issue.message}`,
      );
    }
  }
  if (variables['ODOO_API_KEY'] === undefined && variables['ODOO_PASSWORD'] === undefined) {
    problems.push('neither ODOO_API_KEY nor ODOO_PASSWORD is set (an API key of the Odoo user is best)');
  }
  if (
    (variables['PUSHGATEWAY_USERNAME'] === undefined) !==
    (variables['PUSHGATEWAY_PASSWORD'] === undefined)
  ) {
    problems.push('PUSHGATEWAY_USERNAME and PUSHGATEWAY_PASSWORD belong together; only one of them is set');
  }
  return result.data;
}

function findConfigFile(path: string | undefined, problems: string[]): string | undefined {
  if (path !== undefined) {
    if (!existsSync(path)) {
      problems.push(`${path}: there is no such configuration file`);
    }
    return path;
  }
  return existsSync(DEFAULT_CONFIG_PATH) ? DEFAULT_CONFIG_PATH : undefined;
}

function checkFile(path: string | undefined, problems: string[]): ConfigFile | undefined {
  const text = path === undefined || !existsSync(path) ? '' : readText(path, problems);
  if (text === undefined) {
    return undefined;
  }
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    problems.push(...document.errors.map(({ message }) => `${path ?? ''}: ${message.split('\n')[0] ?? ''}`));
    return undefined;
  }
  const result = ConfigFile.safeParse((document.toJS() as unknown) ?? {});
  if (result.success) {
    return result.data as ConfigFile;
  }
  problems.push(...result.error.issues.flatMap((issue) => describeIssue(issue, path ?? '')));
  return undefined;
}

function describeIssue(issue: z.core.$ZodIssue, path: string): string[] {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const name = place === '' ? key : `${place}.${key}`;
      const near = nearestKey(key, keysAt(issue.path));
      return `${path}: ${name} is not a setting${near === undefined ? '' : `; did you mean ${near}?`}`;
    });
  }
  return [`${path}: ${place === '' ? 'the file' : place}: ${issue.message}`];
}

function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = z.toJSONSchema(ConfigFile, { io: 'input', unrepresentable: 'any' });
  for (const step of path) {
    const { properties, items } = schema as { properties?: Record<string, unknown>; items?: unknown };
    schema = typeof step === 'number' ? items : properties?.[String(step)];
  }
  return Object.keys((schema as { properties?: object } | undefined)?.properties ?? {});
}

function nearestKey(key: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: distance(key.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance);
  return best !== undefined && best.distance <= 3 ? best.candidate : undefined;
}
