import fc from 'fast-check';
import { chunkSkus } from '../../../src/entities/stock/chunk-skus';

test('a hundred SKUs are asked for together, and no more', () => {
  const skus = Array.from({ length: 250 }, (_, index) => `SIM-${index}`);
  expect(chunkSkus(skus).map(({ length }) => length)).toEqual([100, 100, 50]);
});

test('a SKU with a comma, and one that no address can hold, are left out without the others', () => {
  const long = 'x'.repeat(100_000);
  const emoji = '😀'.repeat(1_000);
  expect(chunkSkus(['A-1', 'B,2', long, emoji, 'C-3'])).toEqual([['A-1', 'C-3']]);
});

test('whatever the SKUs are, each piece fits into an address and none is asked for twice', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 120 }), { maxLength: 300 }), (skus) => {
      const pieces = chunkSkus(skus);
      for (const piece of pieces) {
        expect(encodeURIComponent(piece.join(',')).length).toBeLessThanOrEqual(6_000);
        expect(piece.length).toBeLessThanOrEqual(100);
      }
      expect(pieces.flat()).toEqual(skus.filter((sku) => !sku.includes(',')));
    }),
  );
});
