import fc from 'fast-check';
import { formatAmount, fromFloat, Money, plainNumber, roundTo, sumOf } from '../../src/lib/money';

test.each([
  ['2.345', '2.35'],
  ['-2.345', '-2.35'],
  ['2.344999', '2.34'],
  ['1.005', '1.01'],
  ['-0.004', '0.00'],
  ['0', '0.00'],
  ['12', '12.00'],
])('%s is %s to the cent, halves away from zero', (text, expected) => {
  expect(formatAmount(new Money(text), 2)).toBe(expected);
});

test.each([
  ['3.3333333333', '3.3333333333'],
  ['0.0000001', '0.0000001'],
  ['-0', '0'],
  ['10.00', '10'],
  ['1e21', '1000000000000000000000'],
])('%s is written %s, never with an exponent', (text, expected) => {
  expect(plainNumber(new Money(text))).toBe(expected);
});

test('a float of Odoo is the cents that were meant', () => {
  expect(plainNumber(fromFloat(3.8000000000000007, 2))).toBe('3.8');
  expect(plainNumber(fromFloat(0.1 + 0.2, 2))).toBe('0.3');
});

test('a sum of cents is exact, whatever the number and order of the amounts', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 })), (cents) => {
      const sum = sumOf(cents.map((value) => new Money(value).div(100)));
      expect(sum.times(100).toNumber()).toBe(cents.reduce((left, right) => left + right, 0));
    }),
  );
});

test('rounding moves an amount by at most half a step', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 6 }), (value, digits) => {
      const amount = new Money(value).div(1e7);
      const step = new Money(10).pow(-digits);
      expect(roundTo(amount, digits).minus(amount).abs().times(2).lte(step)).toBe(true);
    }),
  );
});
