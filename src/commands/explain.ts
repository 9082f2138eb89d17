/** `wcodoo audit explain`: the whole history of one record, and what a sync would do with it now. */
import { buildFlows, missingSettings, openApp, openOdoo, openWoo, type App, type AppOptions } from '../app';
import type { Config } from '../config/load';
import { RunMemory } from '../core/context';
import { EXIT, FatalError, RetryableError, type WcodooError } from '../core/errors';
import { readOnlyWoo } from '../core/read-only';
import type { StockSettings } from '../entities/stock/settings';
import {
  explainOffline,
  explainOnline,
  explainWithoutOdoo,
  isIncomplete,
  isUnknown,
  type Explanation,
  type Memory,
} from '../explain/explain';
import { formatExplanation } from '../explain/format-explanation';
import { plainExplanation } from '../explain/plain-explanation';
import { isTroubleOfSide } from '../explain/side';
import { parseSubject, type Subject } from '../explain/subject';
import { openStateToRead } from '../own-state';
import type { CommandIo, ConfigOptions } from './command';
import { readConfig } from './read-config';

export interface ExplainOptions extends ConfigOptions {
  readonly offline?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Decisions shown of each record without `--all`. */
const DECISIONS = 5;

/**
 * Explains one record.
 * @returns the exit code: 1 for a record nobody knows, and where a side did not answer
 */
export async function explainRecord(
  words: readonly string[],
  options: ExplainOptions,
  io: CommandIo,
): Promise<number> {
  const config = readConfig(options, io);
  const subject = parseSubject(words, config.file.store);
  const explanation = await explainSubject(config, subject, options, { signal: io.signal });
  io.stdout.write(
    options.json === true
      ? `${JSON.stringify(plainExplanation(explanation), null, 2)}\n`
      : formatExplanation(explanation, {
          now: new Date(),
          configHash: config.hash,
          missingSettings: missingSettings(config).map(
            (problem) => `${config.configPath ?? 'config/wcodoo.yaml'}: ${problem}`,
          ),
        }),
  );
  if (io.signal.aborted) {
    return io.interruptedExitCode();
  }
  return isUnknown(explanation) || isIncomplete(explanation) ? EXIT.incomplete : EXIT.ok;
}

/** What the adapters are handed; `sleep` is for tests. */
type Asking = Pick<AppOptions, 'signal' | 'sleep'>;

/**
 * The explanation of a subject: what the state knows, and unless it is to stay
 * offline, what both sides say and what a sync would do. Nothing is written.
 * @throws ConfigError, LockHeldError, FatalError for what has to do with neither side
 */
export async function explainSubject(
  config: Config,
  subject: Subject,
  options: Pick<ExplainOptions, 'offline' | 'all'>,
  asking: Asking,
): Promise<Explanation> {
  if (options.offline === true) {
    return withOwnState(config, options, (memory) => explainOffline(memory, subject));
  }
  const app = await openUnlessAway(config, asking);
  if (!('context' in app)) {
    const shop = {
      store: config.file.store,
      woo: readOnlyWoo(openWoo(config, asking)),
      memory: new RunMemory(),
    };
    return withOwnState(config, options, (memory) => explainWithoutOdoo(memory, subject, shop, app.message));
  }
  try {
    const { state, store } = app.context;
    const memory: Memory = { state, store, flows: app.flows, decisions: decisionsOf(options) };
    return await explainOnline(memory, subject, app, config.file['stock'] as StockSettings);
  } finally {
    await app.close();
  }
}

/**
 * The application, on a copy of the state; the error where Odoo is what is missing.
 * @throws what has to do with neither side
 */
async function openUnlessAway(config: Config, { signal, sleep }: Asking): Promise<App | WcodooError> {
  try {
    return await openApp(config, {
      request: { full: false },
      dryRun: true,
      emit: () => undefined,
      signal,
      sleep,
    });
  } catch (error) {
    if (!isTroubleOfSide(error)) {
      throw error;
    }
    return error instanceof RetryableError ? error : await whetherOdoo(config, error, { signal, sleep });
  }
}

/** A FatalError may come from the state or from the disk as well: Odoo is asked alone. */
async function whetherOdoo(config: Config, error: WcodooError, asking: Asking): Promise<WcodooError> {
  try {
    await openOdoo(config, asking);
  } catch (again) {
    if (again instanceof FatalError || again instanceof RetryableError) {
      return again;
    }
    throw again;
  }
  throw error;
}

async function withOwnState(
  config: Config,
  options: Pick<ExplainOptions, 'all'>,
  explain: (memory: Memory) => Promise<Explanation>,
): Promise<Explanation> {
  const state = await openStateToRead(config);
  try {
    return await explain({
      state,
      store: config.file.store,
      flows: buildFlows(config),
      decisions: decisionsOf(options),
    });
  } finally {
    state.close();
  }
}

function decisionsOf({ all }: Pick<ExplainOptions, 'all'>): number {
  return all === true ? Number.MAX_SAFE_INTEGER - 1 : DECISIONS;
}
