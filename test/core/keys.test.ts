import fc from 'fast-check';
import {
  externalId,
  externalIdPrefix,
  formatKey,
  parseExternalId,
  parseKey,
  partOf,
  recordKey,
} from '../../src/core/keys';

const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const key = fc.record({ store: word, entity: word, id: word });
const part = fc.stringMatching(/^[a-z0-9]{1,6}(_[a-z0-9]{1,6}){0,2}$/);

test('a key reads back from its text', () => {
  fc.assert(
    fc.property(key, (written) => {
      expect(parseKey(formatKey(written))).toEqual(written);
    }),
  );
});

test('a part reads back from the external id of its record, and from no other record of the same kind', () => {
  fc.assert(
    fc.property(key, part, word, (written, name, otherId) => {
      expect(partOf(written, externalId(written, name))).toBe(name);
      fc.pre(otherId !== written.id);
      expect(partOf({ ...written, id: otherId }, externalId(written, name))).toBeUndefined();
    }),
  );
});

test('no two keys share an external id', () => {
  fc.assert(
    fc.property(key, key, (left, right) => {
      fc.pre(formatKey(left) !== formatKey(right));
      expect(externalId(left)).not.toBe(externalId(right));
    }),
  );
});

test('an external id stays in the characters Odoo takes, with one dot', () => {
  fc.assert(
    fc.property(key, part, (written, name) => {
      expect(externalId(written, name)).toMatch(/^__wcodoo__\.[a-z0-9_]+$/);
    }),
  );
});

test('the external id of an order and its line are what the documentation says', () => {
  const order = recordKey('shop', 'order', 329);
  expect(externalId(order)).toBe('__wcodoo__.shop_order_329');
  expect(externalId(order, 'line_12')).toBe('__wcodoo__.shop_order_329_line_12');
  expect(partOf(order, '__wcodoo__.shop_order_329')).toBeUndefined();
  expect(partOf(order, '__wcodoo__.shop_order_3291_line_12')).toBeUndefined();
});

test.each([
  ['', 'order', '1'],
  ['Shop', 'order', '1'],
  ['shop', 'sale_order', '1'],
  ['shop', 'order', '1.5'],
  ['shop', 'order', '-1'],
  ['sh op', 'order', '1'],
  ['shop', 'order', 'é'],
])('%p %p %p is no key', (store, entity, id) => {
  expect(() => recordKey(store, entity, id)).toThrow(RangeError);
  expect(parseKey(`${store}/${entity}/${id}`)).toBeUndefined();
});

test.each(['', '_', 'line__1', '_line', 'line_', 'Line_1', 'line 1', 'line.1'])('%p is no part', (name) => {
  expect(() => externalId(recordKey('shop', 'order', 1), name)).toThrow(RangeError);
});

test.each(['', 'shop', 'shop/order', 'shop/order/1/2', 'shop//1', '/order/1'])(
  '%p does not read as a key',
  (text) => {
    expect(parseKey(text)).toBeUndefined();
  },
);

test('an external id is read back as the key it was made of, and a part of a record is none', () => {
  const key = recordKey('shop', 'order', 329);
  expect(parseExternalId(externalId(key))).toEqual(key);
  expect(externalId(key).startsWith(externalIdPrefix('shop'))).toBe(true);
  expect(parseExternalId(externalId(key, 'line_12'))).toBeUndefined();
  for (const foreign of [
    'base.main_company',
    'shop_order_329',
    '__wcodoo__.shop_order',
    'x__wcodoo__.shop_order_1',
  ]) {
    expect(parseExternalId(foreign)).toBeUndefined();
  }
});
