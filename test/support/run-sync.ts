/** A sandbox, a home folder and runs of the real application on them, in this process. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApp } from '../../src/app';
import { openOwnState, statePath } from '../../src/own-state';
import type { Config } from '../../src/config/load';
import { Environment } from '../../src/config/environment';
import { ConfigFile } from '../../src/config/schema';
import type { RunRequest } from '../../src/core/context';
import type { Flow } from '../../src/core/entity';
import type { RunEvent } from '../../src/core/events';
import type { RunSummary } from '../../src/core/run-summary';
import type { AuditRow, Debt, Link, OdooApi, OdooRow, State, WooApi } from '../../src/core/ports';
import { formatKey, recordKey } from '../../src/core/keys';
import { runFlows } from '../../src/core/run';
import { hashOf } from '../../src/lib/hash';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox';
import { renderOrder } from '../../src/sandbox/woo/render-order';

export type Sections = Readonly<Record<string, unknown>>;

export interface SyncOptions {
  readonly request?: Partial<RunRequest>;
  readonly dryRun?: boolean;
  /** Names of flows; all of them when left out. */
  readonly flows?: readonly string[];
  readonly strict?: boolean;
  /** Settings over the sandbox's own, merged one level deep. */
  readonly settings?: Sections;
  /** Flows in place of the program's own. */
  readonly ownFlows?: readonly Flow[];
  /** Puts something between the core and the adapters. */
  readonly wrapOdoo?: (odoo: OdooApi) => OdooApi;
  readonly wrapWoo?: (woo: WooApi) => WooApi;
  readonly signal?: AbortSignal;
  /** In place of the waits between tries; none by default. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Called with every event, while the run goes on. */
  readonly on?: (event: RunEvent) => void;
}

export interface SyncResult {
  readonly summary: RunSummary;
  /** Decisions in the order they became durable. */
  readonly rows: readonly AuditRow[];
  readonly notices: readonly string[];
  /** Writes that each side counted during this run. */
  readonly writes: { readonly woo: number; readonly odoo: number };
}

export interface OrderPair {
  readonly id: number;
  readonly status: string;
  readonly shopTotal: string;
  readonly shopTax: string;
  /** As Odoo has it; undefined where it has no such order. */
  readonly odoo: OdooRow | undefined;
  readonly odooTotal: string;
  readonly odooTax: string;
}

export interface Bench {
  readonly sandbox: Sandbox;
  readonly home: string;
  sync(options?: SyncOptions): Promise<SyncResult>;
  config(settings?: Sections): Config;
  /** Opens the state for a look or a change, and closes it again. */
  withState<T>(work: (state: State) => Promise<T>): Promise<T>;
  debts(): Promise<Debt[]>;
  link(entity: string, id: number | string): Promise<Link | undefined>;
  /** Makes every debt due. */
  releaseDebts(): Promise<number>;
  /** Forgets everything wcodoo remembers. */
  forget(): void;
  stateBytes(): Buffer | undefined;
  /** Every order of the shop beside the one Odoo has of it. */
  pairs(): OrderPair[];
  pair(id: number): OrderPair;
  close(): Promise<void>;
}

const noWait = (): Promise<void> => Promise.resolve();

const STATE_FILES = ['', '-wal', '-shm'];

