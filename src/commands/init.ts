/** `wcodoo init`: a first `.env` and a first configuration file, filled in with the person at the terminal. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DateTime } from 'luxon';
import { parse as parseYaml } from 'yaml';
import { findOdoo, openOdoo, openWoo, type AdapterOptions } from '../app';
import { formatEnv, type EnvValues } from '../config/env-text';
import { readPresent, type Present } from '../config/load';
import { ENVIRONMENT } from '../config/environment';
import { ConfigFile } from '../config/schema';
import { EXIT, UsageError } from '../core/errors';
import { Draft, isSection, layOver, type Settings } from '../init/draft';
import { firstConfig, updateConfig } from '../init/format-config';
import { BrokenOff, takeDefaults, type Prompts } from '../init/prompts';
import { TerminalPrompts } from '../init/terminal-prompts';
import { runWizard, type WizardSides } from '../init/wizard';
import { writeFiles } from '../init/write-files';
import type { CommandIo, ConfigOptions } from './command';
import { sync } from './sync';

export interface InitOptions extends ConfigOptions {
  /** Overwrites files that exist without asking. */
  readonly force?: boolean;
  /** Asks nothing: takes the environment's values and the defaults. */
  readonly yes?: boolean;
  /** `setting=value`. */
  readonly set?: readonly string[];
  /** Ends with a dry run; asked for when left out. */
  readonly dryRun?: boolean;
}

/** Where the files go. */
interface Places {
  readonly envFile: string;
  readonly config: string;
}

const DEFAULT_ENV_FILE = '.env';
const DEFAULT_CONFIG = join('config', 'wcodoo.yaml');
/** Read and written by the owner only: it holds the keys. */
const SECRET_MODE = 0o600;
const ENV_HEADING = 'wcodoo: addresses and keys. Keep this file to yourself.';
/** A person waits: the pauses between tries are cut to this. */
const LONGEST_PAUSE_MS = 1_000;

/**
 * Writes both files. On a terminal it asks, looks at both sides meanwhile and
 * offers what is there; with `yes` it does the same and takes every default;
 * otherwise it writes templates to fill in.
 * @returns 0, that of the dry run, or 130 when the questions were broken off (nothing is written then)
 * @throws UsageError when a file exists and may not be overwritten, or when nobody can answer
 */
export async function init(options: InitOptions, io: CommandIo): Promise<number> {
  const places = { envFile: options.envFile ?? DEFAULT_ENV_FILE, config: options.config ?? DEFAULT_CONFIG };
  const isPerson = options.yes !== true && io.stdin.isTTY === true;
  if (!isPerson && options.force !== true) {
    refuseExisting(places);
  }
  if (!isPerson && options.yes !== true) {
    return writeTemplates(places, settingsGiven(options, {}), io);
  }
  const present = readPresent(places, io.scrubber);
  const draft = new Draft(variablesOf(present, places), settingsGiven(options, present.settings));
  const terminal = isPerson ? new TerminalPrompts(io) : undefined;
  const prompts = terminal ?? takeDefaults(io);
  const today = DateTime.now().toISODate();
  let wantsDryRun: boolean;
  try {
    const end = await fill(draft, prompts, { places, options, today });
    if (end !== 'agreed') {
      io.stderr.write('nothing was written\n');
      return end === 'declined' ? EXIT.ok : exitCodeOfSignal(io);
    }
    const config = configText(present.text, draft, today);
    const env = formatEnv(draft.variables, ENV_HEADING, present.others);
    writeFiles([
      { path: places.envFile, text: env, mode: SECRET_MODE },
      { path: places.config, text: config },
    ]);
    io.stdout.write(`\nWrote ${places.envFile} (readable by you only) and ${places.config}.\n`);
    wantsDryRun = await isDryRunWanted(options, draft, prompts);
  } finally {
    terminal?.close();
  }
  if (wantsDryRun) {
    return sync([], { ...places, dryRun: true }, io);
  }
  io.stdout.write(nextSteps(places, draft));
  return EXIT.ok;
}

function exitCodeOfSignal(io: CommandIo): number {
  return io.signal.aborted ? io.interruptedExitCode() : EXIT.interrupted;
}

/** @throws UsageError naming each file that is there */
function refuseExisting({ envFile, config }: Places): void {
  const existing = [envFile, config].filter((path) => existsSync(path));
  if (existing.length > 0) {
    throw new UsageError(
      existing.map((path) => `${path} exists already and is not overwritten`),
      { hint: '`wcodoo init --force` overwrites it; `wcodoo doctor` checks what is there' },
    );
  }
}

function writeTemplates(places: Places, settings: Settings, io: CommandIo): number {
  const draft = new Draft({ ODOO_PROTOCOL: 'auto', WCODOO_CONFIG: places.config }, settings);
  const today = DateTime.now().toISODate();
  writeFiles([
    { path: places.envFile, text: formatEnv(draft.variables, ENV_HEADING), mode: SECRET_MODE },
    { path: places.config, text: configText(undefined, draft, today) },
  ]);
  io.stdout.write(
    `Wrote ${places.envFile} (readable by you only) and ${places.config}.\n${nextSteps(places, draft)}`,
  );
  return EXIT.ok;
}

