/** What became of each record of the shop: applied or owed, and no sound one held back by a spoiled one. */
import { Decimal } from 'decimal.js';
import { formatKey, parseKey, recordKey } from '../../src/core/keys';
import type { Debt, Link } from '../../src/core/ports';
import { renderOrder } from '../../src/sandbox/woo/render-order';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';
import { WooStockItem } from '../../src/woo/schema';
import type { FuzzBench, FuzzRun } from './fuzz-bench';
import { describeSpoiling, shownProduct, spoil, type Spoiling } from './shop-mutations';

/** Steps at which Odoo's total was found equal to the shop's. */
const CHECKED = new Set(['checked', 'confirmed', 'dated', 'kept']);

interface Facts {
  /** By formatted key. */
  readonly debts: ReadonlyMap<string, Debt>;
  readonly links: ReadonlyMap<string, Link>;
  /** Formatted keys of records that the audit says were left out on purpose. */
  readonly skipped: ReadonlySet<string>;
  /** By Odoo id. */
  readonly totals: ReadonlyMap<number, number>;
}

/** @param ever `kind/id` of the records that were spoiled in this run or before: what they left behind stays */
export async function judgeRecords(
  bench: FuzzBench,
  run: FuzzRun,
  spoiled: readonly Spoiling[],
  ever: ReadonlySet<string>,
): Promise<string[]> {
  const facts = await gather(bench, run);
  const byName = new Map(spoiled.map((one) => [`${one.kind}/${one.id}`, one]));
  const { shop } = bench.sandbox.woo;
  return [
    ...shop.orders.flatMap((order) =>
      judgeOrder(bench, order, byName.get(`orders/${order.id}`), facts, ever),
    ),
    ...[...shop.shop.customers.values()].flatMap(({ id, role }) => {
      const name = `shop/customer/${id}`;
      return role !== 'customer' || facts.links.has(name) || facts.debts.has(name)
        ? []
        : [
            `neither applied nor owed: ${describeSpoiling(byName.get(`customers/${id}`) ?? soundly('customers', id))}`,
          ];
    }),
    ...judgeProducts(bench, spoiled, facts),
  ];
}

async function gather(bench: FuzzBench, run: FuzzRun): Promise<Facts> {
  const { shop } = bench.sandbox.woo;
  const keys = [
    ...shop.orders.map(({ id }) => recordKey('shop', 'order', id)),
    ...[...shop.shop.customers.values()].map(({ id }) => recordKey('shop', 'customer', id)),
  ];
  return bench.withState(async (state) => ({
    debts: new Map((await state.debts.list('shop')).map((debt) => [formatKey(debt.key), debt])),
    links: await state.links.find(keys),
    skipped: new Set(
      run.rows
        .filter(({ action }) => action === 'skip')
        .map(({ entity, wooId }) => `shop/${entity}/${wooId}`),
    ),
    totals: new Map(
      bench.sandbox.odoo.records
        .read('sale.order', ['amount_total'])
        .map((row) => [Number(row['id']), Number(row['amount_total'])]),
    ),
  }));
}

function judgeOrder(
  bench: FuzzBench,
  order: ShopOrder,
  spoiling: Spoiling | undefined,
  facts: Facts,
  ever: ReadonlySet<string>,
): string[] {
  const name = `shop/order/${order.id}`;
  const own = renderOrder(order, '');
  const shown = spoiling === undefined || spoiling.edits.length === 0 ? own : spoil(own, spoiling);
  const [link, debt] = [facts.links.get(name), facts.debts.get(name)];
  const isLeftOut = facts.skipped.has(name) || isTooOld(bench, shown) || order.status === 'checkout-draft';
  // A product without a SKU cannot be found in Odoo: where none is created, such an order waits rightly.
  const isSound =
    !ever.has(`orders/${order.id}`) &&
    !ever.has(`customers/${order.customerId}`) &&
    order.amounts.lines.every(({ sku }) => sku !== '');
  const isHeldBack = debt === undefined ? link?.step === 'created' : !waitsForSpoiled(debt, facts, ever);
  return [
    ...(link === undefined && debt === undefined && !isLeftOut ? ['neither applied nor owed'] : []),
    ...judgeMoney(shown, link, debt, facts),
    ...(isSound && !isLeftOut && isHeldBack
      ? [`sound, and held back (${debt?.reason ?? ''} ${debt?.message ?? link?.step ?? ''})`]
      : []),
  ].map((problem) => `${problem}: ${describeSpoiling(spoiling ?? soundly('orders', order.id))}`);
}

/** A product or guest that a spoiled order names too, and as whose the program has taken it. */
function waitsForSpoiled(debt: Debt, { debts }: Facts, ever: ReadonlySet<string>): boolean {
  const awaited = debts.get(debt.waitingFor ?? '');
  const origin = awaited?.origin ?? parseKey(debt.waitingFor ?? '');
  return origin?.entity === 'order' && ever.has(`orders/${origin.id}`);
}

/** Older than the first order to bring over. */
function isTooOld(bench: FuzzBench, shown: Readonly<Record<string, unknown>>): boolean {
  const { from } = bench.sandbox.config['orders'] as { from: string };
  const created = shown['date_created_gmt'];
  return typeof created === 'string' && created < `${from}T12`;
}

/** An order that has passed the money gate has the same total on both sides. */
function judgeMoney(
  shown: Readonly<Record<string, unknown>>,
  link: Link | undefined,
  debt: Debt | undefined,
  { totals }: Facts,
): string[] {
  // What is owed stands in Odoo as it was applied last.
  if (link === undefined || debt !== undefined || !CHECKED.has(link.step ?? '')) {
    return [];
  }
  const shopTotal = new Decimal(String(shown['total'] === '' ? 0 : shown['total'])).toFixed(2);
  const odooTotal = new Decimal(totals.get(link.odooId) ?? Number.NaN).toFixed(2);
  return shopTotal === odooTotal ? [] : [`total ${odooTotal} in Odoo, ${shopTotal} in the shop`];
}

/** A product that cannot be read is owed, where Odoo has one with its reference. */
function judgeProducts(bench: FuzzBench, spoiled: readonly Spoiling[], { debts }: Facts): string[] {
  const references = new Set(
    bench.sandbox.odoo.records.read('product.product', ['default_code']).map((row) => row['default_code']),
  );
  return spoiled
    .filter(({ kind, edits }) => kind === 'products' && edits.length > 0)
    .flatMap((one) => {
      const product = bench.sandbox.woo.shop.shop.products.get(one.id);
      const isKnown = product !== undefined && product.status !== 'trash' && references.has(product.sku);
      const isReadable = WooStockItem.safeParse(shownProduct(bench.sandbox, one)).success;
      return !isKnown || isReadable || debts.has(`shop/stock/${one.id}`)
        ? []
        : [`neither compared nor owed: ${describeSpoiling(one)}`];
    });
}

function soundly(kind: Spoiling['kind'], id: number): Spoiling {
  return { kind, id, standIn: undefined, edits: [] };
}
