/** The script is run by a real bash, which every system that builds wcodoo has. `npm run build` comes first. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFlows } from '../../src/app';
import type { Config } from '../../src/config/load';
import { ConfigFile } from '../../src/config/schema';
import { runCli } from '../support/run-cli';

let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-completion-'));
  const { code, stdout } = await runCli(['completion', 'bash'], {}, folder);
  expect(code).toBe(0);
  script = join(folder, 'completion.bash');
  writeFileSync(script, stdout);
  writeFileSync(join(folder, 'shop one.yaml'), '');
  writeFileSync(join(folder, 'shop.env'), '');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What bash would offer at the end of the words; the last one is under the cursor. */
function complete(...words: readonly string[]): string[] {
  const lines = [
    'source "$0"',
    'COMP_WORDS=("$@")',
    'COMP_CWORD=$((${#COMP_WORDS[@]} - 1))',
    '_wcodoo',
    '[[ ${#COMPREPLY[@]} == 0 ]] || printf "%s\\n" "${COMPREPLY[@]}"',
  ];
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['--norc', '-uc', lines.join('\n'), script, 'wcodoo', ...words],
    { cwd: folder, encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

test('commands and their subcommands are completed', () => {
  expect(complete('')).toEqual(expect.arrayContaining(['sync', 'doctor', 'debts', 'init', 'completion']));
  expect(complete('sta')).toContain('state');
  expect(complete('state', 're')).toEqual(['rebuild', 'restore']);
  expect(complete('state', 'check', '')).toEqual([]);
});

test('flags are those of the command', () => {
  expect(complete('sync', '--dr')).toEqual(['--dry-run']);
  expect(complete('sync', 'orders', '--full', '--allow-s')).toEqual(['--allow-stock-to-zero']);
  expect(complete('demo', '--dr')).toEqual([]);
  expect(complete('--ver')).toEqual(['--version']);
});

test('flows are completed where a command or a flag takes one', () => {
  const flows = buildFlows({ file: ConfigFile.parse({}) } as Config).map(({ name }) => name);
  expect(complete('sync', '').sort()).toEqual([...flows].sort());
  expect(complete('sync', 'orders', 'st')).toEqual(['stock']);
  expect(complete('debts', 'list', '--flow', 'cu')).toEqual(['customers']);
});

test('a flag with choices offers them, and one with a file offers files', () => {
  expect(complete('sandbox', '--odoo', '')).toEqual(['19', '14']);
  expect(complete('completion', 'z')).toEqual(['zsh']);
  expect(complete('sync', '--config', 'sh').sort()).toEqual(['shop one.yaml', 'shop.env']);
  expect(complete('sync', '--env-file', '=', 'shop.')).toEqual(['shop.env']);
  expect(complete('sync', '--since', '')).toEqual([]);
});

test('the value of a flag is not taken for a command', () => {
  expect(complete('sync', '--config', 'state', '--dr')).toEqual(['--dry-run']);
  expect(complete('debts', 'list', '--flow', 'orders', '--qu')).toEqual(['--quarantine']);
});

test('the script for an unknown shell is refused with those there are', async () => {
  const { code, stderr } = await runCli(['completion', 'tcsh'], {}, folder);
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
