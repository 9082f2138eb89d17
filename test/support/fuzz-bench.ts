/** A sandbox behind two tampering proxies, and runs of `wcodoo sync` on it, in this process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { openOwnState } from '../../src/own-state';
import type { ConfigOptions } from '../../src/commands/command';
import { retryDebts } from '../../src/commands/debts';
import { sync } from '../../src/commands/sync';
import { loadConfig } from '../../src/config/load';
import { EXIT, WcodooError } from '../../src/core/errors';
import type { RunSummary } from '../../src/core/run-summary';
import type { AuditRow, State } from '../../src/core/ports';
import { Scrubber } from '../../src/lib/scrubber';
import {
  startSandbox,
  writeSandboxFiles,
  type Sandbox,
  type SandboxOptions,
} from '../../src/sandbox/sandbox';
import { ioForTests } from '../commands/io-for-tests';
import { readAuditCells } from './read-audit';
import { startTamperingProxy, type TamperingProxy } from './tampering-proxy';

export interface FuzzRun {
  readonly exitCode: number;
  /** What the program said of an error that ended it; the stack, where it was a bug. */
  readonly complaint: string;
  /** Undefined when the run ended with an error. */
  readonly summary: Pick<RunSummary, 'runId' | 'flows'> | undefined;
  readonly stderr: string;
  readonly rows: readonly AuditRow[];
  /** The audit file, parsed. */
  readonly cells: readonly (readonly string[])[];
}

export interface FuzzBench {
  readonly sandbox: Sandbox;
  readonly shop: TamperingProxy;
  readonly odoo: TamperingProxy;
  /** `wcodoo sync --json --verbose`. */
  sync(options?: { readonly full?: boolean }): Promise<FuzzRun>;
  /** `wcodoo debts retry --all`. */
  retryAll(): Promise<void>;
  withState<T>(work: (state: State) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A page of spoiled records is a mass change, and stopping it would hide what they do. */
const NO_LIMITS = {
  archived: 1_000_000,
  changedShare: '100%',
  priceJumps: 1_000_000,
  stockToZero: '100%',
  listingShrink: '100%',
};

/** @param settings sections over the sandbox's own, merged one level deep */
export async function startFuzzBench(
  options: SandboxOptions = {},
  settings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): Promise<FuzzBench> {
  const sandbox = await startSandbox(options);
  const { WOO_URL, ODOO_URL } = sandbox.environment;
  const [shop, odoo] = await Promise.all([WOO_URL, ODOO_URL].map((url) => startTamperingProxy(url ?? '')));
  if (shop === undefined || odoo === undefined) {
    throw new Error('the proxies did not start');
  }
  const home = mkdtempSync(join(tmpdir(), 'wcodoo-fuzz-'));
  const envFile = join(home, 'fuzz.env');
  const environment = { ...sandbox.environment, WOO_URL: shop.url, ODOO_URL: odoo.url };
  writeSandboxFiles({ ...sandbox, environment }, envFile);
  writeFileSync(
    `${envFile}.yaml`,
    stringify(mergeSections(sandbox.config, { limits: NO_LIMITS, ...settings })),
  );
  const flags: ConfigOptions = { envFile };
  const config = loadConfig(flags, new Scrubber());

  async function withState<T>(work: (state: State) => Promise<T>): Promise<T> {
    const state = await openOwnState(config);
    try {
      return await work(state);
    } finally {
      state.close();
    }
  }

  return {
    sandbox,
    shop,
    odoo,
    withState,
    async sync({ full = false } = {}) {
      const { io, stdout, stderr } = ioForTests();
      let exitCode: number;
      let complaint = '';
      try {
        exitCode = await sync([], { ...flags, json: true, verbose: true, full }, io);
      } catch (error) {
        exitCode = error instanceof WcodooError ? error.exitCode : EXIT.bug;
        complaint = String(error instanceof WcodooError ? error.message : (error as Error).stack);
      }
      const said = JSON.parse(stdout() || 'null') as { runId: string | null } & RunSummary;
      const summary = complaint === '' ? said : undefined;
      const runId = summary?.runId;
      const rows =
        runId === undefined ? [] : await withState((state) => Promise.resolve([...state.auditOf(runId)]));
      const cells = runId === undefined ? [] : await readAuditCells(config, runId);
      return { exitCode, complaint, summary, stderr: stderr(), rows, cells };
    },
    async retryAll() {
      await retryDebts([], { ...flags, all: true }, ioForTests().io);
    },
    async close() {
      await Promise.all([shop.close(), odoo.close(), sandbox.close()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function mergeSections(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Record<string, unknown> {
  const merged = Object.entries(over).map(([name, section]) => [
    name,
    { ...(base[name] as object | undefined), ...section },
  ]);
  return { ...base, ...(Object.fromEntries(merged) as Record<string, unknown>) };
}
