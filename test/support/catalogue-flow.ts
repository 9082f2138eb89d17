/** A flow with every kind of limited change, until the program has catalogue and prices of its own: prices and archiving in the shop. */
import type { RunContext } from '../../src/core/context';
import { defineFlow, type Change, type Flow, type Outcome, type SourceRecord } from '../../src/core/entity';
import { recordKey } from '../../src/core/keys';

interface ShopItem {
  readonly id: number;
  readonly sku: string;
  readonly regular_price: string;
}

/** What Odoo wants of a product, by SKU: a price, or that it is archived. */
export type Wishes = ReadonlyMap<string, { readonly price?: string; readonly archived?: true }>;

interface Payload {
  readonly update: { readonly id: number; readonly [field: string]: unknown };
}

/** Reads the shop's products in pages and brings them to what is wished. */
export function catalogueFlow(wishes: () => Wishes, pageSize: number): Flow {
  return defineFlow<Payload>({
    name: 'catalogue',
    direction: 'odooToWoo',
    dependsOn: [],
    entities: ['item'],
    odooModel: () => 'product.product',
    async *read(context, request) {
      let listed = 0;
      for await (const page of context.woo.sweep('products', {}, { pageSize })) {
        listed += page.rows.length;
        yield {
          records: page.rows.map((row) => ({ key: recordKey(context.store, 'item', row.id), raw: row })),
        };
      }
      yield { records: [], listed, checkpoint: { ...request.checkpoint, watermark: '2026-01-01T00:00:00Z' } };
    },
    plan: (_context, records) => Promise.resolve(planItems(records, wishes())),
    write: writeItems,
    guard: {
      measure: ({ changes }) => {
        const price = changes.find(({ field }) => field === 'regular_price');
        return price === undefined ? {} : { price };
      },
      readAgain: (context, changes) => readAgain(context, changes),
    },
  });
}

function planItems(
  records: readonly SourceRecord[],
  wishes: Wishes,
): Awaited<ReturnType<Flow<Payload>['plan']>> {
  const changes = records.flatMap(({ key, raw }): Change<Payload>[] => {
    const item = raw as ShopItem | null;
    const wish = item === null ? undefined : wishes.get(item.sku);
    if (item === null || wish === undefined) {
      return [];
    }
    const base = { key, businessKey: item.sku, reason: '', message: '', requires: [] };
    return wish.archived === true
      ? [{ ...base, action: 'archive', changes: [], payload: { update: { id: item.id, status: 'draft' } } }]
      : [
          {
            ...base,
            action: 'update',
            changes: [{ field: 'regular_price', before: item.regular_price, after: wish.price ?? '' }],
            payload: { update: { id: item.id, regular_price: wish.price ?? '' } },
          },
        ];
  });
  const planned = new Set(changes.map(({ key }) => key));
  return {
    changes,
    failures: [],
    unchanged: records.map(({ key }) => key).filter((key) => !planned.has(key)),
  };
}

async function writeItems(context: RunContext, changes: readonly Change<Payload>[]): Promise<Outcome[]> {
  const { update } = await context.woo.batch('products', {
    update: changes.map(({ payload }) => payload.update),
  });
  return changes.map(({ key }, index) => ({ key, status: update[index]?.ok === true ? 'done' : 'failed' }));
}

async function readAgain(context: RunContext, changes: readonly Change<Payload>[]): Promise<SourceRecord[]> {
  const { body } = await context.woo.get('products', {
    include: changes.map(({ key }) => key.id),
    per_page: 100,
  });
  return (body as ShopItem[]).map((raw) => ({ key: recordKey(context.store, 'item', raw.id), raw }));
}
