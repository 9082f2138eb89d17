/** A sandbox shop in front of a real Odoo, and the real program run on the two, as a process of its own. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { FlowSummary, RunSummary } from '../../src/core/run-summary';
import type { AuditRow, Debt, OdooProtocol } from '../../src/core/ports';
import type { PlannedChange } from '../../src/reporters/console-reporter';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox';
import { openState } from '../../src/state/open';
import { runCli } from '../support/run-cli';
import { newStoreId } from './clean-slate';
import type { LiveServer } from './live-servers';
import type { Provisioned } from './provision';

const STATE_FILES = ['state.db', 'state.db-wal', 'state.db-shm'];

/** The JSON object of `wcodoo sync --json`, with what the shop counted meanwhile. */
export interface ProgramRun extends RunSummary {
  readonly plan?: readonly PlannedChange[];
  readonly seconds: number;
  /** Writes that the shop let in. */
  readonly shopWrites: number;
}

export interface LiveShop {
  readonly store: string;
  readonly sandbox: Sandbox;
  sync(...args: string[]): Promise<ProgramRun>;
  /** Runs the same shop against the sandbox's own Odoo. */
  syncSandbox(): Promise<ProgramRun>;
  auditOf(runId: string): Promise<AuditRow[]>;
  quarantine(): Promise<Debt[]>;
  stateBytes(): Buffer[];
  forget(): void;
  close(): Promise<void>;
}

export interface LiveShopOptions {
  readonly server: LiveServer;
  readonly protocol: OdooProtocol;
  readonly provisioned: Provisioned;
  readonly sandbox: SandboxOptions;
  /** Settings over those of the section `orders`. */
  readonly orders?: Readonly<Record<string, unknown>>;
}

export async function openLiveShop(options: LiveShopOptions): Promise<LiveShop> {
  const { server, protocol, provisioned } = options;
  const sandbox = await startSandbox(options.sandbox);
  const folder = mkdtempSync(join(tmpdir(), 'wcodoo-live-'));
  const store = newStoreId();
  const { user } = provisioned;
  const shopVariables = {
    WOO_URL: sandbox.environment['WOO_URL'],
    WOO_CONSUMER_KEY: sandbox.environment['WOO_CONSUMER_KEY'],
    WOO_CONSUMER_SECRET: sandbox.environment['WOO_CONSUMER_SECRET'],
  };
  const home = join(folder, 'home');
  writeFileSync(join(folder, 'live.yaml'), stringify(configOf(sandbox, store, options)));
  writeFileSync(
    join(folder, 'sandbox.yaml'),
    stringify({ ...sandbox.config, ...pricesOf(sandbox, options) }),
  );

  const live = {
    ...shopVariables,
    ODOO_URL: server.url,
    ODOO_DB: server.database,
    ODOO_USERNAME: user.username,
    ODOO_PROTOCOL: protocol,
    ...(user.apiKey === undefined || protocol !== 'json2'
      ? { ODOO_PASSWORD: user.password }
      : { ODOO_API_KEY: user.apiKey }),
    WCODOO_CONFIG: join(folder, 'live.yaml'),
    WCODOO_HOME: home,
  };
  const own = {
    ...sandbox.environment,
    WCODOO_CONFIG: join(folder, 'sandbox.yaml'),
    WCODOO_HOME: join(folder, 'sandbox-home'),
  };

  async function run(environment: Readonly<Record<string, string | undefined>>, args: readonly string[]) {
    const startedAt = Date.now();
    const writesBefore = sandbox.woo.writes;
    const { stdout, stderr } = await runCli(['sync', '--json', ...args], present(environment), folder);
    const summary = parseSummary(stdout, stderr);
    return {
      ...summary,
      seconds: (Date.now() - startedAt) / 1000,
      shopWrites: sandbox.woo.writes - writesBefore,
    };
  }
  async function inState<T>(
    read: (state: Awaited<ReturnType<typeof openState>>) => T | Promise<T>,
  ): Promise<T> {
    const state = await openState({ path: join(home, 'state.db'), now: () => new Date() });
    try {
      return await read(state);
    } finally {
      state.close();
    }
  }

  return {
    store,
    sandbox,
    sync: (...args) => run(live, args),
    syncSandbox: () => run(own, []),
    auditOf: (runId) => inState((state) => [...state.auditOf(runId)]),
    quarantine: () => inState((state) => state.debts.list(store, { state: 'quarantine' })),
    stateBytes: () =>
      STATE_FILES.map((name) => join(home, name))
        .filter((path) => existsSync(path))
        .map((path) => readFileSync(path)),
    forget: () => {
      for (const name of STATE_FILES) {
        rmSync(join(home, name), { force: true });
      }
    },
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Section = Readonly<Record<string, unknown>>;

function pricesOf(sandbox: Sandbox, { orders }: LiveShopOptions): Section {
  return { orders: { ...(sandbox.config['orders'] as Section), ...orders } };
}

function configOf(sandbox: Sandbox, store: string, options: LiveShopOptions): Section {
  const { taxes, pricelistId } = options.provisioned;
  const rows = [20, 5.5].map((percent, index) => ({
    rate: index + 1,
    included: taxes.get(`${percent} included`),
    excluded: taxes.get(`${percent} excluded`),
  }));
  return {
    ...sandbox.config,
    store,
    orders: {
      ...(sandbox.config['orders'] as Section),
      taxes: rows,
      pricelists: { EUR: pricelistId },
      ...options.orders,
    },
  };
}

/** The variables that are set. */
function present(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function parseSummary(stdout: string, stderr: string): RunSummary & { plan?: readonly PlannedChange[] } {
  try {
    return JSON.parse(stdout) as RunSummary;
  } catch {
    throw new Error(`wcodoo printed no JSON: ${stdout.slice(0, 500)}\n${stderr.slice(0, 2000)}`);
  }
}

/** The counts of one flow of a run. */
export function flowOf(run: ProgramRun, name: string): FlowSummary {
  const flow = run.flows.find((summary) => summary.flow === name);
  if (flow === undefined) {
    throw new Error(`the run says nothing of ${name}: ${JSON.stringify(run)}`);
  }
  return flow;
}