/** What is in the way of `draft` becoming files: nothing, the person's no, or an end. */
async function fill(
  draft: Draft,
  prompts: Prompts,
  { places, options, today }: { places: Places; options: InitOptions; today: string },
): Promise<'agreed' | 'declined' | 'broken off'> {
  try {
    await runWizard(draft, prompts, SIDES, today);
    const existing = [places.envFile, places.config].filter((path) => existsSync(path));
    if (existing.length === 0 || options.force === true) {
      return 'agreed';
    }
    const isOne = existing.length === 1;
    const question = `\n${existing.join(' and ')} ${isOne ? 'exists' : 'exist'} already. Write the answers into ${isOne ? 'it' : 'them'}?`;
    return (await prompts.agree(question, true)) ? 'agreed' : 'declined';
  } catch (error) {
    if (error instanceof BrokenOff) {
      return 'broken off';
    }
    throw error;
  }
}

/** Without both sides there is nothing to plan. */
async function isDryRunWanted(options: InitOptions, draft: Draft, prompts: Prompts): Promise<boolean> {
  if (options.dryRun !== undefined || !prompts.isAsking || !isFilledIn(draft)) {
    return options.dryRun === true;
  }
  try {
    return await prompts.agree('\nShow what a first sync would do? It writes nothing on either side.', true);
  } catch (error) {
    if (error instanceof BrokenOff) {
      return false;
    }
    throw error;
  }
}

const SIDES: WizardSides = {
  openWoo: (config, signal) => openWoo(config, patiently(signal)),
  findOdoo: (config, signal) => findOdoo(config, patiently(signal)),
  openOdoo: (config, signal) => openOdoo(config, patiently(signal)),
};

function patiently(signal: AbortSignal): AdapterOptions {
  return {
    signal,
    sleep: (ms, stop) =>
      wait(Math.min(ms, LONGEST_PAUSE_MS), undefined, stop === undefined ? {} : { signal: stop }),
  };
}

function variablesOf({ variables }: Present, { config }: Places): EnvValues {
  return { ODOO_PROTOCOL: 'auto', ...variables, WCODOO_CONFIG: config };
}

/** @throws UsageError for what is no setting */
function settingsGiven({ set = [] }: InitOptions, present: Settings): Settings {
  const given = set.map((text): [string, unknown] => {
    const [, name = text, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    // In YAML a # begins a comment; here it begins the number of an order.
    return [name, value.startsWith('#') ? value : (parseYaml(value) as unknown)];
  });
  const settings = layOver(present, given);
  const { error } = ConfigFile.safeParse(settings);
  if (error !== undefined) {
    throw new UsageError(
      error.issues.map(({ path, message }) => `--set ${path.map(String).join('.')}: ${message}`),
      { hint: 'every setting is described in docs/configuration.md' },
    );
  }
  return settings;
}

/** A file that exists is changed where it differs, a new one explains itself. */
function configText(text: string | undefined, { settings, comments }: Draft, today: string): string {
  if (text !== undefined) {
    return updateConfig(text, settings, comments);
  }
  const first = firstConfig(today, settings, comments);
  return updateConfig(first, mergeSections(parseYaml(first) as Settings, settings), comments);
}

function mergeSections(base: Settings, over: Settings): Settings {
  const merged = Object.entries(over).map(([name, value]): [string, unknown] => {
    const below = base[name];
    return [name, isSection(value) && isSection(below) ? mergeSections(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}

function isFilledIn({ variables }: Draft): boolean {
  return ENVIRONMENT.every(({ name, required }) => !required || variables[name] !== undefined);
}

function nextSteps({ envFile, config }: Places, draft: Draft): string {
  const isFirstOrderSet = draft.get(['orders', 'from']) !== undefined;
  const todo = [
    ...(isFilledIn(draft) ? [] : [`fill in ${envFile}`]),
    ...(isFirstOrderSet ? [] : [`set orders.from in ${config}`]),
  ].join(', and ');
  const flags = [
    ...(envFile === DEFAULT_ENV_FILE ? [] : [` --env-file ${envFile}`]),
    ...(config === DEFAULT_CONFIG ? [] : [` --config ${config}`]),
  ].join('');
  const steps = [
    ...(todo === '' ? [] : [`${todo.charAt(0).toUpperCase()}${todo.slice(1)}.`]),
    `Run \`wcodoo doctor${flags}\`: it checks both sides and proposes the tables of taxes and pricelists.`,
    `Run \`wcodoo sync --dry-run${flags}\`: it shows what would be written, and writes nothing.`,
  ];
  return `\nNext:\n${steps.map((step, index) => `  ${index + 1}. ${step}\n`).join('')}`;
}
