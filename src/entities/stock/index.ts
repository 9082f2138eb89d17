/** Stock, from Odoo to the products and variations of the shop. */
import { groupBy } from '../../lib/group-by';
import type { RunContext } from '../../core/context';
import {
  defineEntity,
  defineFlow,
  type Change,
  type Outcome,
  type Plan,
  type PlanFailure,
  type SharedSettings,
  type SourceRecord,
} from '../../core/entity';
import type { RecordKey } from '../../core/keys';
import { PRODUCT_MODEL } from '../products/match-products';
import { computeQuantity } from './compute-quantity';
import { loadHeldUnits, type HeldUnits } from './held-units';
import { readPairs, type StockPair, type UnusableItem } from './pair-items';
import { readQuantities } from './read-quantities';
import { readStock } from './read-stock';
import { StockSettings } from './settings';
import { stockVerifier } from './verify-stock';

interface StockPayload {
  readonly wooId: number;
  /** Id of the variable product; 0 for a simple one. */
  readonly parentId: number;
  readonly quantity: number;
}

export const stock = defineEntity({
  name: 'stock',
  settings: StockSettings,
  verifier: (settings, shared) =>
    stockVerifier(settings, {
      plan: (context, records) => planStock(context, records, settings, shared),
      forget: (context) => {
        lastHeldUnits(context).units = undefined;
      },
    }),
  odooToWoo: (settings, shared) =>
    defineFlow<StockPayload>({
      name: 'stock',
      direction: 'odooToWoo',
      dependsOn: ['orders'],
      needsCompleteDependencies: true,
      entities: ['stock'],
      odooModel: () => PRODUCT_MODEL,
      read: (context, request) => readStock(context, request, settings),
      plan: (context, records) => planStock(context, records, settings, shared),
      write: writeStock,
      guard: {
        measure: ({ changes: [change] }) => ({
          toZero: change !== undefined && Number(change.before) > 0 && Number(change.after) <= 0,
        }),
        readAgain: (context, changes) => {
          lastHeldUnits(context).units = undefined;
          return readPairs(
            context,
            changes.flatMap(({ odooId }) => odooId ?? []),
          );
        },
      },
    }),
});

async function planStock(
  context: RunContext,
  records: readonly SourceRecord[],
  settings: StockSettings,
  shared: SharedSettings,
): Promise<Plan<StockPayload>> {
  const { pairs, failures } = sortOut(records);
  const facts = await readFacts(context, pairs, settings, shared);
  const changes: Change<StockPayload>[] = [];
  const unchanged: RecordKey[] = records.filter(({ raw }) => raw === null).map(({ key }) => key);
  for (const { key, item, odooIds } of pairs) {
    const [odooId, ...others] = odooIds;
    if (odooId === undefined || others.length > 0) {
      failures.push({
        key,
        businessKey: item.sku,
        reason: 'ambiguous-sku',
        message: `several products in Odoo have the internal reference ${item.sku} (ids ${odooIds.join(', ')}); give each its own`,
        quarantine: true,
      });
      continue;
    }
    const base = { key, businessKey: item.sku, odooId, requires: [] };
    const payload = { wooId: item.id, parentId: item.parent_id, quantity: 0 };
    if (item.manage_stock !== true) {
      // The shop does not count this product; said once in a while, not in every run.
      if (context.request.full) {
        changes.push({ ...base, payload, action: 'skip', changes: [], ...notCounted(item.manage_stock) });
      } else {
        unchanged.push(key);
      }
      continue;
    }
    if (!facts.quantities.has(odooId)) {
      failures.push({
        key,
        businessKey: item.sku,
        reason: 'deleted-in-odoo',
        message: `the product ${item.sku} (id ${odooId}) is no longer shown by Odoo`,
        quarantine: false,
      });
      continue;
    }
    const quantity = quantityOf(facts, item.id, odooId, settings);
    if (item.stock_quantity === quantity) {
      unchanged.push(key);
      continue;
    }
    const before = item.stock_quantity == null ? '' : String(item.stock_quantity);
    changes.push({
      ...base,
      payload: { ...payload, quantity },
      action: 'update',
      changes: [{ field: 'stock_quantity', before, after: String(quantity) }],
      reason: '',
      message: '',
    });
  }
  return { changes, failures, unchanged };
}

