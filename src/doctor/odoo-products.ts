/** Products as Odoo has them: those that stand for shipping and fees, and those with the shop's SKUs. */
import type { OdooApi, OdooRow } from '../core/ports';
import type { OrderSettings } from '../entities/orders/settings';
import { chunk } from '../lib/chunk';
import { groupBy } from '../lib/group-by';
import { textOf } from '../odoo/schema';
import { count, nameSome, type Findings } from './findings';
import type { ShopItem } from './shop-products';

const TOPIC = 'Products in Odoo';
const MODEL = 'product.product';
/** References of one request. */
const REFERENCES_PER_REQUEST = 500;

export async function checkServiceProducts(
  odoo: OdooApi,
  settings: OrderSettings,
  findings: Findings,
): Promise<void> {
  await findings.attempt('odoo', TOPIC, async () => {
    const wanted = [
      ['shippingProduct', settings.shippingProduct, 'shipping'],
      ['feeProduct', settings.feeProduct, 'fees'],
      ['fallbackProduct', settings.fallbackProduct, 'lines whose product is gone'],
    ] as const;
    const found = await findByReference(
      odoo,
      wanted.map(([, reference]) => reference),
      ['type', 'invoice_policy'],
    );
    for (const [setting, reference, purpose] of wanted) {
      judgeService(found.get(reference) ?? [], { setting, reference, purpose }, findings);
    }
  });
}

function judgeService(
  rows: readonly OdooRow[],
  { setting, reference, purpose }: { setting: string; reference: string; purpose: string },
  findings: Findings,
): void {
  const [product, second] = rows;
  if (product === undefined) {
    findings.problem(
      TOPIC,
      `the product for ${purpose} is missing: Odoo has none with the internal reference ${reference}`,
      `Create a product of the type Service with that reference, or set orders.${setting} to another.`,
    );
  } else if (second !== undefined) {
    findings.problem(
      TOPIC,
      `several products in Odoo have the internal reference ${reference} (ids ${rows.map(({ id }) => id).join(', ')}), which stands for ${purpose}`,
      'Give each its own.',
    );
  } else if (product['type'] !== 'service') {
    findings.warn(
      TOPIC,
      `the product ${reference} for ${purpose} is no service: Odoo would want to deliver it`,
      'Set its type to Service.',
    );
  } else if (product['invoice_policy'] === 'delivery') {
    findings.warn(
      TOPIC,
      `the product ${reference} for ${purpose} is invoiced when it is delivered: such lines would be left off invoices`,
      'Set its invoicing policy to "Ordered quantities".',
    );
  } else {
    findings.ok(TOPIC, `the product for ${purpose} is there (${reference})`);
  }
}

/** Compares the shop's SKUs with Odoo's internal references. */
export async function checkProductMatches(
  odoo: OdooApi,
  items: readonly ShopItem[],
  settings: OrderSettings,
  findings: Findings,
): Promise<void> {
  await findings.attempt('odoo', TOPIC, async () => {
    const skus = [...new Set(items.map(({ sku }) => sku).filter((sku) => sku !== ''))];
    const found = await findByReference(odoo, skus, ['active']);
    const missing = skus.filter((sku) => !found.has(sku));
    if (missing.length > 0) {
      judgeMissing(missing, settings, findings);
    } else if (skus.length > 0) {
      findings.ok(TOPIC, `Odoo has a product for each of ${count(skus.length, 'SKU')} of the shop`);
    }
    const doubled = [...found].filter(([, rows]) => rows.filter(isActive).length > 1);
    if (doubled.length > 0) {
      findings.problem(
        TOPIC,
        `${count(doubled.length, 'internal reference')} in Odoo ${doubled.length === 1 ? 'belongs' : 'belong'} to several products: ${nameSome(
          doubled.map(([sku, rows]) => `${sku} (ids ${rows.map(({ id }) => id).join(', ')})`),
        )}`,
        'Give each product its own internal reference.',
      );
    }
    await judgeTracking(odoo, items, new Set(found.keys()), findings);
  });
}

const CONSEQUENCES: Readonly<Record<OrderSettings['missingProduct'], readonly ['problem' | 'warn', string]>> =
  {
    quarantine: ['problem', 'orders with them stay in quarantine'],
    create: ['warn', 'they are created with the first order that names them'],
    fallback: ['warn', 'their lines stand on the fallback product, and their stock is not kept in step'],
  };

function judgeMissing(missing: readonly string[], settings: OrderSettings, findings: Findings): void {
  const [level, consequence] = CONSEQUENCES[settings.missingProduct];
  findings[level](
    TOPIC,
    `${count(missing.length, 'SKU')} of the shop ${missing.length === 1 ? 'is' : 'are'} unknown to Odoo (${nameSome(missing)}): ${consequence}`,
    'Give the products in Odoo these internal references (upper and lower case matter), or see orders.missingProduct.',
  );
}

/** Stock flows only between a product the shop counts and one that Odoo tracks. */
async function judgeTracking(
  odoo: OdooApi,
  items: readonly ShopItem[],
  known: ReadonlySet<string>,
  findings: Findings,
): Promise<void> {
  const counted = items.filter(({ sku, manage_stock }) => manage_stock === true && known.has(sku));
  const tracked = await findByReference(
    odoo,
    counted.map(({ sku }) => sku),
    [],
    odoo.server.capabilities.storableDomain,
  );
  const untracked = counted.map(({ sku }) => sku).filter((sku) => !tracked.has(sku));
  if (untracked.length > 0) {
    findings.warn(
      TOPIC,
      `the shop counts the stock of ${count(untracked.length, 'product')} that Odoo does not track (${nameSome(untracked)}): nothing is written to them`,
      'Switch on "Track Inventory" for the products in Odoo.',
    );
  }
}

async function findByReference(
  odoo: OdooApi,
  references: readonly string[],
  fields: readonly string[],
  domain: Parameters<OdooApi['searchRead']>[1] = [['active', 'in', [true, false]]],
): Promise<Map<string, OdooRow[]>> {
  const rows: OdooRow[] = [];
  for (const part of chunk([...new Set(references)], REFERENCES_PER_REQUEST)) {
    rows.push(
      ...(await odoo.searchRead(
        MODEL,
        [...domain, ['default_code', 'in', part]],
        ['default_code', ...fields],
      )),
    );
  }
  return groupBy(rows, (row) => textOf(row['default_code']));
}

function isActive(row: OdooRow): boolean {
  return row['active'] === true;
}
