/** The real program between two proxies, with a shop on one side and an Odoo on the other. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transpileModule } from 'typescript';
import { stringify } from 'yaml';
import { ModuleKind, ScriptTarget } from 'typescript';
import type { ShopHandle } from '../../src/sandbox/woo/shop-handle';
import { openState, type OpenState } from '../../src/state/open';
import { startChaosProxy, type ChaosProxy, type Watch } from './chaos-proxy';
import { KILL_ORDER_VARIABLE, type KillMarker, type KillOrder } from './kill-hook';
import { startCli, type CliResult, type RunningCli } from './run-cli';

export type Row = Readonly<Record<string, unknown>> & { readonly id: number };

/** A shop and an Odoo to synchronise, and how a test looks at them from outside. */
export interface Sides {
  readonly store: string;
  /** What the program reads from the environment, without paths; `WOO_URL` and `ODOO_URL` are the servers' own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly shop: ShopHandle;
  /** Products that both sides have. */
  readonly skus: readonly string[];
  /** Ids of products that only the shop has: the program creates them. */
  readonly shopOnly: readonly number[];
  /** Records of Odoo that match a domain, archived ones too. */
  readonly find: (model: string, domain: readonly unknown[], fields: readonly string[]) => Promise<Row[]>;
  /** Sets what is on hand of a product in Odoo. */
  setStock(sku: string, quantity: number): Promise<void>;
  /** Writes that both servers have carried out, where they count them. */
  writes(): number | undefined;
  close(): Promise<void>;
}

export interface ChaosRig {
  readonly sides: Sides;
  readonly woo: ChaosProxy;
  readonly odoo: ChaosProxy;
  /** Follows the calls to both sides. */
  watch(watch: Watch): void;
  start(args: readonly string[], options?: StartOptions): RunningCli;
  /** Runs it to its end. */
  run(args: readonly string[], options?: StartOptions): Promise<CliResult>;
  /** Opens a copy of the state as it lies there, also that of a run that was killed. */
  readonly withState: <T>(work: (state: OpenState) => Promise<T>) => Promise<T>;
  /** What a killed run left behind when it carried out its order; undefined when it did not come to it. */
  takeMarker(): KillMarker | undefined;
  /** Both servers have finished what they were sent. */
  idle(): Promise<void>;
  /** Forgets everything wcodoo remembers. */
  forget(): void;
  close(): Promise<void>;
}

export interface StartOptions {
  /** Kills itself at a moment of its state. */
  readonly kill?: Omit<KillOrder, 'module' | 'marker'>;
  readonly environment?: Readonly<Record<string, string>>;
}

const COMMIT_MODULE = join(__dirname, '../../dist/state/commit.js');
const STATE_FILES = ['state.db', 'state.db-wal', 'state.db-shm'];

/** Starts the proxies; `sides` are closed with the rig. */
export async function openChaosRig(sides: Sides): Promise<ChaosRig> {
  const { WOO_URL = '', ODOO_URL = '' } = sides.environment;
  const woo = await startChaosProxy('woo', WOO_URL);
  const odoo = await startChaosProxy('odoo', ODOO_URL);
  const folder = mkdtempSync(join(tmpdir(), 'wcodoo-chaos-'));
  const home = join(folder, 'home');
  const configPath = join(folder, 'wcodoo.yaml');
  const marker = join(folder, 'killed.json');
  const hook = join(folder, 'kill-hook.js');
  writeFileSync(configPath, stringify(sides.config));
  writeFileSync(hook, compileHook());

  function start(args: readonly string[], { kill, environment }: StartOptions = {}): RunningCli {
    const order = kill && JSON.stringify({ ...kill, module: COMMIT_MODULE, marker } satisfies KillOrder);
    return startCli(
      args,
      {
        ...sides.environment,
        WOO_URL: woo.url,
        ODOO_URL: odoo.url,
        WCODOO_CONFIG: configPath,
        WCODOO_HOME: home,
        ...(order !== undefined && { [KILL_ORDER_VARIABLE]: order }),
        ...environment,
      },
      folder,
      order === undefined ? [] : ['--require', hook],
    );
  }

  return {
    sides,
    woo,
    odoo,
    watch: (watch) => {
      woo.setWatch(watch);
      odoo.setWatch(watch);
    },
    start,
    run: (args, options) => start(args, options).result,
    async withState(work) {
      const copy = mkdtempSync(join(folder, 'state-'));
      for (const name of STATE_FILES.filter((file) => existsSync(join(home, file)))) {
        cpSync(join(home, name), join(copy, name));
      }
      const state = await openState({ path: join(copy, 'state.db'), now: () => new Date() });
      try {
        return await work(state);
      } finally {
        state.close();
        rmSync(copy, { recursive: true });
      }
    },
    takeMarker() {
      if (!existsSync(marker)) {
        return undefined;
      }
      const text = readFileSync(marker, 'utf8');
      rmSync(marker);
      return JSON.parse(text) as KillMarker;
    },
    idle: async () => {
      await Promise.all([woo.idle(), odoo.idle()]);
    },
    forget: () => {
      rmSync(home, { recursive: true, force: true });
      mkdirSync(home);
    },
    close: async () => {
      await Promise.all([woo.close(), odoo.close()]);
      await sides.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The hook as plain JavaScript: the program runs without the compiler. */
function compileHook(): string {
  const source = readFileSync(join(__dirname, 'kill-hook.ts'), 'utf8');
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  return transpileModule(source, { compilerOptions }).outputText;
}