/** Items to compare, and those of which nothing is known but the id. */
function sortOut(records: readonly SourceRecord[]): {
  readonly pairs: readonly (StockPair & { readonly key: RecordKey })[];
  readonly failures: PlanFailure[];
} {
  const pairs: (StockPair & { readonly key: RecordKey })[] = [];
  const failures: PlanFailure[] = [];
  for (const { key, raw } of records) {
    const source = raw as StockPair | UnusableItem | null;
    if (source !== null && 'reason' in source) {
      const { reason, message } = source;
      failures.push({ key, businessKey: `product ${key.id}`, reason, message, quarantine: false });
    } else if (source !== null) {
      pairs.push({ key, ...source });
    }
  }
  return { pairs, failures };
}

interface PageFacts {
  readonly quantities: ReadonlyMap<number, number>;
  readonly held: HeldUnits;
}

/**
 * Odoo's quantities and the units held, in this order of reading: held first,
 * so that an order confirmed in between counts twice rather than not at all.
 */
async function readFacts(
  context: RunContext,
  pairs: readonly StockPair[],
  settings: StockSettings,
  shared: SharedSettings,
): Promise<PageFacts> {
  if (pairs.length === 0) {
    return { quantities: new Map(), held: new Map() };
  }
  const last = lastHeldUnits(context);
  last.units ??= await loadHeldUnits(context, shared);
  const ids = pairs.flatMap(({ odooIds }) => odooIds);
  return { held: last.units, quantities: await readQuantities(context, ids, settings) };
}

/**
 * The units held, asked for once while the plan is made, and forgotten before
 * each page of it is pushed, since the shop goes on selling meanwhile.
 */
function lastHeldUnits(context: RunContext): { units: HeldUnits | undefined } {
  return context.memory.keep('held-units', () => ({ units: undefined }));
}

function quantityOf(
  { quantities, held }: PageFacts,
  wooId: number,
  odooId: number | undefined,
  settings: StockSettings,
): number {
  const odooQuantity = quantities.get(odooId ?? 0) ?? 0;
  return computeQuantity({ odooQuantity, held: held.get(wooId) ?? 0 }, settings);
}

function notCounted(manageStock: boolean | 'parent'): { reason: string; message: string } {
  return manageStock === 'parent'
    ? {
        reason: 'stock-managed-by-parent',
        message: "the shop counts the variable product's stock, not this variation's",
      }
    : { reason: 'stock-not-managed', message: 'the shop does not count this product (manage stock is off)' };
}

/** Absolute quantities in batches; variations can only be batched with those of the same parent. */
async function writeStock(context: RunContext, changes: readonly Change<StockPayload>[]): Promise<Outcome[]> {
  const groups = groupBy(changes, ({ payload }) =>
    payload.parentId === 0 ? 'products' : `products/${payload.parentId}/variations`,
  );
  const outcomes: Outcome[] = [];
  for (const [path, group] of groups) {
    const update = group.map(({ payload }) => ({ id: payload.wooId, stock_quantity: payload.quantity }));
    // The same quantity twice is the same quantity.
    const result = await context.woo.batch(path, { update }, { idempotent: true });
    group.forEach(({ key, odooId }, index) => {
      const item = result.update[index];
      outcomes.push(
        item?.ok === true
          ? { key, status: 'done', odooId }
          : {
              key,
              status: 'failed',
              reason: 'woo-refused',
              message: item?.message ?? 'the shop gave no answer for this product',
            },
      );
    });
  }
  return outcomes;
}
