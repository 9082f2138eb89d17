import { readFileSync } from 'node:fs';
import { REASONS, type ReasonText } from '../../src/reporters/reasons';

/** The tables of reason codes in the manual: code, meaning, and what to do where there is something. */
function readManual(): Record<string, ReasonText> {
  const manual = readFileSync('docs/operations.md', 'utf8');
  const section = /## Reason codes\n([^]*?)\n## /.exec(manual)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return Object.fromEntries(
    rows.flatMap((row) => {
      const [codes = '', meaning = '', advice = ''] = row
        .replace(/^\||\|$/g, '')
        .split('|')
        .map((cell) => plain(cell.trim()));
      return codes.split(', ').map((code) => [code.replaceAll('`', ''), { meaning, advice }]);
    }),
  );
}

/** Without links and emphasis, which a terminal does not show. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/(^|\s)_([^_]+)_/g, '$1$2');
}

test('the manual and the program say the same of each reason code', () => {
  const manual = readManual();
  expect(Object.keys(manual).length).toBeGreaterThan(30);
  expect(REASONS).toEqual(manual);
});
