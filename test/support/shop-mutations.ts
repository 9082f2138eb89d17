/** Spoiled records of a shop: which record gets which edits, and how the answers carry them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { renderCustomer } from '../../src/sandbox/woo/render-customer';
import { renderOrder } from '../../src/sandbox/woo/render-order';
import { renderProduct } from '../../src/sandbox/woo/render-product';
import { CUSTOMER_FIELDS, ORDER_FIELDS, STOCK_FIELDS } from '../../src/woo/schema';
import { describeEdits, editsOf, mutate, writeJson, type Edit } from './mutate-json';
import type { TamperingProxy } from './tampering-proxy';

export type Kind = 'orders' | 'customers' | 'products';
type Row = Record<string, unknown>;

/** What is done to one record of the shop. */
export interface Spoiling {
  readonly kind: Kind;
  readonly id: number;
  /** A recorded order that stands in for the shop's own, by file. */
  readonly standIn: string | undefined;
  readonly edits: readonly Edit[];
}

const FOLDER = join(__dirname, '..', 'fixtures', 'woo', 'orders');
/** Orders of a real WooCommerce 11.0, by file. */
const RECORDED: ReadonlyMap<string, Row> = new Map(
  readdirSync(FOLDER)
    .filter((name) => name.startsWith('order-'))
    .map((name) => [name, JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Row]),
);
const MOST_EDITS = 3;

/** Draws what happens to each record of a shop; about one in six stays as it is. */
export function spoilings(sandbox: Sandbox): fc.Arbitrary<readonly Spoiling[]> {
  const { shop } = sandbox.woo.shop;
  const rows: Record<Kind, Row[]> = {
    orders: sandbox.woo.shop.orders.map((order) => only(ORDER_FIELDS, renderOrder(order, ''))),
    customers: [...shop.customers.values()].map((one) => only(CUSTOMER_FIELDS, renderCustomer(one, ''))),
    products: [...shop.products.values()].map((one) => only(STOCK_FIELDS, renderProduct(one, shop, ''))),
  };
  const recorded = [...RECORDED.values()].map((order) => only(ORDER_FIELDS, order));
  const edits: Record<Kind, fc.Arbitrary<Edit>> = {
    orders: editsOf([...rows.orders.slice(0, 20), ...recorded], ['id']),
    customers: editsOf(rows.customers.slice(0, 5), ['id']),
    products: editsOf(rows.products.slice(0, 5), ['id']),
  };
  const drawn = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(1, 2, MOST_EDITS) },
    { weight: 1, arbitrary: fc.constant(0) },
  );
  const perKind = (['orders', 'customers', 'products'] as const).map((kind) =>
    fc
      .array(
        fc.record({
          standIn:
            kind === 'orders'
              ? fc.option(fc.constantFrom(...RECORDED.keys()), { nil: undefined })
              : fc.constant(undefined),
          edits: drawn.chain((count) => fc.array(edits[kind], { minLength: count, maxLength: count })),
        }),
        { minLength: rows[kind].length, maxLength: rows[kind].length },
      )
      .map((all) =>
        all.map((one, index): Spoiling => ({
          kind,
          id: Number(rows[kind][index]?.['id']),
          standIn: one.edits.length === 0 ? undefined : one.standIn,
          edits: one.edits,
        })),
      ),
  );
  return fc.tuple(...perKind).map((kinds) => kinds.flat());
}

/** The record as the shop shows it once it is spoiled. */
export function spoil(row: Row, { standIn, edits }: Pick<Spoiling, 'standIn' | 'edits'>): Row {
  const recorded = standIn === undefined ? undefined : RECORDED.get(standIn);
  const base =
    recorded === undefined
      ? row
      : {
          ...only(Object.keys(row), recorded),
          ...only(['id', 'number', 'date_created_gmt', 'date_modified_gmt'], row),
        };
  return mutate(base, edits) as Row;
}

/** A product as the shop shows it to the stock flow, spoiled. */
export function shownProduct(sandbox: Sandbox, spoiling: Spoiling): Row {
  const { shop } = sandbox.woo.shop;
  const product = shop.products.get(spoiling.id);
  return product === undefined ? {} : spoil(only(STOCK_FIELDS, renderProduct(product, shop, '')), spoiling);
}

/** Makes the proxy spoil every answer that shows one of these records; returns the records shown so far. */
export function serveSpoiled(proxy: TamperingProxy, all: readonly Spoiling[]): ReadonlySet<string> {
  const shown = new Set<string>();
  const byName = new Map(all.map((one) => [`${one.kind}/${one.id}`, one]));
  function change(kind: Kind, row: unknown): unknown {
    const name = `${kind}/${String((row as Row | null)?.['id'])}`;
    const spoiling = byName.get(name);
    if (spoiling === undefined || spoiling.edits.length === 0) {
      return row;
    }
    shown.add(name);
    return spoil(row as Row, spoiling);
  }
  proxy.tamper = ({ method, path }, text) => {
    const kind = kindOf(path);
    if (method !== 'GET' || kind === undefined) {
      return text;
    }
    const body = JSON.parse(text) as unknown;
    return writeJson(Array.isArray(body) ? body.map((row) => change(kind, row)) : change(kind, body));
  };
  return shown;
}

function kindOf(path: string): Kind | undefined {
  const [, collection] = /^\/wp-json\/wc\/v3\/(orders|customers|products|variations)(\/|$)/.exec(path) ?? [];
  return collection === 'variations' ? 'products' : (collection as Kind | undefined);
}

function only(names: readonly string[], row: Row): Row {
  return Object.fromEntries(names.filter((name) => name in row).map((name) => [name, row[name]]));
}

/** `orders/512 (order-guest.json): line_items.0.total: set to dot`. */
export function describeSpoiling({ kind, id, standIn, edits }: Spoiling): string {
  return `${kind}/${id}${standIn === undefined ? '' : ` (${standIn})`}: ${describeEdits(edits)}`;
}
