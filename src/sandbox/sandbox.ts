/** The embedded shop and ERP together, with everything the other commands need to use them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { buildCatalogue, DEFAULT_CATALOGUE } from './catalogue';
import { createOdooServer, type OdooServer } from './odoo-server';
import { buildShopSeed } from './seed-shop';
import { createWooServer, type WooServer } from './woo-server';

export interface SandboxOptions {
  readonly orders?: number | undefined;
  readonly customers?: number | undefined;
  /** Simple products; the variable ones stay 20. */
  readonly products?: number | undefined;
  readonly odooVersion?: 19 | 14 | undefined;
  /** Share of the calls that go wrong, 0 to 1. */
  readonly faultRate?: number | undefined;
  readonly roundingMethod?: 'round_per_line' | 'round_globally' | undefined;
}

export interface Sandbox {
  readonly woo: WooServer;
  readonly odoo: OdooServer;
  /** What `wcodoo` reads from the environment, without paths. */
  readonly environment: Readonly<Record<string, string>>;
  /** The configuration that fits: taxes, pricelists and the first order. */
  readonly config: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/**
 * Not secret: they open nothing but a sandbox on loopback. Their last word
 * stands nowhere else, so that a test finds them wherever they were printed.
 */
const SANDBOX_KEY = { consumerKey: 'ck_sandbox-hush7f3aq', consumerSecret: 'cs_sandbox-hush7f3aq' };
const DATABASE = 'sandbox';
/** Who may do everything, for tests. */
export const ADMIN = {
  login: 'admin',
  password: 'admin-password-hush7f3aq',
  apiKey: 'admin-key-hush7f3aq',
  rights: 'admin',
} as const;
const USER = {
  login: 'wcodoo',
  password: 'user-password-hush7f3aq',
  apiKey: 'user-key-hush7f3aq',
  rights: 'sales',
  timezone: 'Europe/Paris',
} as const;

/** The seeded orders lie in the 120 days before; this is before all of them. */
const FIRST_ORDER_DAYS_AGO = 150;

/** Starts both servers on free ports of 127.0.0.1. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const catalogue = buildCatalogue({
    ...DEFAULT_CATALOGUE,
    ...(options.products === undefined ? {} : { simpleProducts: options.products }),
  });
  const now = new Date();
  const woo = createWooServer({
    seed: buildShopSeed({
      catalogue,
      now,
      ...(options.customers === undefined ? {} : { customers: options.customers }),
      ...(options.orders === undefined ? {} : { orders: options.orders }),
    }),
    ...SANDBOX_KEY,
    ...faultsOf(options.faultRate),
  });
  const odoo = createOdooServer({
    version: options.odooVersion ?? 19,
    database: DATABASE,
    users: [ADMIN, USER],
    catalogue,
    ...(options.roundingMethod === undefined ? {} : { roundingMethod: options.roundingMethod }),
    ...faultsOf(options.faultRate),
  });
  const [shopAddress, odooAddress] = await Promise.all([woo.listen(), odoo.listen()]);
  return {
    woo,
    odoo,
    environment: {
      WOO_URL: shopAddress.url,
      WOO_CONSUMER_KEY: SANDBOX_KEY.consumerKey,
      WOO_CONSUMER_SECRET: SANDBOX_KEY.consumerSecret,
      ODOO_URL: odooAddress.url,
      ODOO_DB: DATABASE,
      ODOO_USERNAME: USER.login,
      ODOO_PASSWORD: USER.password,
      ODOO_API_KEY: USER.apiKey,
      ODOO_PROTOCOL: 'auto',
    },
    config: configFor(odoo, now),
    close: async () => {
      await Promise.all([woo.close(), odoo.close()]);
    },
  };
}

/**
 * Writes the environment for the other commands to `path`, and beside it the
 * configuration and the folder of the state it names.
 */
export function writeSandboxFiles(sandbox: Sandbox, path: string): void {
  const envFile = resolve(path);
  const folder = dirname(envFile);
  mkdirSync(folder, { recursive: true });
  const configPath = `${envFile}.yaml`;
  writeFileSync(configPath, stringify(sandbox.config));
  const variables = {
    ...sandbox.environment,
    WCODOO_CONFIG: configPath,
    WCODOO_HOME: join(folder, 'wcodoo-home'),
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  writeFileSync(envFile, `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** The kinds both servers know. */
const FAULT_KINDS = ['reset-before', 'lost-answer', '502-html', 'truncated'] as const;

function faultsOf(rate = 0): { faults?: { rate: number; kinds: typeof FAULT_KINDS; seed: number } } {
  return rate === 0 ? {} : { faults: { rate, kinds: FAULT_KINDS, seed: 1 } };
}

function configFor(odoo: OdooServer, now: Date): Record<string, unknown> {
  const includedField = 'price_include';
  const taxes = odoo.records.read('account.tax', ['amount', includedField]);
  const [pricelist] = odoo.records
    .read('product.pricelist', ['currency_id'])
    .filter(({ currency_id: currency }) => Array.isArray(currency) && currency[1] === 'EUR');
  const taxId = (percent: number, included: boolean): unknown =>
    taxes.find((tax) => tax['amount'] === percent && tax[includedField] === included)?.['id'];
  const firstOrder = new Date(now.getTime() - FIRST_ORDER_DAYS_AGO * 86_400_000);
  return {
    store: 'shop',
    customers: { languages: { FR: 'fr_FR' } },
    orders: {
      from: firstOrder.toISOString().slice(0, 10),
      missingProduct: 'fallback',
      taxes: [
        { rate: 1, included: taxId(20, true), excluded: taxId(20, false) },
        { rate: 2, included: taxId(5.5, true), excluded: taxId(5.5, false) },
      ],
      pricelists: { EUR: pricelist?.['id'] },
    },
  };
}
