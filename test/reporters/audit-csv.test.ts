import fc from 'fast-check';
import { parseString } from 'fast-csv';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FatalError } from '../../src/core/errors';
import type { AuditRow } from '../../src/core/ports';
import { AUDIT_COLUMNS } from '../../src/reporters/audit-cells';
import { createAuditCsv, rewriteAuditCsv } from '../../src/reporters/audit-csv';
import { rowOf, summaryOf } from './samples';

const root = mkdtempSync(join(tmpdir(), 'wcodoo-audit-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});
let folders = 0;
function optionsOf(values: { delimiter?: string; bom?: boolean; maskPersonalData?: boolean } = {}) {
  folders += 1;
  const folder = join(root, `audit-${folders}`);
  return { folder, delimiter: ',', bom: false, maskPersonalData: false, ...values };
}

async function writeRows(rows: readonly AuditRow[], options = optionsOf()): Promise<string> {
  const csv = createAuditCsv(options);
  csv.handle({ type: 'run-started', runId: 'r1', store: 'shop', dryRun: false });
  csv.handle({ type: 'decided', rows });
  csv.handle({ type: 'run-finished', summary: summaryOf() });
  await csv.close();
  return readFileSync(csv.path('r1'), 'utf8');
}

function parse(text: string, delimiter = ','): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const rows: string[][] = [];
    parseString<string[], string[]>(text, { delimiter })
      .on('data', (row: string[]) => rows.push(row))
      .on('error', reject)
      .on('end', () => {
        resolve(rows);
      });
  });
}

async function cellsOf(row: Partial<AuditRow>): Promise<Record<string, string>> {
  const [, cells = []] = await parse(await writeRows([rowOf(row)]));
  return Object.fromEntries(AUDIT_COLUMNS.map((column, index) => [column, cells[index] ?? '']));
}

test('a run has one file with a header and one line for each decision', async () => {
  const changes = [
    { field: 'amount', before: '10.00', after: '12.00' },
    { field: 'note', before: '', after: 'a, "b"' },
  ];
  expect(
    await writeRows([rowOf({ changes }), rowOf({ direction: 'odooToWoo', reason: 'x', attempt: 2 })]),
  ).toBe(
    'run_id,time_utc,store,flow,direction,action,status,entity,woo_id,odoo_id,business_key,changes,reason,message,attempt,duration_ms\n' +
      'r1,2026-03-01T12:00:00.000Z,shop,orders,woo-to-odoo,create,done,order,329,17,#329,' +
      '"amount: 10.00 → 12.00; note:  → a, ""b""",,,1,12\n' +
      'r1,2026-03-01T12:00:00.000Z,shop,orders,odoo-to-woo,create,done,order,329,17,#329,,x,,2,12\n',
  );
});

test('a run without decisions has a file with the header only', async () => {
  expect(await writeRows([])).toBe(`${AUDIT_COLUMNS.join(',')}\n`);
});

test('file and folder are for their owner only', async () => {
  const umask = process.umask(0);
  const options = optionsOf();
  await writeRows([], options);
  process.umask(umask);
  expect((statSync(join(options.folder, 'audit-r1.csv')).mode & 0o777).toString(8)).toBe('600');
  expect((statSync(options.folder).mode & 0o777).toString(8)).toBe('700');
});

test('rows are in the file while the run goes on', async () => {
  const csv = createAuditCsv(optionsOf());
  csv.handle({ type: 'run-started', runId: 'r1', store: 'shop', dryRun: false });
  csv.handle({ type: 'decided', rows: [rowOf({ businessKey: 'early' })] });
  for (let tries = 0; tries < 100; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if ((statSync(csv.path('r1'), { throwIfNoEntry: false })?.size ?? 0) > 0) {
      break;
    }
  }
  expect(readFileSync(csv.path('r1'), 'utf8')).toContain(',early,');
  await csv.close();
});

test('several runs have a file each, whose name stays inside of the folder', async () => {
  const options = optionsOf();
  const csv = createAuditCsv(options);
  csv.handle({ type: 'decided', rows: [rowOf(), rowOf({ runId: '../../etc/r2' })] });
  await csv.close();
  expect(readdirSync(options.folder).sort()).toEqual(['audit-.._.._etc_r2.csv', 'audit-r1.csv']);
  expect(csv.path('../x')).toBe(join(options.folder, 'audit-.._x.csv'));
});

test('delimiter and byte order mark are those asked for', async () => {
  const text = await writeRows([rowOf({ message: 'a;b,c' })], optionsOf({ delimiter: ';', bom: true }));
  expect(text.startsWith('\ufeffrun_id;time_utc;')).toBe(true);
  expect(text).toContain(';"a;b,c";');
});

