/** What people do in Odoo between two runs: none of it is overwritten, created again or doubled. */
import { ordersOn, rowOf } from '../support/orders-bench';
import { startBench, type Bench, type SyncOptions, type SyncResult } from '../support/run-sync';
import type { ShopOrder } from '../../src/sandbox/woo/shop-model';

let bench: Bench;
const { place, edit, debtOf } = ordersOn(() => bench);
beforeEach(async () => {
  bench = await startBench({ orders: 0, customers: 0 });
});
afterEach(() => bench.close());

type Row = Record<string, unknown> & { readonly id: number };

function sync(options: SyncOptions = {}): Promise<SyncResult> {
  return bench.sync({ flows: ['customers', 'orders'], ...options });
}

/** Compares everything again; what was forgotten is linked by the first run and judged by the second. */
async function settle(): Promise<SyncResult> {
  await bench.releaseDebts();
  await sync({ request: { full: true } });
  await bench.releaseDebts();
  return sync({ request: { full: true } });
}

const ORDER_FIELDS = [
  'state',
  'amount_total',
  'partner_id',
  'partner_shipping_id',
  'client_order_ref',
  'date_order',
  'origin',
];

/** Every sale order there is, copies too. */
function allOrders(): Row[] {
  return bench.sandbox.odoo.records.read('sale.order', ORDER_FIELDS) as Row[];
}

function only(): Row {
  const [found, ...others] = allOrders();
  expect(others).toEqual([]);
  return found!;
}

async function brought(status: string): Promise<ShopOrder> {
  const order = place({ status });
  expect((await sync()).summary.exitCode).toBe(0);
  return order;
}

function person(): Bench['sandbox']['odoo']['records'] {
  return bench.sandbox.odoo.records;
}

function otherPartner(): number {
  return person().create('res.partner', { name: 'Quelqu’un', email: 'quelquun@exemple.fr' });
}

interface Edit {
  readonly what: string;
  readonly act: (order: Row, lines: readonly Row[]) => void;
  /** Fields of the shop's order that meet the edit: both sides changed the same part. */
  readonly clash: Readonly<Record<string, unknown>>;
}

const LINES = { lines: [{ sku: 'SIM-0002', quantity: 3 }] };
const HEADER = { shipping: { address_1: '9 avenue Foch', city: 'Lyon', postcode: '69006', country: 'FR' } };

const EDITS: readonly Edit[] = [
  {
    what: 'corrected a price',
    act: (_order, [line]) => {
      person().write('sale.order.line', line!.id, { price_unit: 3.33 });
    },
    clash: LINES,
  },
  {
    what: 'added a line',
    act: ({ id }, [line]) => {
      person().create('sale.order.line', {
        order_id: id,
        product_id: (line!['product_id'] as [number, string])[0],
        name: 'Un de plus',
        product_uom_qty: 1,
        price_unit: 5,
      });
    },
    clash: LINES,
  },
  {
    what: 'gave it to another customer',
    act: ({ id }) => {
      person().write('sale.order', id, { partner_id: otherPartner() });
    },
    clash: HEADER,
  },
  {
    what: 'changed the delivery address',
    act: ({ id }) => {
      person().write('sale.order', id, { partner_shipping_id: otherPartner() });
    },
    clash: HEADER,
  },
  {
    what: 'changed the date',
    act: ({ id }) => {
      person().write('sale.order', id, { date_order: '2026-02-03 04:05:06' });
    },
    clash: HEADER,
  },
  {
    what: 'changed the reference',
    act: ({ id }) => {
      person().write('sale.order', id, { client_order_ref: 'Bon 77' });
    },
    clash: HEADER,
  },
  {
    what: 'changed the source document',
    act: ({ id }) => {
      person().write('sale.order', id, { origin: 'téléphone' });
    },
    clash: HEADER,
  },
];

function linesOf({ id }: Row): Row[] {
  return person().find(
    'sale.order.line',
    [['order_id', '=', id]],
    ['name', 'product_uom_qty', 'price_unit', 'product_id'],
  ) as Row[];
}

