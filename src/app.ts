/** Wires the application: the only file that constructs adapters. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Config } from './config/load';
import { secretsIn } from './config/secrets';
import { RunMemory, type RunContext, type RunRequest } from './core/context';
import type { Entity, Flow, SharedSettings } from './core/entity';
import type { Emit } from './core/events';
import type { Limits } from './core/limits';
import type { OdooApi, OdooPlace, State, WooApi } from './core/ports';
import { readOnlyOdoo, readOnlyWoo } from './core/read-only';
import type { Verifier } from './core/verify';
import { takeLock, type WaitOptions } from './core/wait-for-lock';
import { entities } from './entities';
import { findMissingCanaries } from './entities/products/canaries';
import { CallMeter, type ObservedCall } from './lib/call-meter';
import { durationMs } from './lib/duration';
import { Scrubber } from './lib/scrubber';
import { shareOf } from './lib/share';
import { connectOdoo, probeOdoo, type Probe } from './odoo/connect';
import type { OdooOptions } from './odoo/options';
import { paceOf } from './odoo/pace';
import { copyStateForDryRun } from './state/copy';
import { openState, type OpenState } from './state/open';
import { openOwnState, statePath } from './own-state';
import { createWoo } from './woo/client';
import { version } from './version';

const USER_AGENT = `wcodoo/${version}`;

/** What was opened is closed in the opposite order; a failure of one keeps none of the others open. */
export class ReleaseStack {
  readonly #releasers: (() => Promise<void> | void)[] = [];

  push(release: () => Promise<void> | void): void {
    this.#releasers.push(release);
  }

  async releaseAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let release = this.#releasers.pop(); release !== undefined; release = this.#releasers.pop()) {
      try {
        await release();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) {
      throw failures[0];
    }
  }
}