test.each([
  ['=HYPERLINK("http://evil")', `'=HYPERLINK("http://evil")`],
  ['+33612345678', "'+33612345678"],
  ['-1+2', "'-1+2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['  =1+1', "'  =1+1"],
  ['\t=1+1', "'\t=1+1"],
  ['\r=1+1', "'\n=1+1"],
  ['\u0000=1+1', "'=1+1"],
  ['＝1+1', "'＝1+1"],
  ['-5.00', '-5.00'],
  ['-5', '-5'],
  ['a=b', 'a=b'],
  ['line 1\r\nline 2', 'line 1\nline 2'],
  ['bell\u0007 escape\u001b[31m', 'bell escape[31m'],
  ['\u202egnp.exe', 'gnp.exe'],
])('the message %j is written as %j', async (message, written) => {
  expect((await cellsOf({ message }))['message']).toBe(written);
});

test('personal data is masked when that is asked for', async () => {
  const row = rowOf({
    entity: 'customer',
    businessKey: 'jean@example.fr',
    changes: [{ field: 'name', before: '', after: 'Jean Dupont' }],
  });
  const text = await writeRows([row], optionsOf({ maskPersonalData: true }));
  expect(text).toContain(',j***@e***.fr,name:  → J. D.,');
  expect(text).not.toMatch(/jean|dupont/i);
  expect(await writeRows([row])).toContain('jean@example.fr');
});

/** Characters that are removed or folded, which the table above is about. */
const REMOVED = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

test('no cell is longer than a spreadsheet takes, its apostrophe included', async () => {
  const change = { field: 'note', before: '', after: 'x'.repeat(50_000) };
  const text = await writeRows([rowOf({ businessKey: '='.repeat(50_000), changes: [change] })]);
  const cells = text.split('\n')[1]?.split(',') ?? [];
  expect(cells.map(({ length }) => length).filter((length) => length > 1_000)).toEqual([32_767, 32_767]);
});

test('whatever the cells hold, they are read back the same and none begins a formula', async () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ';', "'", '→', '1', ' '),
      fc.string({ unit: 'grapheme', maxLength: 1 }).filter((drawn) => !REMOVED.test(drawn)),
    ),
  });
  const row = fc.record({
    businessKey: text,
    message: text,
    reason: text,
    field: text,
    before: text,
    after: text,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(',', ';', '\t'),
      async (drawn, delimiter) => {
        const rows = drawn.map(({ field, before, after, ...values }) =>
          rowOf({ ...values, changes: [{ field, before, after }] }),
        );
        const [, ...parsed] = await parse(await writeRows(rows, optionsOf({ delimiter })), delimiter);
        const expected = drawn.map((one) => [
          one.businessKey,
          `${one.field}: ${one.before} → ${one.after}`,
          one.reason,
          one.message,
        ]);
        const withoutGuard = parsed.map((cells) => cells.slice(10, 14).map(removeGuard));
        expect(withoutGuard).toEqual(
          expected.map((cells) => cells.map((cell) => removeGuard(cell.replace(/\r\n?/g, '\n')))),
        );
        for (const cell of parsed.flat()) {
          expect(cell).not.toMatch(/^[=+@\t\r]|^-(?!\d+([.,]\d+)?$)/);
        }
      },
    ),
    { numRuns: 60 },
  );
});

/** Both sides of the comparison lose the apostrophe, so that one drawn at random does not count. */
function removeGuard(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}

test('a file that cannot be written stops no run: closing tells it', async () => {
  const options = optionsOf();
  writeFileSync(options.folder, 'a file where the folder should be');
  const csv = createAuditCsv(options);
  csv.handle({ type: 'run-started', runId: 'r1', store: 'shop', dryRun: false });
  await new Promise((resolve) => setTimeout(resolve, 20));
  csv.handle({ type: 'decided', rows: [rowOf()] });
  const closed = csv.close();
  await expect(closed).rejects.toThrow(FatalError);
  await expect(closed).rejects.toThrow(join(options.folder, 'audit-r1.csv'));
});

describe('rewriteAuditCsv', () => {
  test('completes the file of an interrupted run and leaves nothing else', async () => {
    const options = optionsOf();
    const rows = [rowOf(), rowOf({ wooId: '330' })];
    const complete = await writeRows(rows, options);
    const path = join(options.folder, 'audit-r1.csv');
    writeFileSync(path, complete.slice(0, complete.length - 40));
    expect(await rewriteAuditCsv(rows.values(), { ...options, runId: 'r1' })).toBe(path);
    expect(readFileSync(path, 'utf8')).toBe(complete);
    expect(readdirSync(options.folder)).toEqual(['audit-r1.csv']);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  });

  test('keeps the file that is there when the rows cannot be read', async () => {
    const options = optionsOf();
    const before = await writeRows([rowOf()], options);
    function* failing(): Generator<AuditRow> {
      yield rowOf();
      throw new Error('the state is damaged');
    }
    await expect(rewriteAuditCsv(failing(), { ...options, runId: 'r1' })).rejects.toThrow(
      'could not be written',
    );
    expect(readFileSync(join(options.folder, 'audit-r1.csv'), 'utf8')).toBe(before);
  });
});
