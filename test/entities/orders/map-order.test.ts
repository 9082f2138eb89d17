/** Orders as a real WooCommerce 11.0 sent them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordKey } from '../../../src/core/keys';
import { mapOrder, orderFields, type ShopOrder } from '../../../src/entities/orders/map-order';
import { priceOrder } from '../../../src/entities/orders/price-lines';
import { WooOrder } from '../../../src/woo/schema';
import { SETTINGS, TAXES } from '../../support/shop-orders';

type Body = Record<string, unknown> & { id: number };

function recorded(name: string): Body {
  const path = join(__dirname, '../../fixtures/woo', `${name}.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { body: Body }).body;
}

function map(body: Body, settings = SETTINGS): ShopOrder {
  return mapOrder(recordKey('shop', 'order', body.id), WooOrder.parse(body), 'confirmed', settings);
}

const NAMES = [
  'order-with-fee',
  'order-deleted-product',
  'order-variation-line',
  'order-guest',
  'order-with-coupon',
  'order-prices-include-tax',
];

test.each(NAMES)('%s comes to the total of the shop, written with tax', (name) => {
  const body = recorded(name);
  const order = map(body);
  expect([order.total, order.tax]).toEqual([body['total'], body['total_tax']]);
  const rules = { rounding: 'round_globally', priceDigits: null } as const;
  expect(priceOrder(order, 'tax-included', TAXES, rules).predicted.total).toBe(body['total']);
});

test('each line keeps its own id in its name, whatever its kind', () => {
  const body = recorded('order-with-fee') as Body &
    Record<'line_items' | 'fee_lines' | 'shipping_lines', { id: number }[]>;
  expect(map(body).lines.map(({ part }) => part)).toEqual([
    ...body.line_items.map(({ id }) => `line_${id}`),
    ...body.shipping_lines.map(({ id }) => `ship_${id}`),
    ...body.fee_lines.map(({ id }) => `fee_${id}`),
  ]);
});

test('a variation is known by its own id and SKU', () => {
  expect(map(recorded('order-variation-line')).lines[0]).toMatchObject({
    product: recordKey('shop', 'product', 250),
    sku: 'VAR-07-1',
    quantity: '1',
    net: '15.7',
    tax: '3.14',
  });
});

test('a product deleted in the shop leaves a line without product, and its name', () => {
  expect(map(recorded('order-deleted-product')).lines[3]).toMatchObject({
    kind: 'product',
    product: null,
    sku: '',
    name: 'Produit supprimé',
    quantity: '2',
    net: '66.66',
  });
});

test("the line's own total of tax counts, not the cent more its list of taxes may show", () => {
  const line = map(recorded('order-prices-include-tax')).lines[1];
  expect(line).toMatchObject({ tax: '84.03', taxes: [{ rateId: 1, percent: 20, amount: '84.03' }] });
});

test.each([
  [[{ id: 1, total: '' }], '0.00', []],
  [[{ id: 1, total: '0.00' }], '0.00', []],
  [[{ id: 9, total: '0.00' }], '0.00', [9]],
  [
    [
      { id: 1, total: '2.00' },
      { id: 2, total: '' },
    ],
    '2.00',
    [1],
  ],
  [
    [
      { id: 1, total: '-0.12' },
      { id: 2, total: '-0.08' },
    ],
    '-0.20',
    [1, 2],
  ],
  [[], '0.00', []],
])('taxes %j apply as rates %j', (taxes, tax, rates) => {
  const body = recorded('order-guest');
  const [line] = body['line_items'] as Record<string, unknown>[];
  const order = map({
    ...body,
    line_items: [{ ...line, total_tax: tax, taxes }],
    tax_lines: [
      { rate_id: 1, label: 'TVA', rate_percent: 20 },
      { rate_id: 2, label: 'TVA', rate_percent: 5.5 },
      { rate_id: 9, label: 'Exempt', rate_percent: 0 },
    ],
  });
  expect(order.lines[0]?.taxes.map(({ rateId }) => rateId)).toEqual(rates);
});

test('a guest is known by the e-mail address, in any letter case; without one by the order', () => {
  const body = recorded('order-guest');
  const withEmail = (email: string): string =>
    map({ ...body, billing: { ...(body['billing'] as object), email } }).customer.id;
  expect(withEmail(' INVITE005@Exemple.org')).toBe(withEmail('invite005@exemple.org'));
  expect(withEmail('other@exemple.org')).not.toBe(withEmail('invite005@exemple.org'));
  expect(withEmail('')).toBe('o334');
  expect(map(recorded('order-variation-line')).customer).toEqual(recordKey('shop', 'customer', 44));
});

test('names are read as a person reads them, and the date is UTC as Odoo writes it', () => {
  const body = recorded('order-guest');
  const [line] = body['line_items'] as Record<string, unknown>[];
  const order = map({
    ...body,
    line_items: [{ ...line, name: 'Tom &amp; Jerry\u000b' }],
    date_created_gmt: '2026-07-01T22:30:00',
  });
  expect(order.lines[0]?.name).toBe('Tom & Jerry');
  expect(order.date).toBe('2026-07-01 22:30:00');
});

test('the note says what the customer wrote, how it was paid and which coupon, or nothing at all', () => {
  const body = { ...recorded('order-with-coupon'), customer_note: 'Après 18h\r\nMerci' };
  expect(map(body).note.split('\n').slice(0, 2)).toEqual(['Après 18h', 'Merci']);
  expect(map(body).note).toContain('Payment: ');
  expect(map(body).note).toContain('Coupons: moins5 (−5.00 EUR)');
  expect(map(body, { ...SETTINGS, note: false }).note).toBe('');
});

describe('what is compared from run to run', () => {
  const fields = (patch: Record<string, unknown>): Record<string, string> =>
    orderFields(map({ ...recorded('order-guest'), ...patch }));

  test('does not change with what Odoo does not hold', () => {
    expect(
      fields({ date_modified_gmt: '2026-12-01T00:00:00', status: 'completed', meta_data: [{}] }),
    ).toEqual(fields({}));
  });

  test.each([
    ['customer_note', 'autre'],
    ['total', '1.00'],
    ['currency', 'CHF'],
    ['number', '4711'],
    ['line_items', []],
    ['date_created_gmt', '2026-01-01T00:00:00'],
  ])('changes with %s', (field, value) => {
    expect(fields({ [field]: value })).not.toEqual(fields({}));
  });
});
