/** The export as LibreOffice opens it: what a person then sees, and what must not be calculated. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'html-entities';
import type { AuditRow } from '../../src/core/ports';
import { AUDIT_COLUMNS } from '../../src/reporters/audit-cells';
import { openState } from '../../src/state/open';
import { rowOf } from '../reporters/samples';
import { requireTools } from '../support/require-tools';
import { runCli } from '../support/run-cli';
import { marked } from '../support/secrets';

requireTools({ command: 'soffice', package: 'libreoffice-calc' });

/** Read as they stand: nothing of them is a number, a date or a formula. */
const PLAIN = [
  'SKU-001',
  '#329',
  'W-1/2',
  'é à ü ß ñ 日本 →',
  'MARIE',
  'DECOR12',
  '20261123T034326Z-6651',
  'a=b',
  "l'été",
];
/** Numbers that look the same when they are read as numbers. */
const NUMBERS = ['0', '326', '37600012345'];
/** What a spreadsheet would make another number, a date, a time or a truth value of. */
const NAMES = [
  '00123',
  '12345678901234567890',
  '3760001234567',
  '-00123',
  '1E5',
  '12e3',
  '1.10',
  '12,50',
  '1 234',
  '1.234.567',
  '50%',
  '$5',
  '5 €',
  '2026-01-02',
  '10-12',
  '1/2',
  '01.02.03',
  '12:30',
  '00:12:30',
  'TRUE',
  'false',
  'VRAI',
  'MAR12',
  '3 mars',
  '3 mars 2026',
  'janvier 2026',
  'Jan 2026',
  '1-SEPT',
];
const FORMULAS = [
  '=1+1',
  '+33612345678',
  '-1+2',
  '@SUM(A1)',
  '=HYPERLINK("http://127.0.0.1:9/";"x")',
  "=cmd|' /C calc'!A0",
  '\t=1+1',
  ' =1+1',
  '＝1+1',
];

/** As in a LibreOffice set to English, and set to French with the box "detect special numbers" ticked. */
const IMPORTS = [
  { name: 'English', flags: [], tokens: '44,34,76,1' },
  { name: 'French, eager', flags: ['--decimal-comma'], tokens: '59,34,76,1,,1036,false,true' },
];

const folder = mkdtempSync(join(tmpdir(), 'wcodoo-office-'));
const environment = {
  WOO_URL: 'http://127.0.0.1:9',
  WOO_CONSUMER_KEY: marked('ck_1'),
  WOO_CONSUMER_SECRET: marked('cs_1'),
  ODOO_URL: 'http://127.0.0.1:9',
  ODOO_DB: 'odoo',
  ODOO_USERNAME: 'admin',
  ODOO_API_KEY: marked('odoo'),
  WCODOO_HOME: folder,
};
const rows = [...PLAIN, ...NUMBERS, ...NAMES, ...FORMULAS].map((text, index) =>
  rowOf({
    time: `2026-03-01T12:00:00.${String(index).padStart(3, '0')}Z`,
    businessKey: text,
    wooId: text,
    changes: [
      { field: 'total', before: '12.30', after: '-14.00' },
      { field: 'name', before: text, after: 'é, "x"; y' },
    ],
    message: FORMULAS.includes(text) ? text : `${text} in the shop\nand a second line`,
  }),
);

