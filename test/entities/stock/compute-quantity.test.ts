import fc from 'fast-check';
import { computeQuantity } from '../../../src/entities/stock/compute-quantity';

const PLAIN = { buffer: 0, rounding: 'down', floor: 0 } as const;

test.each([
  // in Odoo, held, settings, shown
  [10, 0, {}, 10],
  [10, 3, {}, 7],
  [1, 1, {}, 0],
  [1, 2, {}, 0],
  [-4, 0, {}, 0],
  [10, 3, { buffer: 2 }, 5],
  [10, 0, { buffer: 11 }, 0],
  [10, 0, { buffer: 11, floor: -5 }, -1],
  [0, 0, { floor: 3 }, 3],
  [9.99, 0, {}, 9],
  [9.5, 0, { rounding: 'nearest' }, 10],
  [9.4, 0, { rounding: 'nearest' }, 9],
  [10, 0, { buffer: 0.5 }, 9],
  // What Odoo's floats leave of three times a third.
  [2.9999999999999996, 0, {}, 3],
] as const)('%d in Odoo, %d held, %p: %d', (odooQuantity, held, settings, shown) => {
  expect(computeQuantity({ odooQuantity, held }, { ...PLAIN, ...settings })).toBe(shown);
});

test('is a whole number, never more than Odoo has left, never under the floor', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1000, max: 1_000_000 }),
      fc.nat(1000),
      fc.nat(100),
      fc.integer({ min: -10, max: 10 }),
      (odooQuantity, held, buffer, floor) => {
        const shown = computeQuantity({ odooQuantity, held }, { buffer, rounding: 'down', floor });
        expect(Number.isInteger(shown)).toBe(true);
        expect(shown).toBe(Math.max(odooQuantity - held - buffer, floor));
      },
    ),
  );
});
