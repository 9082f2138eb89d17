import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeProblem, WooOrder } from '../../src/woo/schema';

const ORDER = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'woo', 'orders', 'order-with-fee.json'), 'utf8'),
) as Record<string, unknown> & {
  line_items: Record<string, unknown>[];
  tax_lines: Record<string, unknown>[];
};

function problemOf(order: unknown): string {
  const parsed = WooOrder.safeParse(order);
  return parsed.success ? '' : describeProblem(parsed.error);
}

function withTotal(total: unknown): unknown {
  return { ...ORDER, total };
}

function withLine(line: Record<string, unknown>): unknown {
  return { ...ORDER, line_items: [{ ...ORDER.line_items[0], ...line }] };
}

test.each(['12.50', '-2.00', '0', '', '12.', '.5', '-0.00', '12.3456789012345', 12.5, -3, 0, 1e-7])(
  'takes the amount %j',
  (total) => {
    expect(problemOf(withTotal(total))).toBe('');
  },
);

test.each([
  '.',
  '-.',
  '12,50',
  '1 234.50',
  '1e3',
  '0x10',
  'NaN',
  'Infinity',
  '１２',
  '9'.repeat(400),
  1e15,
  Infinity,
  null,
  ['1'],
  { value: '1' },
])('refuses the amount %j, which is none or would be infinite in Odoo', (total) => {
  expect(problemOf(withTotal(total))).toBe('total: is not an amount');
});

test('reads a number as an amount without an exponent', () => {
  const parsed = WooOrder.parse(withTotal(1e-7));
  expect(parsed.total).toBe('0.0000001000');
});

test.each([1, -3, 0, 0.5, 1 / 3, 1_000_000])('takes the quantity %j', (quantity) => {
  expect(problemOf(withLine({ quantity }))).toBe('');
});

test.each([5e-324, 1e15, 1e308])(
  'refuses the quantity %j, with which no price can be computed',
  (quantity) => {
    expect(problemOf(withLine({ quantity }))).toBe('line_items.0.quantity: is not a quantity');
  },
);

test.each([-100, -101, 1e308])('refuses a tax of %j %%', (percent) => {
  const order = { ...ORDER, tax_lines: [{ ...ORDER.tax_lines[0], rate_percent: percent }] };
  expect(problemOf(order)).toBe('tax_lines.0.rate_percent: is not a percentage');
});

test('takes a tax that is withheld', () => {
  const order = { ...ORDER, tax_lines: [{ ...ORDER.tax_lines[0], rate_percent: -15 }] };
  expect(problemOf(order)).toBe('');
});