/** What the adapters are handed besides the configuration. */
export interface AdapterOptions {
  /** Aborted when the run is asked to stop. */
  readonly signal?: AbortSignal | undefined;
  /** Asked before each request that writes. */
  readonly beforeWrite?: (() => Promise<void>) | undefined;
  /** Told of each request that was sent. */
  readonly onCall?: ((call: ObservedCall) => void) | undefined;
  /** Waits between calls and tries, in place of the adapters' own: for tests, and where a person waits. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

export function openWoo(config: Config, options: AdapterOptions = {}): WooApi {
  const { environment, file } = config;
  return createWoo({
    url: environment.WOO_URL,
    consumerKey: environment.WOO_CONSUMER_KEY,
    consumerSecret: environment.WOO_CONSUMER_SECRET,
    timeoutMs: durationMs(file.woo.timeout),
    concurrency: file.woo.concurrency,
    userAgent: USER_AGENT,
    ...options,
  });
}

/** @throws FatalError when the login is refused, RetryableError when Odoo cannot be reached */
export function openOdoo(config: Config, options: AdapterOptions = {}): Promise<OdooApi> {
  return connectOdoo(odooOptionsOf(config, options));
}

/**
 * Looks for an Odoo at the address of the configuration; the login is not used.
 * @throws FatalError when another program answers, RetryableError when it cannot be reached
 */
export function findOdoo(config: Config, options: AdapterOptions = {}): Promise<Probe> {
  return probeOdoo(odooOptionsOf(config, options));
}

function odooOptionsOf({ environment, file }: Config, options: AdapterOptions): OdooOptions {
  return {
    url: environment.ODOO_URL,
    database: environment.ODOO_DB,
    username: environment.ODOO_USERNAME,
    password: environment.ODOO_PASSWORD,
    apiKey: environment.ODOO_API_KEY,
    protocol: environment.ODOO_PROTOCOL,
    language: file.odoo.language,
    companyId: file.odoo.company,
    timeoutMs: durationMs(file.odoo.timeout),
    loadBatchSize: file.odoo.batchSize,
    ...paceOf(environment.ODOO_URL, file.odoo),
    userAgent: USER_AGENT,
    ...options,
  };
}

function odooPlaceOf({ environment }: Config): OdooPlace {
  return { url: environment.ODOO_URL, database: environment.ODOO_DB };
}

/** Builds every flow of the registry from its section of the configuration. */
export function buildFlows(config: Config, registry: readonly Entity[] = entities): Flow[] {
  const shared = sharedSettings(config);
  return registry.flatMap(({ name, wooToOdoo, odooToWoo }) =>
    [wooToOdoo, odooToWoo].flatMap((build) =>
      build === undefined ? [] : [build(config.file[name], shared)],
    ),
  );
}

/** Builds the comparison of every entity that has one. */
export function buildVerifiers(config: Config, registry: readonly Entity[] = entities): Verifier[] {
  const shared = sharedSettings(config);
  return registry.flatMap(({ name, verifier }) => verifier?.(config.file[name], shared) ?? []);
}

function sharedSettings({ file }: Config): SharedSettings {
  return {
    store: file.store,
    language: file.odoo.language,
    companyId: file.odoo.company,
    firstOrder: (file['orders'] as { from?: string } | undefined)?.from,
  };
}

/** What must be set before the first real run. */
export function missingSettings(config: Config, registry: readonly Entity[] = entities): string[] {
  return registry.flatMap((entity) => entity.missingSettings?.(config.file[entity.name]) ?? []);
}

/** The limits of the configuration, as numbers. */
function limitsOf({ file: { limits } }: Config): Limits {
  return {
    archived: limits.archived,
    changedShare: shareOf(limits.changedShare),
    priceJump: shareOf(limits.priceJump),
    priceJumps: limits.priceJumps,
    stockToZero: shareOf(limits.stockToZero),
    listingShrink: shareOf(limits.listingShrink),
    fromRecords: limits.fromRecords,
  };
}

export interface AppOptions extends Omit<AdapterOptions, 'beforeWrite' | 'onCall'> {
  /** As a function where the shop has to be asked for it; called under the lock. */
  readonly request: RunRequest | ((woo: WooApi) => Promise<RunRequest>);
  readonly dryRun: boolean;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** In a dry run: plan as if the state were lost. */
  readonly withoutState?: boolean;
  /** Called while the app closes: the lock was given back, the state is still open. */
  readonly beforeStateCloses?: ((state: State) => Promise<void>) | undefined;
  /** Called when it could not be opened, before `beforeStateCloses`. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** Wait for a run under way instead of being refused. */
  readonly wait?: Pick<WaitOptions, 'atMostMs' | 'onWait'> | undefined;
}

export interface App {
  readonly context: RunContext;
  readonly flows: readonly Flow[];
  /** See `RunOptions`. */
  readonly findMissingCanaries: (context: RunContext) => Promise<readonly string[]>;
  /** Closes whatever was opened; safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens the state, takes the run lock and connects both sides. A dry run works
 * on a copy of the state and on adapters that refuse to write.
 * @throws ConfigError, FatalError, LockHeldError, RetryableError
 */
export async function openApp(config: Config, options: AppOptions): Promise<App> {
  const stack = new ReleaseStack();
  try {
    const state = options.dryRun ? await openCopy(config, options, stack) : await openOwnState(config);
    stack.push(() => {
      state.close();
    });
    stack.push(async () => {
      await options.beforeStateCloses?.(state);
    });
    const runId = newRunId(new Date());
    const wait = options.wait && { ...options.wait, ...WAITING, signal: options.signal };
    const lock = await takeLock(state, runId, wait);
    stack.push(() => lock.release());
    await state.bindStore(config.file.store, config.environment.WOO_URL);
    const { signal, sleep } = options;
    const meter = new CallMeter();
    const adapterOptions = {
      signal,
      sleep,
      beforeWrite: () => lock.assertHeld(),
      onCall: (call: ObservedCall) => {
        meter.observe(call);
      },
    };
    const odoo = await openOdoo(config, adapterOptions);
    await state.bindOdoo(config.file.store, odooPlaceOf(config));
    const woo = openWoo(config, adapterOptions);
    const request = typeof options.request === 'function' ? await options.request(woo) : options.request;
    return {
      context: contextOf(config, { ...options, request }, { runId, state, odoo, woo, meter }),
      flows: buildFlows(config),
      findMissingCanaries: (context) => findMissingCanaries(context, config.file.limits.canaries),
      close: () => stack.releaseAll(),
    };
  } catch (error) {
    options.onFailure?.(error);
    // Why it could not be opened matters more than what goes wrong while it is closed.
    await stack.releaseAll().catch(() => undefined);
    throw error;
  }
}

const WAITING = {
  clock: { now: () => new Date() },
  random: Math.random,
  async sleep(ms: number, signal: AbortSignal) {
    await setTimeout(ms, undefined, { signal }).catch(() => undefined);
  },
};

async function openCopy(
  config: Config,
  { withoutState }: AppOptions,
  stack: ReleaseStack,
): Promise<OpenState> {
  const original = withoutState === true ? ':memory:' : statePath(config);
  const path = await copyStateForDryRun(original, tmpdir());
  stack.push(() => {
    rmSync(dirname(path), { recursive: true, force: true });
  });
  return openState({ path, now: () => new Date() });
}

/** What every step of a run is handed; in a dry run its adapters refuse to write. */
export function contextOf(
  config: Config,
  {
    request,
    dryRun,
    emit,
    signal,
  }: Pick<AppOptions, 'dryRun' | 'emit' | 'signal'> & { readonly request: RunRequest },
  parts: { runId: string; state: State; odoo: OdooApi; woo: WooApi; meter: CallMeter },
): RunContext {
  const { text: scrub } = scrubberOf(config);
  return {
    runId: parts.runId,
    store: config.file.store,
    woo: dryRun ? readOnlyWoo(parts.woo) : parts.woo,
    odoo: dryRun ? readOnlyOdoo(parts.odoo) : parts.odoo,
    state: parts.state,
    clock: { now: () => new Date() },
    emit: (event) => {
      emit(event.type === 'notice' ? { ...event, message: scrub(event.message) } : event);
    },
    dryRun,
    request,
    limits: limitsOf(config),
    configHash: config.hash,
    signal,
    scrub,
    calls: () => parts.meter.stats(),
    memory: new RunMemory(),
  };
}

/** Knows the secrets of the configuration. */
function scrubberOf({ environment }: Config): Scrubber {
  const scrubber = new Scrubber();
  scrubber.add(...secretsIn(environment));
  return scrubber;
}

/** The id of a run that starts now; sorts by time: `20261123T033000Z-4f2a`. */
export function newRunId(now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${randomBytes(2).toString('hex')}`;
}
