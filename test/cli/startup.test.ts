/** What the program loads before it knows what is wanted of it: a start from cron every few minutes pays for each file. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-startup-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The packages and our own files that a command line loads. */
function loadedBy(...args: readonly string[]): { packages: Set<string>; own: string[] } {
  const told = join(folder, 'modules.json');
  const { status } = spawnSync(
    process.execPath,
    ['--require', join(ROOT, 'test/support/tell-modules.js'), '--', join(ROOT, 'bin/wcodoo.js'), ...args],
    { cwd: folder, env: { PATH: process.env['PATH'], TELL_MODULES_TO: told }, encoding: 'utf8' },
  );
  expect(status).toBe(0);
  const paths = JSON.parse(readFileSync(told, 'utf8')) as string[];
  const names = paths.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return {
    packages: new Set(names.filter((name) => name !== undefined)),
    own: paths.filter((_, index) => names[index] === undefined).filter((path) => path.includes('/dist/')),
  };
}

test.each([['--help'], ['--version'], ['sync --help'], ['state --help'], ['help debts list']])(
  'wcodoo %s loads commander and no other package, and none of the files that do the work',
  (line) => {
    const { packages, own } = loadedBy(...line.split(' '));
    expect([...packages]).toEqual(['commander']);
    // Bugs are reported whatever the command is: this is where that begins.
    const others = own.filter((path) => !path.endsWith('/reporters/sentry/error-reports.js'));
    const folders = new Set(others.map((path) => /\/dist\/([\w-]+)/.exec(path)?.[1]));
    expect([...folders].sort()).toEqual(['cli', 'commands', 'core', 'lib', 'version']);
    expect(own.length).toBeLessThan(30);
  },
);

test('a command loads what it needs when it is called', () => {
  expect([...loadedBy('init').packages]).toContain('zod');
});
