import { idOf, idsOf, numberOf, textOf } from '../../src/odoo/schema';

test.each([
  [[7, 'Ada'], 7],
  [7, 7],
  [false, undefined],
  [[], undefined],
  [[0, ''], undefined],
  [[-1, ''], undefined],
  [[1.5, ''], undefined],
  [[2 ** 53, ''], undefined],
  [Number.NEGATIVE_INFINITY, undefined],
  [['7', ''], undefined],
  [{ 0: 7, length: 1 }, undefined],
  [null, undefined],
])('the id in %j is %j', (value, id) => {
  expect(idOf(value)).toBe(id);
});

test('ids are whole numbers above zero, whatever lies between them', () => {
  expect(idsOf([3, '4', 1.5, -2, 0, Number.POSITIVE_INFINITY, [5], null, 6])).toEqual([3, 6]);
  expect(idsOf(false)).toEqual([]);
});

test('a number that is none, or infinite, is zero; a text that is none is empty', () => {
  expect([3.5, '3.5', false, null, Number.POSITIVE_INFINITY, [1]].map(numberOf)).toEqual([
    3.5, 0, 0, 0, 0, 0,
  ]);
  expect(['a', false, null, 3, ['a'], { a: 1 }].map(textOf)).toEqual(['a', '', '', '', '', '']);
});
