import type { AuditRow } from '../../src/core/ports';
import { AUDIT_COLUMNS, auditHead, auditLine, type AuditLineOptions } from '../../src/reporters/audit-cells';
import { auditObject } from '../../src/reporters/audit-object';
import { rowOf } from './samples';

const OPTIONS = { delimiter: '\t', bom: false, maskPersonalData: false };

function cellsOf(
  row: Partial<AuditRow>,
  options: Partial<AuditLineOptions> = {},
): Record<string, string | undefined> {
  const cells = auditLine(rowOf(row), { ...OPTIONS, ...options })
    .trimEnd()
    .split('\t');
  return Object.fromEntries(AUDIT_COLUMNS.map((column, at) => [column, cells[at]]));
}

describe('names that a spreadsheet would change', () => {
  test.each([
    '00123',
    '12345678901234567890',
    '376000123456',
    '1E5',
    '12.50',
    '12,50',
    '1 234',
    '50%',
    '5 €',
    '10-12',
    '2026-01-02',
    '12:30',
    'TRUE',
    'VRAI',
    'MAR12',
    '3 mars 2026',
    'déc 2026',
  ])('%s gets an apostrophe, as an id, as a key and as the name of a shop', (text) => {
    const { woo_id, odoo_id, business_key, store } = cellsOf({
      wooId: text,
      odooId: text,
      businessKey: text,
      store: text,
    });
    expect([woo_id, odoo_id, business_key, store]).toEqual(Array.from({ length: 4 }, () => `'${text}`));
  });

  test.each([
    '',
    '0',
    '326',
    '12345678901',
    '#00123',
    'SKU-001',
    'W1/2',
    'MARIE',
    'DECOR12',
    'marc 12',
    '12 rue de Mars',
    '3XL',
    'jean@example.org',
    '1001-A',
    '2026W05',
  ])('%j stays as it is', (text) => {
    expect(cellsOf({ businessKey: text })['business_key']).toBe(text);
  });

  test('figures, sentences and codes are nobody’s name', () => {
    const cells = cellsOf({ message: '00123', reason: '1E5', attempt: 3, durationMs: 12345678901.6 });
    expect(cells).toMatchObject({
      message: '00123',
      reason: '1E5',
      attempt: '3',
      duration_ms: '12345678902',
    });
  });

  test('without the guard nothing is put before them, nor before a formula', () => {
    const cells = cellsOf({ businessKey: '00123', message: '=1+1' }, { guard: false });
    expect(cells).toMatchObject({ business_key: '00123', message: '=1+1' });
  });

  test('a hostile key of any length is judged at once', () => {
    for (const text of ['1 '.repeat(20_000), `${'1,'.repeat(20_000)}x`, `jan${'1'.repeat(40_000)}x`]) {
      expect(cellsOf({ businessKey: text })['business_key']).toContain(text.slice(0, 100));
    }
  });
});

describe('a decimal comma', () => {
  test.each([
    ['total', '12.30', '-14.00', 'total: 12,30 → -14,00'],
    ['list_price', '', '1234.5', 'list_price:  → 1234,5'],
    ['stock_quantity', '3', '2.5', 'stock_quantity: 3 → 2,5'],
    ['version', '1.2', '1.10', 'version: 1.2 → 1.10'],
    ['total', '1.2.3', '12.30 EUR', 'total: 1.2.3 → 12.30 EUR'],
  ])('%s from %j to %j is written as %j', (field, before, after, written) => {
    const changes = [{ field, before, after }];
    expect(cellsOf({ changes }, { decimalComma: true })['changes']).toBe(written);
    expect(cellsOf({ changes })['changes']).toBe(`${field}: ${before} → ${after}`);
  });
});

test('the head is the columns, behind a byte order mark where one is asked for', () => {
  expect(auditHead({ ...OPTIONS, bom: true, delimiter: ';' })).toBe(`\ufeff${AUDIT_COLUMNS.join(';')}\n`);
});

test('as an object a row has the columns of the CSV, in their order', () => {
  const changes = [{ field: 'total', before: '1.00', after: '2.00' }];
  const object = auditObject(rowOf({ changes, durationMs: 12.6 }));
  expect(Object.keys(object)).toEqual([...AUDIT_COLUMNS]);
  expect(object).toMatchObject({ direction: 'woo-to-odoo', changes, attempt: 1, duration_ms: 13 });
});
