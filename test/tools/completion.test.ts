/** Completion scripts, run by the shells they are for. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireTools } from '../support/require-tools';
import { runCli } from '../support/run-cli';

let folder: string;

beforeAll(async () => {
  requireTools({ command: 'zsh', package: 'zsh' }, { command: 'fish', package: 'fish' });
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-completion-'));
  for (const shell of ['zsh', 'fish']) {
    const { code, stdout } = await runCli(['completion', shell], {}, folder);
    expect(code).toBe(0);
    writeFileSync(join(folder, shell), stdout);
  }
  writeFileSync(join(folder, 'shop.yaml'), '');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function linesOf(command: string, args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'dumb' },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

/** What fish offers behind the text, descriptions left out. */
function completeInFish(line: string): string[] {
  return linesOf('fish', ['--no-config', '-c', `source fish; complete -C '${line}'`]).map(
    (found) => found.split('\t')[0] ?? '',
  );
}

/** The builtins that only work below a line editor print what they are handed. */
const ZSH_STUBS = [
  'compset() { PREFIX="${PREFIX#*=}"; }',
  'compadd() { [[ $1 == -a ]] && print -l -- ${(P)2}; }',
  '_describe() { print -l -- ${${(P)@[-1]}%%:*}; }',
  '_files() { print -l -- $PREFIX*(N); }',
  'compdef() { :; }',
];

/** What zsh would choose from; the last word is under the cursor. */
function completeInZsh(...typed: readonly string[]): string[] {
  const lines = [
    ...ZSH_STUBS,
    'source ./zsh',
    'words=(wcodoo "$@"); CURRENT=$#words; PREFIX=$words[-1]',
    '_wcodoo',
    'true',
  ];
  return linesOf('zsh', ['-fc', lines.join('\n'), 'test', ...typed]).filter((found) =>
    found.startsWith((typed.at(-1) ?? '').replace(/^--[^=]*=/, '')),
  );
}

test('both shells accept their script', () => {
  expect(linesOf('zsh', ['-n', 'zsh'])).toEqual([]);
  expect(linesOf('fish', ['--no-execute', 'fish'])).toEqual([]);
});

test('fish completes commands, flags, flows, choices and files', () => {
  expect(completeInFish('wcodoo state re')).toEqual(['rebuild', 'restore']);
  expect(completeInFish('wcodoo sync --dr')).toEqual(['--dry-run']);
  expect(completeInFish('wcodoo sync st')).toEqual(['stock']);
  expect(completeInFish('wcodoo debts list --flow cu')).toEqual(['customers']);
  expect(completeInFish('wcodoo sandbox --odoo 1').sort()).toEqual(['14', '19']);
  expect(completeInFish('wcodoo sync --config sh')).toEqual(['shop.yaml']);
  expect(completeInFish('wcodoo sync --config state --dr')).toEqual(['--dry-run']);
  expect(completeInFish('wcodoo demo --dr')).toEqual([]);
});

test('zsh completes commands, flags, flows, choices and files', () => {
  expect(completeInZsh('state', 're')).toEqual(['rebuild', 'restore']);
  expect(completeInZsh('sync', '--dr')).toEqual(['--dry-run']);
  expect(completeInZsh('sync', 'st')).toEqual(['stock']);
  expect(completeInZsh('debts', 'list', '--flow', 'cu')).toEqual(['customers']);
  expect(completeInZsh('debts', 'list', '--flow=cu')).toEqual(['customers']);
  expect(completeInZsh('sandbox', '--odoo', '1').sort()).toEqual(['14', '19']);
  expect(completeInZsh('sync', '--config', 'sh')).toEqual(['shop.yaml']);
  expect(completeInZsh('sync', '--config', 'state', '--dr')).toEqual(['--dry-run']);
  expect(completeInZsh('demo', '--dr')).toEqual([]);
});
