import { ConfigError } from '../../src/core/errors';
import { recordKey } from '../../src/core/keys';
import { parseSubject, titleOf } from '../../src/explain/subject';

test.each([
  [['order', '1234'], 'order', '1234', 'order 1234'],
  [['order', '#1234'], 'order', '1234', 'order 1234'],
  [['order', 'WEB-7'], 'order', 'WEB-7', 'order WEB-7'],
  [['sku', 'ABC', '12/B'], 'sku', 'ABC 12/B', 'sku ABC 12/B'],
  [['sku', 'a/b'], 'sku', 'a/b', 'sku a/b'],
  [['customer', 'ada@exemple.fr'], 'customer', 'ada@exemple.fr', 'customer ada@exemple.fr'],
])('a kind and a name are what a person searches for (%#)', (words, kind, name, title) => {
  const subject = parseSubject(words, 'shop');
  expect(subject).toMatchObject({ kind, name });
  expect(subject.key).toBeUndefined();
  expect(titleOf(subject)).toBe(title);
});

test.each([
  [['order/1234'], 'order', recordKey('shop', 'order', 1234)],
  [['shop/order/1234'], 'order', recordKey('shop', 'order', 1234)],
  [['order', 'shop/order/1234'], 'order', recordKey('shop', 'order', 1234)],
  [['stock/7'], 'sku', recordKey('shop', 'stock', 7)],
  [['guest/abc'], 'customer', recordKey('shop', 'guest', 'abc')],
])('%j is a key, as other commands print it', (words, kind, key) => {
  expect(parseSubject(words, 'shop')).toMatchObject({ kind, key });
});

test.each([[['1234']], [['order']], [['frog', '12']], [['frog/12']], [['other/order/12']], [['']]])(
  '%j names nothing, and the error says what does',
  (words) => {
    expect(() => parseSubject(words, 'shop')).toThrow(ConfigError);
  },
);

test('a number alone is not guessed at: the hint says how an order is named', () => {
  expect(() => parseSubject(['#326'], 'shop')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('said as `order 326`') as string }) as Error,
  );
});
