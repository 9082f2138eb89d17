/** `wcodoo init`: a first `.env` and a first configuration file. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DateTime } from 'luxon';
import { formatEnv } from '../config/env-text';
import type { VariableName } from '../config/schema';
import { ConfigError, EXIT } from '../core/errors';
import { askEnvironment } from './ask-environment';
import type { CommandIo } from './command';

export interface InitOptions {
  /** Overwrites files that exist. */
  readonly force?: boolean;
}

const ENV_FILE = '.env';
const CONFIG_FILE = join('config', 'wcodoo.yaml');
/** Read and written by the owner only: it holds the keys. */
const SECRET_MODE = 0o600;
const DEFAULTS: Partial<Record<VariableName, string>> = {
  ODOO_PROTOCOL: 'auto',
  WCODOO_CONFIG: 'config/wcodoo.yaml',
};

/**
 * Writes both files into the working directory. On a terminal it asks for the
 * addresses and keys first; otherwise they are left empty.
 * @returns 0, or 130 when the questions were broken off (nothing is written then)
 * @throws ConfigError when a file exists and `force` is not set
 */
export async function init(options: InitOptions, io: CommandIo): Promise<number> {
  const force = options.force === true;
  const existing = [ENV_FILE, CONFIG_FILE].filter((path) => existsSync(path));
  if (existing.length > 0 && !force) {
    throw new ConfigError(
      existing.map((path) => `${path} exists already and is not overwritten`),
      { hint: '`wcodoo init --force` overwrites it; `wcodoo doctor` checks what is there' },
    );
  }
  const answers = io.stdin.isTTY === true ? await askEnvironment(io) : {};
  if (answers === undefined) {
    io.stderr.write('nothing was written\n');
    return io.signal.aborted ? io.interruptedExitCode() : EXIT.interrupted;
  }
  writeWhole(
    ENV_FILE,
    formatEnv({ ...DEFAULTS, ...answers }, 'wcodoo: addresses and keys. Keep this file to yourself.'),
    force,
    SECRET_MODE,
  );
  writeWhole(CONFIG_FILE, firstConfig(DateTime.now().toISODate()), force);
  io.stdout.write(nextSteps(Object.keys(answers).length > 0));
  return EXIT.ok;
}

/** A file is there whole or not at all; one that appeared meanwhile is not overwritten. */
function writeWhole(path: string, text: string, force: boolean, mode?: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const options = { flag: 'wx', ...(mode === undefined ? {} : { mode }) };
  if (!force) {
    writeFileSync(path, text, options);
    return;
  }
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, text, options);
  renameSync(fresh, path);
}

/** The least that a first run needs; `today` is `2026-01-31`. Exported for its test. */
export function firstConfig(today: string): string {
  return `# What wcodoo synchronises, and how. Every setting with its default: docs/configuration.md

# Short name of the shop. It becomes part of every external id in Odoo and cannot be changed later.
store: shop

orders:
  # The first order to bring over: a date, or an order number such as "#1234".
  # Older orders are left out. Needed before the first real run.
  # from: ${today}

  # What to do with a line whose product Odoo does not have: quarantine, create or fallback.
  missingProduct: quarantine

  # Which Odoo tax stands for which rate of the shop, and which pricelist for which currency.
  # \`wcodoo doctor\` proposes both tables; paste them here. They look like this:
  # taxes:
  #   - { rate: 1, included: 18, excluded: 17 }
  # pricelists:
  #   EUR: 2
`;
}

function nextSteps(answered: boolean): string {
  const steps = [
    answered
      ? `Check ${ENV_FILE}, and set orders.from in ${CONFIG_FILE}.`
      : `Fill in ${ENV_FILE}, and set orders.from in ${CONFIG_FILE}.`,
    'Run `wcodoo doctor`: it checks both sides and proposes the tables of taxes and pricelists.',
    'Run `wcodoo sync --dry-run`: it shows what would be written, and writes nothing.',
  ];
  return `Wrote ${ENV_FILE} (readable by you only) and ${CONFIG_FILE}.\n\nNext:\n${steps
    .map((step, index) => `  ${index + 1}. ${step}\n`)
    .join('')}`;
}
