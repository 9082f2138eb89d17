/** Looks whether the products of the shop have one in Odoo with the same SKU. */
import { z } from 'zod';
import type { RunContext } from '../../core/context';
import { FatalError } from '../../core/errors';
import { formatKey, recordKey } from '../../core/keys';
import type { WooQuery, WooRow } from '../../core/ports';
import {
  judgeFinding,
  type Finding,
  type VerifiedPage,
  type Verifier,
  type VerifyRequest,
} from '../../core/verify';
import { chunk } from '../../lib/chunk';
import { wooTime } from '../../lib/woo-time';
import { sampleShop } from '../../core/sample-shop';
import { findProducts, type ProductMatch } from './match-products';

const Item = z.object({
  id: z.number().int().positive(),
  sku: z
    .string()
    .nullish()
    .transform((sku) => (sku ?? '').trim()),
  type: z.string().catch('simple'),
});
type Item = z.infer<typeof Item>;

const FIELDS = Object.keys(Item.shape);
/** Sold as something else: their lines carry the SKU of a variation or of a part. */
const NOT_SOLD = ['variable', 'grouped'];

/**
 * A product that Odoo lacks is a difference once an order needs it: then it is
 * owed. Until then it is said, and nothing more: `orders.missingProduct` may
 * create it, or put its lines on another one.
 */
export const productVerifier: Verifier = {
  name: 'products',
  async *verify(context, request) {
    for await (const { rows, expected } of readItems(context, request)) {
      yield { ...(await comparePage(context, rows)), expected };
    }
  },
};

interface ItemPage {
  readonly rows: readonly WooRow[];
  readonly expected: number | undefined;
}

/** Products, then variations, which a plain list of products never contains. */
async function* readItems(context: RunContext, { since, sample }: VerifyRequest): AsyncGenerator<ItemPage> {
  const query: WooQuery = {
    _fields: FIELDS,
    dates_are_gmt: true,
    modified_after: since === undefined ? undefined : wooTime(new Date(since)),
  };
  if (sample !== undefined) {
    const ids = await sampleShop(context, 'products', {}, sample);
    for (const include of chunk(ids, 100)) {
      const { rows } = await context.woo.list('products', { _fields: FIELDS, include, per_page: 100 });
      yield { rows, expected: ids.length };
    }
    return;
  }
  const variable: number[] = [];
  for await (const page of sweep(context, 'products', query)) {
    variable.push(...page.rows.filter(({ type }) => type === 'variable').map(({ id }) => id));
    yield page;
  }
  try {
    yield* sweep(context, 'variations', query);
  } catch (error) {
    if (!(error instanceof FatalError)) {
      throw error;
    }
    // The collection of all variations exists since WooCommerce 10.3; before, each variable product is asked.
    for (const id of variable) {
      yield* sweep(context, `products/${id}/variations`, { _fields: FIELDS });
    }
  }
}

async function* sweep({ woo }: RunContext, path: string, query: WooQuery): AsyncGenerator<ItemPage> {
  for await (const { rows } of woo.sweep(path, query)) {
    yield { rows, expected: undefined };
  }
}

async function comparePage(context: RunContext, rows: readonly WooRow[]): Promise<VerifiedPage> {
  const items = rows.flatMap((row): Item[] => {
    const parsed = row.unreadable === undefined ? Item.safeParse(row) : undefined;
    return parsed?.success === true && !NOT_SOLD.includes(parsed.data.type) ? [parsed.data] : [];
  });
  const matches = await findProducts(
    context,
    items.map(({ sku }) => sku),
  );
  const debts = await context.state.debts.find(
    items.map(({ id }) => recordKey(context.store, 'product', id)),
  );
  return {
    compared: items.length,
    findings: [
      ...rows.flatMap((row) =>
        row.unreadable === undefined ? [] : [unreadable(context, row.id, row.unreadable)],
      ),
      ...items.flatMap((item) => {
        const finding = judgeItem(context, item, matches.get(item.sku));
        return finding === undefined
          ? []
          : [judgeFinding(finding, { debt: debts.get(formatKey(finding.key)), isInFlight: false })];
      }),
    ],
  };
}

function judgeItem(
  { store }: RunContext,
  { id, sku }: Item,
  match: ProductMatch | undefined,
): Finding | undefined {
  const base = {
    key: recordKey(store, 'product', id),
    businessKey: sku || `product ${id}`,
    odooId: '',
    field: 'sku',
    wooValue: sku,
    odooValue: '',
  };
  if (match === undefined) {
    return {
      ...base,
      kind: 'one-sided',
      message:
        sku === ''
          ? "it has no SKU, so Odoo's product cannot be found; give both the same one"
          : 'Odoo has no product with this internal reference; its stock is not kept in step, and orders with it go by orders.missingProduct',
    };
  }
  return match.kind === 'ambiguous' ? { ...base, kind: 'doubled', message: match.message } : undefined;
}

function unreadable({ store }: RunContext, id: number, message: string): Finding {
  return {
    kind: 'unreadable',
    key: recordKey(store, 'product', id),
    odooId: '',
    businessKey: `product ${id}`,
    field: '',
    wooValue: '',
    odooValue: '',
    message,
  };
}
