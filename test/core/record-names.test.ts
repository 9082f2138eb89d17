import { recordKey } from '../../src/core/keys';
import { isNamed, parseRecordName } from '../../src/core/record-names';

const ORDER = { key: recordKey('shop', 'order', 12), businessKey: '#1234' };

test.each(['#1234', '1234', 'shop/order/12', 'order/12'])('an order goes by %s', (text) => {
  expect(isNamed(ORDER, text)).toBe(true);
});

test.each(['12', 'order', 'other/order/12', 'stock/12', ''])('and not by "%s"', (text) => {
  expect(isNamed(ORDER, text)).toBe(false);
});

test('a key of another store is none of this one', () => {
  expect(parseRecordName('shop', 'other/order/12')).toBeUndefined();
  expect(parseRecordName('shop', 'order/12')).toEqual(ORDER.key);
});
