import { externalId, formatKey, recordKey } from '../../../src/core/keys';
import { hashFields } from '../../../src/core/plan';
import type { Link } from '../../../src/core/ports';
import { compareLines } from '../../../src/entities/orders/compare-lines';
import { orderFields, type ShopOrder } from '../../../src/entities/orders/map-order';
import type { LineView, OrderView } from '../../../src/entities/orders/order-view';
import { planLinkedOrder, type LinkedOrder } from '../../../src/entities/orders/plan-linked-order';
import type { WriteLine } from '../../../src/entities/orders/resolve-lines';
import { hashOf } from '../../../src/lib/hash';
import { mapRendered, renderDraft } from '../../support/shop-orders';

const BASE = mapRendered(
  renderDraft({
    pricesIncludeTax: true,
    country: 'FR',
    lines: [
      {
        name: 'Bol',
        productId: 15,
        variationId: 0,
        sku: 'A',
        parentName: null,
        option: null,
        quantity: 2,
        entered: 2400,
        taxClass: '',
        reducedStock: null,
      },
    ],
    shipping: null,
    fees: [],
    coupon: null,
  }),
);
const KEY = recordKey('shop', 'order', 329);

function linkOf(order: ShopOrder, step: string, odooHash: string | null): Link {
  const fields = orderFields(order);
  return {
    key: KEY,
    odooModel: 'sale.order',
    odooId: 41,
    hash: hashOf(fields),
    fields: hashFields(fields),
    odooHash,
    step,
    adopted: false,
    matchKey: null,
  };
}

function writeLine(quantity: string, productId = 7): WriteLine {
  const [source] = BASE.lines;
  return {
    part: source!.part,
    source: source!,
    name: 'Bol',
    quantity,
    unitPrice: '12',
    taxIds: [2],
    productId,
  };
}

function viewLine(values: Partial<LineView> = {}): LineView {
  return {
    id: 51,
    productId: 7,
    name: 'Bol',
    quantity: '2',
    unitPrice: '12',
    discount: '0',
    taxIds: [2],
    writerId: 2,
    delivered: 0,
    invoiced: 0,
    ...values,
  };
}

const NAMES = new Map([[51, [externalId(KEY, BASE.lines[0]!.part)]]]);

/** Customer and addresses are one partner. */
const PARTIES = new Map(
  [BASE.customer, BASE.invoiceAddress, BASE.deliveryAddress]
    .filter((key) => key !== null)
    .map((key) => [formatKey(key), { ...linkOf(BASE, 'created', null), key, odooId: 3 }]),
);

interface Situation {
  /** The shop's order now; as last applied unless given. */
  readonly shop?: Partial<ShopOrder>;
  readonly state?: string;
  readonly step?: string;
  /** What Odoo has now. */
  readonly total?: string;
  readonly line?: Partial<LineView>;
  readonly contentHash?: string;
  readonly wanted?: WriteLine[];
  readonly isHeld?: boolean;
  readonly isGone?: boolean;
}

function plan(situation: Situation): ReturnType<typeof planLinkedOrder> {
  const order: ShopOrder = { ...BASE, ...situation.shop };
  const step = situation.step ?? 'kept';
  const link = linkOf(BASE, step, 'lines.header.draft');
  const view: OrderView = {
    id: 41,
    state: situation.state ?? 'draft',
    total: situation.total ?? BASE.total,
    tax: BASE.tax,
    header: {
      partnerId: 3,
      invoiceId: 3,
      deliveryId: 3,
      reference: BASE.number,
      origin: BASE.origin,
      date: BASE.date,
      note: BASE.note,
      pricelistId: 1,
    },
    lines: [viewLine(situation.line)],
    contentHash: situation.contentHash ?? 'lines.header.draft',
    isOthers: { lines: true, header: true },
  };
  const linked = {
    prepared: { order, nextLink: linkOf(order, 'created', link.odooHash), requires: [], link },
    link,
    payload: {
      order,
      lines: situation.wanted ?? [writeLine('2')],
      pricelistId: 1,
      state: '',
      rewrite: 'everything',
      dropped: [],
    },
    view: situation.isGone === true ? undefined : view,
    lineNames: NAMES,
    parties: PARTIES,
    isHeld: situation.isHeld ?? false,
  } as unknown as LinkedOrder;
  return planLinkedOrder(linked);
}

const LINES_EDITED = { contentHash: 'edited.header.draft', line: { quantity: '5' }, total: '60.00' };

