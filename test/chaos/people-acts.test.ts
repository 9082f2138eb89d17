/**
 * People work on imported orders in Odoo while the shop goes on: every act of
 * an accountant with every change of the shop, with the state kept and lost, and
 * with a run that was killed in between. What a person wrote is still there,
 * nothing is made again or twice, and a cancellation that is not carried out is owed.
 */
import { GUEST, ordersOn } from '../support/orders-bench';
import {
  ACTS,
  orderInOdoo,
  SHOP,
  type Act,
  type ActName,
  type OrderInOdoo,
  type ShopChange,
} from '../support/people-acts';
import { startBench, type Bench } from '../support/run-sync';
import { killed, Killed, wrapWrites } from '../support/wrap-ports';
import type { Debt, OdooApi } from '../../src/core/ports';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

jest.setTimeout(240_000);

let bench: Bench;
const { place } = ordersOn(() => bench);
const FLOWS = { flows: ['customers', 'orders'] };

type Status = 'pending' | 'processing';
/** When the person acts: between two runs, before the state is lost, or after a run was killed at a certain point. */
type Mode =
  | 'between two runs'
  | 'before the state is lost'
  | 'after a run was killed before it wrote'
  | 'after a run was killed while it wrote'
  | 'after a run was killed before it read back what it wrote'
  | 'after a run was killed while it created the order';

interface Case {
  readonly status: Status;
  readonly act: ActName;
  readonly shop: ShopChange;
}

const STATUSES: readonly Status[] = ['pending', 'processing'];
const ALL_SHOP = Object.keys(SHOP) as ShopChange[];

function casesOf(status: Status, shop: readonly ShopChange[]): Case[] {
  return (Object.keys(ACTS) as ActName[]).flatMap((act) => {
    const { only } = ACTS[act] as Act;
    return only === undefined || only === status ? shop.map((change) => ({ status, act, shop: change })) : [];
  });
}

interface Played extends Case {
  readonly order: ShopOrder;
  readonly email: string;
  /** Before the person acted. */
  readonly odooId: number;
  readonly after: OrderInOdoo | undefined;
  /** The same after one more look. */
  readonly later: OrderInOdoo | undefined;
  readonly debt: Debt | undefined;
}

/** Kills the run at its first order: before the write, after it, or before it is read back. */
function strike(odoo: OdooApi, mode: Mode): OdooApi {
  let written = 0;
  const wrapped = wrapWrites(odoo, async (name, call) => {
    if (!name.startsWith('sale.order.')) {
      return call();
    }
    if (mode === 'after a run was killed before it wrote') {
      throw killed();
    }
    const result = await call();
    written += 1;
    if (mode !== 'after a run was killed before it read back what it wrote') {
      throw killed();
    }
    return result;
  });
  return {
    ...wrapped,
    server: odoo.server,
    get requests() {
      return odoo.requests;
    },
    read: (model, ...rest) => {
      if (written > 0 && model === 'sale.order') {
        throw killed();
      }
      return odoo.read(model, ...rest);
    },
  };
}

async function play(cases: readonly Case[], mode: Mode): Promise<Played[]> {
  const killedSync = (): Promise<void> =>
    expect(bench.sync({ ...FLOWS, wrapOdoo: (odoo) => strike(odoo, mode) })).rejects.toThrow(Killed);
  const isCreate = mode === 'after a run was killed while it created the order';
  const isKilled = mode.startsWith('after a run') && !isCreate;
  const placed = cases.map((one, index) => {
    const email = `acts${index}@exemple.fr`;
    return { ...one, email, order: place({ status: one.status, billing: { ...GUEST, email } }) };
  });
  await (isCreate ? killedSync() : bench.sync(FLOWS));
  if (isKilled) {
    placed.forEach(({ shop, order }) => {
      SHOP[shop](bench, order);
    });
    await killedSync();
  }
  const before = placed.map(({ act, order }) => {
    const found = orderInOdoo(bench, order)!;
    ACTS[act].do(bench.sandbox.odoo.records, found);
    return found.id;
  });
  if (mode === 'before the state is lost') {
    bench.forget();
    await bench.sync(FLOWS);
  }
  if (!isKilled) {
    placed.forEach(({ shop, order }) => {
      SHOP[shop](bench, order);
    });
  }
  await bench.sync(FLOWS);
  const after = placed.map(({ order }) => orderInOdoo(bench, order));
  await bench.releaseDebts();
  await bench.sync(FLOWS);
  const debts = await debtsByOrder();
  return placed.map((one, index) => ({
    ...one,
    odooId: before[index]!,
    after: after[index],
    later: orderInOdoo(bench, one.order),
    debt: debts.get(one.order.id),
  }));
}

