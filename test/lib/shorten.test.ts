import { shorten } from '../../src/lib/shorten';

test.each([
  ['', 3, ''],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['ab😀', 4, 'ab😀'],
  ['ab😀c', 4, 'ab…'],
  ['a😀bc', 4, 'a😀…'],
])('%j in at most %i units is %j', (text, length, expected) => {
  expect(shorten(text, length)).toBe(expected);
});
