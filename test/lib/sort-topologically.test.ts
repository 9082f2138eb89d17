import fc from 'fast-check';
import { sortTopologically } from '../../src/lib/sort-topologically';

interface Item {
  readonly name: string;
  readonly needs: readonly string[];
}

function sort(items: readonly Item[]): string[] {
  return sortTopologically(
    items,
    ({ name }) => name,
    ({ needs }) => needs,
  ).map(({ name }) => name);
}

test('each item comes after what it depends on; the others keep their order', () => {
  const items = [
    { name: 'stock', needs: ['orders'] },
    { name: 'products', needs: [] },
    { name: 'orders', needs: ['customers', 'elsewhere'] },
    { name: 'customers', needs: [] },
  ];
  expect(sort(items)).toEqual(['customers', 'orders', 'stock', 'products']);
});

test('a circle is named', () => {
  const items = [
    { name: 'a', needs: ['b'] },
    { name: 'b', needs: ['c'] },
    { name: 'c', needs: ['a'] },
  ];
  expect(() => sort(items)).toThrow('a → b → c → a');
});

test('any graph without a circle comes out complete and in order', () => {
  // An item depends on items of a lower number only, and the list is shuffled.
  const graph = fc
    .array(fc.array(fc.nat(20), { maxLength: 4 }), { maxLength: 12 })
    .map((needs) =>
      needs.map((numbers, index): Item => ({
        name: String(index),
        needs: numbers.filter((number) => number < index).map(String),
      })),
    )
    .chain((items) => fc.shuffledSubarray(items, { minLength: items.length }));
  fc.assert(
    fc.property(graph, (items) => {
      const sorted = sort(items);
      expect([...sorted].sort()).toEqual(items.map(({ name }) => name).sort());
      for (const { name, needs } of items) {
        expect(needs.every((need) => sorted.indexOf(need) < sorted.indexOf(name))).toBe(true);
      }
    }),
  );
});
