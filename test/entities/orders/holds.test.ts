import { recordKey } from '../../../src/core/keys';
import { reducedUnits } from '../../../src/entities/orders/holds';
import { WooOrderStock } from '../../../src/woo/schema';

const KEY = recordKey('shop', 'order', 1);
const NEVER = { isBefore: (): boolean => false, date: undefined };
const ALWAYS = { isBefore: (): boolean => true, date: undefined };

function order(lines: unknown[], status = 'processing'): WooOrderStock {
  return WooOrderStock.parse({
    id: 1,
    number: '1',
    status,
    date_created_gmt: '2026-01-01T00:00:00',
    line_items: lines,
  });
}

function line(productId: number, variationId: number, reduced: unknown): unknown {
  const meta = reduced === undefined ? [] : [{ key: '_reduced_stock', value: reduced }];
  return {
    product_id: productId,
    variation_id: variationId,
    meta_data: [{ key: 'gift', value: 'yes' }, ...meta],
  };
}

test.each([
  ['one line', [line(15, 0, '2')], [[15, 2]]],
  ['a number in place of text', [line(15, 0, 2)], [[15, 2]]],
  [
    'a variation, whose stock the product may count',
    [line(15, 16, '1')],
    [
      [16, 1],
      [15, 1],
    ],
  ],
  ['two lines of one product', [line(15, 0, '2'), line(15, 0, '3')], [[15, 5]]],
  ['a line that took nothing', [line(15, 0, undefined)], []],
  ['a line that gave everything back', [line(15, 0, '0')], []],
  ['a line without product', [line(0, 0, '1')], []],
  ['text that is no number', [line(15, 0, 'two')], []],
  ['an object that cannot become a number', [line(15, 0, { toString: 1, valueOf: 1 })], []],
  ['a list', [line(15, 0, ['2'])], []],
  ['more than any shop sells', [line(15, 0, '1e309'), line(16, 0, 1e12)], []],
  ['no lines', [], []],
])('%s', (_what, lines, expected) => {
  expect(
    reducedUnits(KEY, order(lines), NEVER).map(({ productId, quantity }) => [productId, quantity]),
  ).toEqual(expected);
});

test('an order completed before the first one holds nothing, an open one does', () => {
  expect(reducedUnits(KEY, order([line(15, 0, '2')], 'completed'), ALWAYS)).toEqual([]);
  expect(reducedUnits(KEY, order([line(15, 0, '2')], 'processing'), ALWAYS)).toHaveLength(1);
  expect(reducedUnits(KEY, order([line(15, 0, '2')], 'completed'), NEVER)).toHaveLength(1);
});
