/** Both sides of a chaos test: a sandbox shop of its own, and a real Odoo that others use as well. */
import type { OdooApi, OdooDomain, OdooProtocol } from '../../../src/core/ports';
import { buildCatalogue, type CatalogueItem } from '../../../src/sandbox/catalogue';
import { buildShopSeed } from '../../../src/sandbox/seed-shop';
import type { ShopSeed } from '../../../src/sandbox/woo/shop-model';
import { createWooServer } from '../../../src/sandbox/woo-server';
import { countStock, newStoreId } from '../../live/clean-slate';
import type { LiveServer } from '../../live/live-servers';
import { productsByReference, TAX_PERCENTS, type LiveNames, type Provisioned } from '../../live/provision';
import type { Sides } from '../../support/chaos-rig';
import { marked } from '../../support/secrets';

/** Of its own, so that it meets no other suite: stores, user, taxes and products. */
export const CHAOS_STORE_PREFIX = 'chaos';
export const CHAOS_NAMES: LiveNames = { label: 'wcodoo chaos', login: 'wcodoo-chaos' };
export const CHAOS_CATALOGUE: readonly CatalogueItem[] = buildCatalogue({
  simpleProducts: 16,
  variableProducts: 3,
}).map((item) => ({ ...item, sku: item.sku === '' ? '' : `CHAOS-${item.sku}` }));

const FIRST_ORDER_DAYS_AGO = 150;

export interface LiveSidesOptions {
  readonly admin: OdooApi;
  readonly server: LiveServer;
  readonly protocol: OdooProtocol;
  readonly provisioned: Provisioned;
}

export async function startLiveSides(options: LiveSidesOptions): Promise<Sides> {
  const { admin, server, protocol, provisioned } = options;
  const { user } = provisioned;
  const store = newStoreId(CHAOS_STORE_PREFIX);
  const now = new Date();
  const key = { consumerKey: marked('ck_chaos'), consumerSecret: marked('cs_chaos') };
  const seed = buildShopSeed({ catalogue: CHAOS_CATALOGUE, now, customers: 6, orders: 12 });
  const woo = createWooServer({ seed: withOwnPeople(seed, `${store}.example`), ...key });
  const { url } = await woo.listen();
  const skus = CHAOS_CATALOGUE.filter(({ inOdoo, inWoo, sku }) => inOdoo && inWoo && sku !== '').map(
    ({ sku }) => sku,
  );
  const ids = await productsByReference(admin, skus);
  return {
    store,
    environment: {
      WOO_URL: url,
      WOO_CONSUMER_KEY: key.consumerKey,
      WOO_CONSUMER_SECRET: key.consumerSecret,
      ODOO_URL: server.url,
      ODOO_DB: server.database,
      ODOO_USERNAME: user.username,
      ODOO_PROTOCOL: protocol,
      ...(user.apiKey === undefined || protocol !== 'json2'
        ? { ODOO_PASSWORD: user.password }
        : { ODOO_API_KEY: user.apiKey }),
    },
    config: {
      store,
      orders: {
        from: new Date(now.getTime() - FIRST_ORDER_DAYS_AGO * 86_400_000).toISOString().slice(0, 10),
        missingProduct: 'fallback',
        taxes: TAX_PERCENTS.map((percent, index) => ({
          rate: index + 1,
          included: provisioned.taxes.get(`${percent} included`),
          excluded: provisioned.taxes.get(`${percent} excluded`),
        })),
        pricelists: { EUR: provisioned.pricelistId },
      },
    },
    shop: woo.shop,
    skus,
    // Its user may not create products.
    shopOnly: [],
    find: async (model, domain, fields) =>
      await admin.searchRead(model, domain as OdooDomain, fields, {
        context: { active_test: false },
      }),
    setStock: (sku, quantity) => countStock(admin, [{ productId: ids.get(sku) ?? 0, quantity }]),
    writes: () => undefined,
    close: () => woo.close(),
  };
}

/** The same shop with other e-mail addresses: partners of other suites must not match. */
function withOwnPeople(seed: ShopSeed, domain: string): ShopSeed {
  const own = (email: string): string => email.replace(/@.*$/, `@${domain}`);
  return {
    ...seed,
    customers: seed.customers.map((customer) => ({
      ...customer,
      email: own(customer.email),
      billing: { ...customer.billing, email: own(customer.billing.email ?? '') },
    })),
    orders: seed.orders.map((order) => ({
      ...order,
      billing: { ...order.billing, email: own(order.billing.email ?? '') },
    })),
  };
}