test.each<[string, Situation, string]>([
  ['it is gone', { isGone: true }, 'deleted-in-odoo'],
  [
    'a person changed its lines and the shop its total',
    { ...LINES_EDITED, shop: { total: '36.00' } },
    'changed-in-odoo',
  ],
  [
    'a person and the shop changed what stands above the lines',
    { contentHash: 'lines.edited.draft', shop: { note: 'neu' } },
    'changed-in-odoo',
  ],
  [
    'a person cancelled it and the shop goes on',
    { state: 'cancel', step: 'dated', shop: { note: 'x' } },
    'cancelled-in-odoo',
  ],
  [
    'the shop cancels what is delivered',
    { state: 'sale', step: 'dated', shop: { target: 'cancelled' }, line: { delivered: 1 } },
    'already-delivered',
  ],
  [
    'the shop cancels what is invoiced',
    { state: 'sale', step: 'dated', shop: { target: 'cancelled' }, line: { invoiced: 1 } },
    'already-invoiced',
  ],
  [
    'the address changes after confirmation',
    { state: 'sale', step: 'dated', shop: { deliveryAddress: recordKey('shop', 'address', 'ab') } },
    'confirmed-in-odoo',
  ],
  [
    'the currency changes after confirmation',
    { state: 'sale', step: 'dated', shop: { currency: 'CHF' } },
    'confirmed-in-odoo',
  ],
  [
    'the product of a line changes after confirmation',
    {
      state: 'sale',
      step: 'dated',
      shop: { lines: [{ ...BASE.lines[0]!, product: recordKey('shop', 'product', 99) }] },
      wanted: [writeLine('2', 8)],
    },
    'confirmed-in-odoo',
  ],
])('is a conflict when %s', (_what, situation, reason) => {
  const change = plan(situation);
  expect(change).toMatchObject({ action: 'conflict', reason, odooId: 41 });
  expect(change.message).not.toBe('');
  expect(change.nextLink).toBeUndefined();
});

test.each<[string, Situation, string, string]>([
  ['a draft with a new note is written whole', { shop: { note: 'neu' } }, 'everything', 'created'],
  [
    'a draft with a new quantity has its lines written',
    { wanted: [writeLine('3')], shop: { total: '36.00' } },
    'lines',
    'created',
  ],
  [
    'a confirmed order with a new quantity has its lines written',
    { state: 'sale', step: 'dated', wanted: [writeLine('3')], shop: { total: '36.00' } },
    'lines',
    'rewritten',
  ],
  [
    'a draft that only changes its status is not written',
    { shop: { target: 'confirmed' } },
    'nothing',
    'created',
  ],
  [
    'a confirmed order to be cancelled is not written',
    { state: 'sale', step: 'dated', shop: { target: 'cancelled' } },
    'nothing',
    'rewritten',
  ],
  [
    'an order the shop takes up again is written whole',
    { state: 'cancel', step: 'cancelled', shop: { target: 'confirmed' } },
    'everything',
    'created',
  ],
  ['an order left at a step goes on from there', { state: 'draft', step: 'checked' }, 'nothing', 'checked'],
  [
    'lines that a person changed are left when the shop only changes its status',
    { ...LINES_EDITED, total: BASE.total, shop: { target: 'confirmed' } },
    'nothing',
    'created',
  ],
])('%s', (_what, situation, rewrite, step) => {
  const change = plan(situation);
  expect(change).toMatchObject({ action: 'update', payload: { rewrite }, nextLink: { step } });
});

test.each<[string, Situation, string]>([
  ['confirmed', { state: 'sale', step: 'created', total: '23.99' }, 'dated'],
  ['corrected', { ...LINES_EDITED, step: 'created' }, 'left'],
])('a draft held by the money gate that a person has %s is settled', (_what, situation, step) => {
  expect(plan({ ...situation, isHeld: true })).toMatchObject({
    action: 'skip',
    reason: 'settled-in-odoo',
    nextLink: { step },
  });
});

test('an order that wcodoo had confirmed is not settled by being confirmed', () => {
  const change = plan({
    state: 'sale',
    step: 'rewritten',
    isHeld: true,
    wanted: [writeLine('3')],
    total: '30.00',
  });
  expect(change).toMatchObject({ action: 'update', nextLink: { step: 'rewritten' } });
});

describe('lines compared by external id', () => {
  const view = (lines: LineView[]): OrderView => ({ lines }) as Partial<OrderView> as OrderView;

  test('an equal line is no change, in whatever order its taxes are named', () => {
    const diff = compareLines(
      KEY,
      [{ ...writeLine('2'), taxIds: [4, 2] }],
      view([viewLine({ taxIds: [2, 4] })]),
      NAMES,
    );
    expect(diff).toMatchObject({ changed: [], dropped: [], replaced: [] });
  });

  test.each<[string, Partial<LineView>]>([
    ['quantity', { quantity: '3' }],
    ['price', { unitPrice: '12.000001' }],
    ['taxes', { taxIds: [] }],
    ['product', { productId: 8 }],
  ])('another %s is a change', (_what, values) => {
    expect(compareLines(KEY, [writeLine('2')], view([viewLine(values)]), NAMES).changed).toHaveLength(1);
  });

  test('a line the shop no longer has is dropped once, whole, to quantity 0', () => {
    const diff = compareLines(KEY, [], view([viewLine()]), NAMES);
    expect(diff.dropped).toEqual([
      expect.objectContaining({ quantity: '0', productId: 7, unitPrice: '12', taxIds: [2], name: 'Bol' }),
    ]);
    expect(compareLines(KEY, [], view([viewLine({ quantity: '0' })]), NAMES).dropped).toEqual([]);
  });

  test("a person's own line is left alone", () => {
    const diff = compareLines(
      KEY,
      [writeLine('2')],
      view([viewLine(), viewLine({ id: 99, productId: 5 })]),
      NAMES,
    );
    expect(diff).toMatchObject({ changed: [], dropped: [] });
  });

  test('a line whose product is gone from the shop keeps the one it has in Odoo', () => {
    const gone = { ...writeLine('2', 1), source: { ...BASE.lines[0]!, product: null } };
    expect(compareLines(KEY, [gone], view([viewLine()]), NAMES).lines[0]?.productId).toBe(7);
  });
});
