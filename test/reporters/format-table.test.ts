import { formatTable } from '../../src/reporters/format-table';

test('columns are as wide as their widest cell, numbers to the right', () => {
  expect(
    formatTable(
      ['flow', 'read'],
      [
        ['orders', '12'],
        ['stock', '12345'],
      ],
    ),
  ).toEqual(['flow     read', 'orders     12', 'stock   12345']);
});

test('a table may have more rows than a call takes arguments', () => {
  const rows = Array.from({ length: 200_000 }, (_, id) => [String(id), 'owed']);
  expect(formatTable(['record', 'state'], rows, 'text')).toHaveLength(200_001);
});