async function debtsByOrder(): Promise<Map<number, Debt>> {
  const debts = await bench.debts();
  return new Map(
    debts.filter(({ key }) => key.entity === 'order').map((debt) => [Number(debt.key.id), debt] as const),
  );
}

/** Acts of a person that the shop's own decision overtakes, or that nothing in Odoo or the state bears witness to: a run that was cut off leaves drafts as well. */
function isMoot({ act, shop }: Case, mode: Mode): boolean {
  const isLost =
    mode === 'before the state is lost' || mode === 'after a run was killed while it created the order';
  return (
    (act === 'sets it back to draft' && shop === 'a cancellation') ||
    (isLost && (act === 'deletes it' || act === 'sets it back to draft'))
  );
}

function describePlay(mode: Mode, cases: readonly Case[]): void {
  describe(`${mode}, a person`, () => {
    let played: Played[];

    beforeAll(async () => {
      bench = await startBench({ orders: 0, customers: 0 });
      await bench.sync();
      played = await play(cases, mode);
    });
    afterAll(() => bench.close());

    function find({ status, act, shop }: Case): Played {
      return played.find((one) => one.status === status && one.act === act && one.shop === shop)!;
    }

    test.each(cases)('who $act while the shop has $shop on a $status order', (one) => {
      const { order, odooId, after, later, debt, email } = find(one);
      if (!isMoot(one, mode)) {
        expect([ACTS[one.act].keeps(after), ACTS[one.act].keeps(later)]).toEqual([true, true]);
        expect(later?.id ?? odooId).toBe(odooId);
      }
      // Never two of an order nor of its customer; a copy is the person's own.
      const { records } = bench.sandbox.odoo;
      const own = records.find(
        'ir.model.data',
        [['complete_name', '=', `__wcodoo__.shop_order_${order.id}`]],
        ['id'],
      );
      expect(own).toHaveLength(one.act === 'deletes it' && !isMoot(one, mode) ? 0 : 1);
      const partners = records.find('res.partner', [
        ['email_normalized', '=', email],
        ['parent_id', '=', false],
      ]);
      expect(partners).toHaveLength(1);
      if (one.shop === 'a cancellation' && debt === undefined) {
        expect(later?.state ?? 'cancel').toBe('cancel');
      }
    });

    test('finds no order in Odoo that nobody placed', () => {
      const copies = cases.filter(({ act }) => act === 'duplicates it').length;
      const gone = cases.filter((one) => one.act === 'deletes it' && !isMoot(one, mode)).length;
      const orders = bench.sandbox.odoo.records.read('sale.order', ['id']);
      expect(orders).toHaveLength(cases.length + copies - gone);
    });

    test('is left alone by a full comparison', async () => {
      const seen = (): unknown => bench.sandbox.odoo.records.read('sale.order.line');
      const before = seen();
      await bench.sync({ ...FLOWS, request: { full: true } });
      expect(seen()).toEqual(before);
    });
  });
}

const EVERYTHING = STATUSES.flatMap((status) => casesOf(status, ALL_SHOP));
/** Changes of the shop that the killed run had to write: without one it never came to the order. */
const TELLING: readonly ShopChange[] = ['a note', 'twice as many', 'another address'];

describePlay('between two runs', EVERYTHING);
describePlay('before the state is lost', EVERYTHING);
describePlay('after a run was killed before it wrote', EVERYTHING);
describePlay('after a run was killed while it wrote', EVERYTHING);
describePlay('after a run was killed before it read back what it wrote', casesOf('pending', TELLING));
for (const status of STATUSES) {
  describePlay(
    'after a run was killed while it created the order',
    casesOf(status, ['nothing', 'twice as many', 'the next status', 'a cancellation']),
  );
}
