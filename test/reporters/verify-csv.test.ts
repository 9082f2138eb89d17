import { parse } from 'fast-csv';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FatalError } from '../../src/core/errors';
import { recordKey } from '../../src/core/keys';
import type { Finding } from '../../src/core/verify';
import { openVerifyCsv, VERIFY_COLUMNS } from '../../src/reporters/verify-csv';

const OPTIONS = { delimiter: ',', bom: false, maskPersonalData: false };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-verify-csv-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function findingOf(values: Partial<Finding> = {}): Finding {
  return {
    kind: 'total',
    key: recordKey('shop', 'order', 329),
    odooId: '12',
    businessKey: '329',
    field: 'total',
    wooValue: '10.00',
    odooValue: '-12.00',
    message: 'the totals differ',
    ...values,
  };
}

async function write(findings: readonly Finding[], options = OPTIONS): Promise<string[][]> {
  const path = join(folder, 'deep', 'verify.csv');
  const csv = openVerifyCsv(path, options);
  await csv.write(findings);
  await csv.close();
  const rows: string[][] = [];
  for await (const row of Readable.from([readFileSync(path, 'utf8')]).pipe(
    parse({ delimiter: options.delimiter }),
  )) {
    rows.push(row as string[]);
  }
  return rows;
}

test('one row for each finding, for its owner alone', async () => {
  expect(await write([findingOf()])).toEqual([
    [...VERIFY_COLUMNS],
    ['total', 'shop', 'order', '329', '12', '329', 'total', '10.00', '-12.00', 'the totals differ'],
  ]);
  expect((statSync(join(folder, 'deep', 'verify.csv')).mode & 0o777).toString(8)).toBe('600');
  expect((statSync(join(folder, 'deep')).mode & 0o777).toString(8)).toBe('700');
});

test('a file that others could read is closed to them', async () => {
  const path = join(folder, 'verify.csv');
  writeFileSync(path, 'older', { mode: 0o644 });
  await openVerifyCsv(path, OPTIONS).close();
  expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  expect(readFileSync(path, 'utf8')).toBe(`${VERIFY_COLUMNS.join(',')}\n`);
});

test.each(['=HYPERLINK("http://evil")', '+1+1', '-1+1', '@SUM(A1)', ' =1', '\t=1', '＝1', '=1\n,"=2'])(
  'no cell of %j is calculated by a spreadsheet',
  async (text) => {
    const [, row = []] = await write([
      findingOf({
        businessKey: text,
        wooValue: text,
        odooValue: text,
        message: text,
        odooId: text,
        field: text,
      }),
    ]);
    expect(row).toHaveLength(VERIFY_COLUMNS.length);
    for (const cell of row) {
      expect(cell).not.toMatch(/^\s*[=+@＝-]/);
    }
  },
);

test('personal data is masked where the configuration says so', async () => {
  const customer = findingOf({
    kind: 'missing',
    key: recordKey('shop', 'customer', 7),
    businessKey: 'grace@exemple.fr',
    field: 'email',
    wooValue: 'grace@exemple.fr',
    odooValue: '',
    message: 'no partner has the address grace@exemple.fr',
  });
  const [, row = []] = await write([customer], { ...OPTIONS, maskPersonalData: true });
  expect(row.join(' ')).not.toContain('grace');
  expect(row.slice(0, 4)).toEqual(['missing', 'shop', 'customer', '7']);
});

test('a file that cannot be written is said when it is closed', async () => {
  writeFileSync(join(folder, 'file'), '');
  const csv = openVerifyCsv(join(folder, 'file', 'verify.csv'), OPTIONS);
  await csv.write([findingOf()]);
  await expect(csv.close()).rejects.toThrow(FatalError);
});
