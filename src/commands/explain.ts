/** `wcodoo audit explain`: the whole history of one record, and what a sync would do with it now. */
import { buildFlows, missingSettings, openApp, openOdoo, openWoo, type App } from '../app';
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
  const explanation = await (options.offline === true
    ? withOwnState(config, options, (memory) => explainOffline(memory, subject))
    : askBothSides(config, subject, options, io));
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
  return isUnknown(explanation) || isIncomplete(explanation) ? EXIT.incomplete : EXIT.ok;
}

async function askBothSides(
  config: Config,
  subject: Subject,
  options: ExplainOptions,
  io: CommandIo,
): Promise<Explanation> {
  const app = await openUnlessAway(config, io);
  if (!('context' in app)) {
    const shop = {
      store: config.file.store,
      woo: readOnlyWoo(openWoo(config, { signal: io.signal })),
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
async function openUnlessAway(config: Config, { signal }: CommandIo): Promise<App | WcodooError> {
  try {
    return await openApp(config, { request: { full: false }, dryRun: true, emit: () => undefined, signal });
  } catch (error) {
    if (!isTroubleOfSide(error)) {
      throw error;
    }
    return error instanceof RetryableError ? error : await whetherOdoo(config, error, signal);
  }
}

/** A FatalError may come from the state or from the disk as well: Odoo is asked alone. */
async function whetherOdoo(config: Config, error: WcodooError, signal: AbortSignal): Promise<WcodooError> {
  try {
    await openOdoo(config, { signal });
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
  options: ExplainOptions,
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

function decisionsOf({ all }: ExplainOptions): number {
  return all === true ? Number.MAX_SAFE_INTEGER - 1 : DECISIONS;
}