describe.each([
  ['on a draft', 'pending'],
  ['on a confirmed order', 'processing'],
])('a person %s', (_where, status) => {
  describe.each([
    ['and wcodoo remembers', false],
    ['and the state is lost', true],
  ])('%s,', (_state, isLost) => {
    test.each(EDITS)(
      'who $what is not overwritten by a run, nor when the shop changes it too',
      async (edited) => {
        const order = await brought(status);
        const { id } = only();
        edited.act(only(), linesOf(only()));
        const [asEdited, linesEdited] = [only(), linesOf(only())];
        if (isLost) {
          bench.forget();
        }
        const quiet = await settle();
        expect(quiet.writes.odoo).toBe(0);
        expect([only(), linesOf(only())]).toEqual([asEdited, linesEdited]);

        edit(order, edited.clash);
        const result = await sync();
        expect(only().id).toBe(id);
        expect([only(), linesOf(only())]).toEqual([asEdited, linesEdited]);
        expect(rowOf(result, order)).toMatchObject({ action: 'conflict', status: 'quarantined' });
        expect(result.summary.exitCode).toBe(1);
        expect((await debtOf(order))?.reason).toMatch(/^(changed|confirmed)-in-odoo$/);
      },
    );
  });
});

describe('what a person was told to change by hand is settled once it is changed:', () => {
  test('the address of a confirmed order', async () => {
    const order = await brought('processing');
    edit(order, HEADER);
    await sync();
    expect((await debtOf(order))?.message).toContain('change it in Odoo by hand');
    const [address] = person().find('res.partner', [['city', '=', 'Lyon']], ['id']);
    person().write('sale.order', only().id, { partner_shipping_id: address!['id'] });
    const settled = await settle();
    expect(settled.summary.exitCode).toBe(0);
    expect(await bench.debts()).toEqual([]);
    expect(only()).toMatchObject({
      state: 'sale',
      partner_shipping_id: [address!['id'], expect.any(String)],
    });
    expect((await settle()).writes.odoo).toBe(0);
  });

  test.each(['pending', 'processing'])(
    'lines that both sides changed on a %s order, written by the person as the shop has them; what the shop changes after that is a conflict again',
    async (status) => {
      // A price that a person can type: of three pieces it would have more digits than are shown.
      const onePiece = { lines: [{ sku: 'SIM-0002', quantity: 1 }] };
      const order = await brought(status);
      EDITS[1]!.act(only(), linesOf(only()));
      edit(order, onePiece);
      await sync();
      expect(await debtOf(order)).toMatchObject({ state: 'quarantine', reason: 'changed-in-odoo' });

      // An order like it shows what the shop's lines are in Odoo.
      const model = place({ status: 'pending' });
      edit(model, onePiece);
      await sync();
      const wanted = person()
        .read('sale.order', ['origin'])
        .find(({ origin }) => origin === `woo:shop:${model.id}`) as Row;
      const goods = person().find(
        'sale.order.line',
        [['order_id', '=', wanted.id]],
        ['product_id', 'name', 'product_uom_qty', 'price_unit', 'tax_ids'],
      );
      const { id } = allOrders().find((row) => row.id !== wanted.id)!;
      const shown = (): Row[] => linesOf({ id });
      for (const line of shown()) {
        person().write('sale.order.line', line.id, { product_uom_qty: 0 });
      }
      for (const good of goods) {
        person().create('sale.order.line', {
          order_id: id,
          product_id: (good['product_id'] as [number, string])[0],
          name: 'de ma main',
          product_uom_qty: good['product_uom_qty']!,
          price_unit: good['price_unit']!,
          tax_ids: [[6, 0, good['tax_ids'] ?? []]],
        });
      }
      const byHand = shown();
      const settled = await settle();
      expect(settled.summary.exitCode).toBe(0);
      expect(await bench.debts()).toEqual([]);
      expect(shown()).toEqual(byHand);

      edit(order, { lines: [{ sku: 'SIM-0004', quantity: 1 }] });
      expect((await sync()).summary.exitCode).toBe(1);
      expect(await debtOf(order)).toMatchObject({ reason: 'changed-in-odoo' });
      expect(shown()).toEqual(byHand);
    },
  );
});
