/**
 * Products of order lines: linked to Odoo's by SKU, and created in their
 * simplest form where the settings say so. Fed by orders; the catalogue itself
 * belongs to Odoo.
 */
import { z } from 'zod';
import { cleanText } from '../../lib/clean-text';
import type { RunContext } from '../../core/context';
import {
  defineEntity,
  defineFlow,
  type Change,
  type Outcome,
  type Plan,
  type PlanFailure,
  type SourceRecord,
} from '../../core/entity';
import { externalId, formatKey, type RecordKey } from '../../core/keys';
import { linkFor, type Mapped } from '../../core/plan';
import { findProducts, PRODUCT_MODEL } from './match-products';
import { productVerifier } from './verify-products';

/** A product as an order line names it. */
export interface ProductSource {
  readonly sku: string;
  readonly name: string;
  /** What to do when Odoo does not have it; see `orders.missingProduct`. */
  readonly missing: 'quarantine' | 'create' | 'fallback';
}

export const products = defineEntity({
  name: 'products',
  settings: z.strictObject({}),
  verifier: () => productVerifier,
  wooToOdoo: () =>
    defineFlow<ProductSource>({
      name: 'products',
      direction: 'wooToOdoo',
      dependsOn: [],
      entities: ['product'],
      odooModel: () => PRODUCT_MODEL,
      wooCollection: () => 'products',
      read: readNothing,
      plan: planProducts,
      write: createProducts,
    }),
});

/** Products come with the orders that name them. */
async function* readNothing(): AsyncGenerator<never> {
  // Nothing of its own to read.
}

async function planProducts(
  context: RunContext,
  records: readonly SourceRecord[],
): Promise<Plan<ProductSource>> {
  const links = await context.state.links.find(records.map(({ key }) => key));
  const open = records.filter(({ key }) => !links.has(formatKey(key)));
  const found = await findProducts(
    context,
    open.map(({ raw }) => (raw as ProductSource).sku),
  );
  const changes: Change<ProductSource>[] = [];
  const failures: PlanFailure[] = [];
  const unchanged: RecordKey[] = records.filter(({ key }) => links.has(formatKey(key))).map(({ key }) => key);
  for (const record of open) {
    const mapped = mapProduct(record);
    const match = found.get(mapped.payload.sku);
    if (match?.kind === 'found') {
      changes.push(changeTo(mapped, 'link', match.odooId));
    } else if (match?.kind === 'ambiguous') {
      failures.push(failureOf(mapped, 'ambiguous-sku', match.message));
    } else if (mapped.payload.missing === 'create') {
      changes.push(changeTo(mapped, 'create', 0));
    } else if (mapped.payload.missing === 'quarantine') {
      const { sku, name } = mapped.payload;
      failures.push(
        failureOf(
          mapped,
          'missing-product',
          sku === ''
            ? `the product "${name}" has no SKU in the shop, so Odoo's product cannot be found; give both the same SKU, or set orders.missingProduct`
            : `Odoo has no product with the internal reference ${sku} (${name}); create it, or set orders.missingProduct`,
        ),
      );
    } else {
      unchanged.push(mapped.key);
    }
  }
  return { changes, failures, unchanged };
}

function mapProduct(record: SourceRecord): Mapped<ProductSource> {
  const source = record.raw as ProductSource;
  const payload = { ...source, sku: source.sku.trim(), name: cleanText(source.name) };
  return {
    key: record.key,
    businessKey: payload.sku || payload.name,
    odooModel: PRODUCT_MODEL,
    fields: { sku: payload.sku },
    payload,
    requires: [],
    matchKey: null,
    origin: record.origin,
  };
}

function changeTo(
  mapped: Mapped<ProductSource>,
  action: 'link' | 'create',
  odooId: number,
): Change<ProductSource> {
  const { key, businessKey, payload, requires, origin } = mapped;
  return {
    key,
    action,
    businessKey,
    changes: [],
    reason: action === 'link' ? 'matched' : '',
    message: action === 'link' ? 'same SKU' : '',
    ...(action === 'link' ? { odooId } : {}),
    requires,
    origin,
    payload,
    nextLink: linkFor(mapped, odooId, action === 'link'),
  };
}

function failureOf(mapped: Mapped<ProductSource>, reason: string, message: string): PlanFailure {
  const { key, businessKey, origin } = mapped;
  return { key, businessKey, reason, message, origin, quarantine: true };
}

async function createProducts(
  context: RunContext,
  changes: readonly Change<ProductSource>[],
): Promise<Outcome[]> {
  const { storable } = context.odoo.server.capabilities;
  const outcomes = await context.odoo.load(
    PRODUCT_MODEL,
    ['id', 'name', 'default_code', ...Object.keys(storable)],
    changes.map(({ key, payload }) => [
      [
        externalId(key),
        payload.name || payload.sku || `WooCommerce product ${key.id}`,
        payload.sku,
        ...Object.values(storable).map((value) => (value === true ? '1' : String(value))),
      ],
    ]),
  );
  return changes.map(({ key, nextLink }, index): Outcome => {
    const outcome = outcomes[index];
    if (outcome?.ok !== true) {
      return { key, status: 'failed', reason: 'odoo-refused', message: outcome?.message ?? '' };
    }
    const link = nextLink && { ...nextLink, odooId: outcome.id };
    return { key, status: 'done', odooId: outcome.id, link };
  });
}
