/** Wires what only looks: both sides and the state, without the run lock and without a way to write. */
import { existsSync } from 'node:fs';
import { contextOf, newRunId, openOdoo, openWoo, type AppOptions } from './app';
import type { Config } from './config/load';
import type { RunContext } from './core/context';
import { readOnlyState } from './core/read-only';
import { CallMeter } from './lib/call-meter';
import { openOwnState, statePath } from './own-state';
import { openState } from './state/open';

export interface Reading {
  readonly context: RunContext;
  /** Closes what was opened. */
  readonly close: () => void;
}

/**
 * Connects both sides for reading, also while a run is under way. Where there
 * is no state none is created: it reads as an empty one.
 * @throws ConfigError, FatalError, RetryableError
 */
export async function openReading(
  config: Config,
  options: Pick<AppOptions, 'emit' | 'signal' | 'sleep'>,
): Promise<Reading> {
  const now = (): Date => new Date();
  const state = existsSync(statePath(config))
    ? await openOwnState(config)
    : await openState({ path: ':memory:', now });
  try {
    const meter = new CallMeter();
    const adapterOptions = {
      signal: options.signal,
      sleep: options.sleep,
      onCall: meter.observe.bind(meter),
    };
    const odoo = await openOdoo(config, adapterOptions);
    const woo = openWoo(config, adapterOptions);
    return {
      context: contextOf(
        config,
        { request: { full: false }, dryRun: true, emit: options.emit, signal: options.signal },
        { runId: newRunId(now()), state: readOnlyState(state), odoo, woo, meter },
      ),
      close: () => {
        state.close();
      },
    };
  } catch (error) {
    state.close();
    throw error;
  }
}
