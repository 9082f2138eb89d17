import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { formatJson } from '../../src/config/format-json';
import { generatedFiles } from '../../src/config/generated-files';
import { ENVIRONMENT } from '../../src/config/environment';
import { ConfigFile } from '../../src/config/schema';

const ROOT = join(__dirname, '..', '..');

test.each([...generatedFiles()])('%s is what the schema says', (path, content) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(content);
});

test('the generated files have the layout of the formatter', () => {
  const prettier = join(ROOT, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  for (const [path, content] of generatedFiles()) {
    if (!path.endsWith('.example')) {
      const args = ['--config', join(ROOT, '.prettierrc.json'), '--stdin-filepath', path];
      expect(execFileSync(process.execPath, [prettier, ...args], { input: content, encoding: 'utf8' })).toBe(
        content,
      );
    }
  }
});

test('every setting and every variable is documented', () => {
  const text = generatedFiles().get('docs/configuration.md') ?? '';
  for (const { name, description } of ENVIRONMENT) {
    expect(text).toContain(`\`${name}\``);
    expect(text).toContain(description);
  }
  const defaults = ConfigFile.parse({}) as Record<string, unknown>;
  for (const [section, settings] of Object.entries(defaults)) {
    for (const name of typeof settings === 'object' && settings !== null
      ? Object.keys(settings)
      : [section]) {
      expect(text).toContain(`\`${name}\``);
    }
  }
  expect(text).toContain('`taxes[].included`');
  expect(text).toContain('`trash: cancelled`');
});

test('no row of the documentation lacks its description', () => {
  const rows = (generatedFiles().get('docs/configuration.md') ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => /\|\s*\|$/.test(row))).toEqual([]);
});

test('the example configuration is valid and says something about every section', () => {
  const example: unknown = parse(readFileSync(join(ROOT, 'config', 'wcodoo.example.yaml'), 'utf8'));
  expect(() => ConfigFile.parse(example)).not.toThrow();
  expect(Object.keys(example as object).sort()).toEqual([
    'audit',
    'customers',
    'odoo',
    'orders',
    'stock',
    'store',
    'woo',
  ]);
});

test('JSON is laid out with short lists of plain values on one line', () => {
  const value = { a: ['x', 'y'], b: [{ c: 1 }], d: {}, e: Array(40).fill('word'), f: undefined };
  const text = formatJson(value);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
  expect(text).toContain('  "a": ["x", "y"],\n');
  expect(text).toContain('  "b": [\n    {\n      "c": 1\n    }\n  ],\n');
});
