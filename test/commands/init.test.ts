import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseEnv } from 'dotenv';
import { init } from '../../src/commands/init';
import { ConfigFile } from '../../src/config/schema';
import { ConfigError } from '../../src/core/errors';
import { parse } from 'yaml';
import { ioForTests } from './io-for-tests';

const home = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-init-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

test('without a terminal both templates are written, and the next steps told', async () => {
  const { io, stdout } = ioForTests();
  expect(await init({}, io)).toBe(0);
  const variables = parseEnv(readFileSync('.env', 'utf8'));
  expect(variables['WOO_URL']).toBe('');
  expect(variables['ODOO_PROTOCOL']).toBe('auto');
  expect(ConfigFile.parse(parse(readFileSync('config/wcodoo.yaml', 'utf8')))).toMatchObject({
    store: 'shop',
  });
  expect(stdout()).toMatch(/1\. Fill in \.env.*2\. Run `wcodoo doctor`.*3\. Run `wcodoo sync --dry-run`/s);
});

test('the file with the keys is readable by its owner only', async () => {
  await init({}, ioForTests().io);
  expect(statSync('.env').mode & 0o777).toBe(0o600);
  writeFileSync('.env', '', { mode: 0o644 });
  await init({ force: true }, ioForTests().io);
  expect(statSync('.env').mode & 0o777).toBe(0o600);
});

test('a file that exists is not overwritten, and the other is not written either', async () => {
  writeFileSync('.env', 'WOO_URL=https://mine.example\n');
  await expect(init({}, ioForTests().io)).rejects.toThrow(ConfigError);
  await expect(init({}, ioForTests().io)).rejects.toThrow('.env exists already');
  expect(readFileSync('.env', 'utf8')).toBe('WOO_URL=https://mine.example\n');
  expect(existsSync('config')).toBe(false);
});

test('with --force they are overwritten', async () => {
  writeFileSync('.env', 'WOO_URL=https://mine.example\n');
  expect(await init({ force: true }, ioForTests().io)).toBe(0);
  expect(readFileSync('.env', 'utf8')).not.toContain('mine.example');
  expect(existsSync('.env.new')).toBe(false);
});