beforeAll(async () => {
  const state = await openState({ path: join(folder, 'state.db'), now: () => new Date() });
  await state.commit({ audit: rows });
  state.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Cell {
  readonly type: string;
  readonly text: string;
}

/** Opens the file as LibreOffice does without a screen, and reads what is in its cells. */
function openInOffice(file: string, tokens: string): { cells: Cell[][]; xml: string } {
  execFileSync(
    'soffice',
    [
      `-env:UserInstallation=file://${join(folder, 'profile')}`,
      '--headless',
      `--infilter=Text - txt - csv (StarCalc):${tokens}`,
      '--convert-to',
      'fods',
      '--outdir',
      folder,
      file,
    ],
    { stdio: 'pipe', env: { PATH: process.env['PATH'] ?? '', HOME: folder } },
  );
  const xml = readFileSync(file.replace(/csv$/, 'fods'), 'utf8');
  const cells = [...xml.matchAll(/<table:table-row.*?<\/table:table-row>/gs)].map(([row]) =>
    [...row.matchAll(/<table:table-cell([^>]*?)(?:\/>|>(.*?)<\/table:table-cell>)/gs)].flatMap(
      ([, attributes = '', content = '']) => {
        const repeated = Number(/number-columns-repeated="(\d+)"/.exec(attributes)?.[1] ?? 1);
        const type = /office:value-type="(\w+)"/.exec(attributes)?.[1] ?? 'empty';
        return Array.from({ length: Math.min(repeated, AUDIT_COLUMNS.length) }, () => ({
          type,
          text: textOf(content),
        }));
      },
    ),
  );
  return { cells, xml };
}

function textOf(content: string): string {
  return [...content.matchAll(/<text:p>(.*?)<\/text:p>/gs)]
    .map(([, paragraph = '']) =>
      decode(
        paragraph
          .replace(/<text:tab\/>/g, '\t')
          .replace(/<text:s(?: text:c="(\d+)")?\/>/g, (_, count: string | undefined) =>
            ' '.repeat(Number(count ?? 1)),
          )
          .replace(/<[^>]+>/g, ''),
      ),
    )
    .join('\n');
}

function rowFor(text: string, cells: Cell[][]): Record<string, Cell | undefined> {
  const index = rows.findIndex((row: AuditRow) => row.businessKey === text);
  return Object.fromEntries(AUDIT_COLUMNS.map((column, at) => [column, cells[index + 1]?.[at]]));
}

describe.each(IMPORTS)('opened in LibreOffice ($name)', ({ name, flags, tokens }) => {
  let opened: ReturnType<typeof openInOffice>;
  beforeAll(async () => {
    const file = join(folder, `${name.replace(/\W/g, '')}.csv`);
    const { code, stderr } = await runCli(
      ['audit', 'export', ...flags, '--output', file],
      environment,
      folder,
    );
    expect([code, stderr]).toEqual([0, '']);
    opened = openInOffice(file, tokens);
  });

  test('every column is there under its name, and no byte order mark before it', () => {
    expect(opened.cells[0]?.slice(0, AUDIT_COLUMNS.length).map(({ text }) => text)).toEqual([
      ...AUDIT_COLUMNS,
    ]);
  });

  test.each(PLAIN)('%j stands there as it is', (text) => {
    const { business_key: key, woo_id: id } = rowFor(text, opened.cells);
    expect([key, id]).toEqual([
      { type: 'string', text },
      { type: 'string', text },
    ]);
  });

  test.each(NUMBERS)('the number %s keeps its digits', (text) => {
    expect(rowFor(text, opened.cells)['business_key']?.text).toBe(text);
  });

  test.each([...NAMES, ...FORMULAS])('%j is text behind an apostrophe, every character kept', (text) => {
    const { business_key: key, woo_id: id } = rowFor(text, opened.cells);
    expect([key, id]).toEqual([
      { type: 'string', text: `'${text}` },
      { type: 'string', text: `'${text}` },
    ]);
  });

  test('no cell is a formula', () => {
    expect(opened.xml).not.toContain('table:formula');
    expect(opened.xml).not.toMatch(/xlink:href="http|table:dde/);
  });

  test('changes keep their accents, quotes and line breaks', () => {
    const { changes, message } = rowFor('SKU-001', opened.cells);
    const amounts = flags.length === 0 ? '12.30 → -14.00' : '12,30 → -14,00';
    expect(changes).toEqual({ type: 'string', text: `total: ${amounts}; name: SKU-001 → é, "x"; y` });
    expect(message).toEqual({ type: 'string', text: 'SKU-001 in the shop\nand a second line' });
  });
});

test('without the guard LibreOffice calculates and changes cells, which the guard is there for', async () => {
  const file = join(folder, 'unguarded.csv');
  const { code } = await runCli(['audit', 'export', '--no-guard', '--output', file], environment, folder);
  expect(code).toBe(0);
  const { cells, xml } = openInOffice(file, '44,34,76,1');
  expect(xml).toContain('table:formula');
  expect(rowFor('00123', cells)['business_key']).toEqual({ type: 'float', text: '123' });
});
