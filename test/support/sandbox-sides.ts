/** Both sides of a chaos test on the sandbox. */
import type { OdooProtocol } from '../../src/core/ports';
import { ADMIN, startSandbox, type SandboxOptions } from '../../src/sandbox/sandbox';
import type { Row, Sides } from './chaos-rig';

export interface SandboxSidesOptions extends SandboxOptions {
  readonly protocol: OdooProtocol;
  /** Settings over the sandbox's own, merged one level deep. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Starts a sandbox whose program may do everything in Odoo, so that products
 * are created too, and whose calls time out soon.
 */
export async function startSandboxSides(options: SandboxSidesOptions): Promise<Sides> {
  const { protocol, settings = {}, ...size } = options;
  const sandbox = await startSandbox({ orders: 30, customers: 12, products: 82, ...size });
  const { woo, odoo, config } = sandbox;
  const { orders } = config as { orders: object };
  const known = new Set(
    odoo.records.read('product.product', ['default_code']).map((row) => row['default_code']),
  );
  const products = [...woo.shop.shop.products.values()].filter(
    ({ type, status }) => type !== 'variable' && status === 'publish',
  );
  return {
    store: 'shop',
    environment: {
      ...sandbox.environment,
      ODOO_PROTOCOL: protocol,
      ODOO_USERNAME: ADMIN.login,
      ODOO_PASSWORD: ADMIN.password,
      ODOO_API_KEY: ADMIN.apiKey,
    },
    config: {
      ...config,
      ...settings,
      orders: { ...orders, missingProduct: 'create', ...settings['orders'] },
      odoo: { timeout: '10s', ...settings['odoo'] },
      woo: { timeout: '10s', ...settings['woo'] },
    },
    shop: woo.shop,
    skus: products.filter(({ sku }) => known.has(sku)).map(({ sku }) => sku),
    shopOnly: products.filter(({ sku }) => !known.has(sku)).map(({ id }) => id),
    find: (model, domain, fields) =>
      Promise.resolve(odoo.records.find(model, domain as never, fields) as unknown as Row[]),
    setStock: (sku, quantity) => {
      odoo.records.setStock(sku, quantity);
      return Promise.resolve();
    },
    writes: () => woo.writes + odoo.writes,
    close: () => sandbox.close(),
  };
}