export async function startBench(options: SandboxOptions = {}): Promise<Bench> {
  const sandbox = await startSandbox({ orders: 30, customers: 15, products: 30, ...options });
  const home = mkdtempSync(join(tmpdir(), 'wcodoo-test-'));

  function config(settings: Sections = {}): Config {
    const sections = Object.fromEntries(
      [...new Set([...Object.keys(sandbox.config), ...Object.keys(settings)])].map((name) => [
        name,
        mergeSection(sandbox.config[name], settings[name]),
      ]),
    );
    const file = ConfigFile.parse(sections) as unknown as Config['file'];
    const environment = Environment.parse({ ...sandbox.environment, WCODOO_HOME: home });
    return { environment, file, configPath: undefined, home, hash: hashOf(file, 16), warnings: [] };
  }

  async function sync(sync: SyncOptions = {}): Promise<SyncResult> {
    const rows: AuditRow[] = [];
    const notices: string[] = [];
    const emit = (event: RunEvent): void => {
      if (event.type === 'decided') {
        rows.push(...event.rows);
      } else if (event.type === 'notice') {
        notices.push(event.message);
      }
      sync.on?.(event);
    };
    const before = { woo: sandbox.woo.writes, odoo: sandbox.odoo.writes };
    const app = await openApp(config(sync.settings), {
      request: { full: false, ...sync.request },
      dryRun: sync.dryRun ?? false,
      emit,
      signal: sync.signal ?? new AbortController().signal,
      sleep: sync.sleep ?? noWait,
    });
    try {
      const { woo, odoo } = app.context;
      const context = {
        ...app.context,
        woo: sync.wrapWoo?.(woo) ?? woo,
        odoo: sync.wrapOdoo?.(odoo) ?? odoo,
      };
      const summary = await runFlows(context, {
        flows: sync.ownFlows ?? app.flows,
        selected: sync.flows ?? [],
        strict: sync.strict ?? false,
        findMissingCanaries: app.findMissingCanaries,
        interruptedExitCode: () => 130,
      });
      const writes = { woo: sandbox.woo.writes - before.woo, odoo: sandbox.odoo.writes - before.odoo };
      return { summary, rows, notices, writes };
    } finally {
      await app.close();
    }
  }

  async function withState<T>(work: (state: State) => Promise<T>): Promise<T> {
    const state = await openOwnState(config());
    try {
      return await work(state);
    } finally {
      state.close();
    }
  }

  function pairs(): OrderPair[] {
    const byOrigin = new Map(
      sandbox.odoo.records
        .read('sale.order', ['name', 'origin', 'state', 'amount_total', 'amount_tax', 'date_order'])
        .map((row) => [row['origin'], row as unknown as OdooRow]),
    );
    return sandbox.woo.shop.orders.map((order) => {
      const rendered = renderOrder(order, '');
      const odoo = byOrigin.get(`woo:shop:${order.id}`);
      return {
        id: order.id,
        status: order.status,
        shopTotal: String(rendered['total']),
        shopTax: String(rendered['total_tax']),
        odoo,
        odooTotal: amount(odoo?.['amount_total']),
        odooTax: amount(odoo?.['amount_tax']),
      };
    });
  }

  return {
    sandbox,
    home,
    sync,
    config,
    withState,
    pairs,
    debts: () => withState((state) => state.debts.list('shop')),
    link: (entity, id) =>
      withState(async (state) => {
        const key = recordKey('shop', entity, id);
        return (await state.links.find([key])).get(formatKey(key));
      }),
    releaseDebts: () =>
      withState(async (state) => {
        const debts = await state.debts.list('shop');
        return state.debts.release(
          debts.map(({ key }) => key),
          new Date().toISOString(),
        );
      }),
    forget: () => {
      for (const suffix of STATE_FILES) {
        rmSync(`${statePath(config())}${suffix}`, { force: true });
      }
    },
    stateBytes: () => {
      const path = statePath(config());
      return existsSync(path) ? readFileSync(path) : undefined;
    },
    pair: (id) => {
      const found = pairs().find((candidate) => candidate.id === id);
      if (found === undefined) {
        throw new RangeError(`the shop has no order ${id}`);
      }
      return found;
    },
    close: async () => {
      await sandbox.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function mergeSection(base: unknown, over: unknown): unknown {
  return isSection(base) && isSection(over) ? { ...base, ...over } : (over ?? base);
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function amount(value: unknown): string {
  return typeof value === 'number' ? value.toFixed(2) : '';
}

/** Statuses of the shop whose orders Odoo must have, with the totals of the shop. */
export const BROUGHT_OVER = ['pending', 'processing', 'on-hold', 'completed', 'awaiting-pickup'];

/** Rows as `flow entity/id action status`, sorted. */
export function decisions(rows: readonly AuditRow[]): string[] {
  return rows
    .map(({ flow, entity, wooId, action, status }) => `${flow} ${entity}/${wooId} ${action} ${status}`)
    .sort();
}

/** Counts of a flow in a summary. */
export function countsOf(result: SyncResult, flow: string): RunSummary['flows'][number] {
  const found = result.summary.flows.find((summary) => summary.flow === flow);
  if (found === undefined) {
    throw new RangeError(`the run has no flow ${flow}`);
  }
  return found;
}
