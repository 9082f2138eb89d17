import { SkippableError } from '../../../src/core/errors';
import { taxTable } from '../../../src/entities/orders/taxes';
import { ODOO_TAXES } from '../../support/shop-orders';

const line = (
  rateId: number,
  percent?: number,
): { rateId: number; percent: number | undefined; amount: string } => ({
  rateId,
  percent,
  amount: '1',
});

function refusalOf(work: () => unknown): { reason: string; message: string } {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(SkippableError);
    return error as SkippableError;
  }
  throw new Error('it was not refused');
}

test("a row for the rate's id wins over one for its percentage", () => {
  const table = taxTable(
    [
      { percent: 20, included: 4 },
      { rate: 1, included: 2 },
    ],
    ODOO_TAXES,
  );
  expect(table.resolve(line(1, 20))?.included).toBe(2);
  expect(table.resolve(line(7, 20))?.included).toBe(4);
});

test('a rate deleted in the shop comes without percentage: the row, else the Odoo tax, says how much', () => {
  expect(
    taxTable([{ rate: 1, percent: 19.6, included: 2 }], ODOO_TAXES)
      .resolve(line(1))
      ?.rate.toNumber(),
  ).toBe(0.196);
  expect(
    taxTable([{ rate: 1, excluded: 3 }], ODOO_TAXES)
      .resolve(line(1))
      ?.rate.toNumber(),
  ).toBe(0.055);
});

test('a rate of zero needs no row, and takes one it has', () => {
  expect(taxTable([], ODOO_TAXES).resolve(line(9, 0))).toBeUndefined();
  expect(taxTable([{ rate: 9, excluded: 3 }], ODOO_TAXES).resolve(line(9, 0))?.excluded).toBe(3);
});

test.each([
  [[], 'tax-not-mapped', "the shop's tax rate 1 (20 %) has no row in orders.taxes"],
  [[{ rate: 1, included: 99 }], 'tax-not-found', 'names the tax 99, which Odoo does not have'],
  [[{ rate: 1, included: 1 }], 'tax-not-found', 'in Odoo it is added to the price'],
  [[{ rate: 1, excluded: 2 }], 'tax-not-found', 'in Odoo it is included in the price'],
])('%j is refused: %s', (rows, reason, sentence) => {
  const refusal = refusalOf(() => taxTable(rows, ODOO_TAXES).resolve(line(1, 20)));
  expect(refusal.reason).toBe(reason);
  expect(refusal.message).toContain(sentence);
});
