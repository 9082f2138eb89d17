import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PassThrough } from 'node:stream';
import { parse as parseEnv } from 'dotenv';
import { firstConfig, init } from '../../src/commands/init';
import { loadConfig } from '../../src/config/load';
import { ConfigFile } from '../../src/config/schema';
import { ConfigError } from '../../src/core/errors';
import { Scrubber } from '../../src/lib/scrubber';
import { parse } from 'yaml';
import { ioForTests } from './io-for-tests';
import { SECRET_MARK } from '../support/find-leaks';
import { marked } from '../support/secrets';

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

/** Types one line after the other, each once its question is there. */
async function typeAnswers(input: PassThrough, stdout: () => string, lines: readonly [string, string][]) {
  for (const [question, line] of lines) {
    const asked = (text: string): number => text.split(`${question}: `).length;
    const before = asked('');
    for (let tries = 0; asked(stdout()) === before && tries < 400; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    input.write(`${line}\r`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('at a terminal it asks, asks again after a mistake, and shows no secret', async () => {
  const { io, stdin, stdout, stderr } = ioForTests({ isTTY: true });
  const done = init({}, io);
  await typeAnswers(stdin, stdout, [
    ['WOO_URL', 'shop.example'],
    ['WOO_URL', 'https://shop.example'],
    ['WOO_CONSUMER_KEY', marked('ck_1')],
    ['WOO_CONSUMER_SECRET', marked('cs_2')],
    ['ODOO_URL', 'https://odoo.example'],
    ['ODOO_DB', 'production'],
    ['ODOO_USERNAME', 'wcodoo@shop.example'],
    ['ODOO_API_KEY', `${marked('key')} '#x`],
  ]);
  expect(await done).toBe(0);
  expect(stdout()).toContain('must be an address such as https://shop.example');
  expect(stdout() + stderr()).not.toContain(SECRET_MARK);
  expect(stdout()).not.toContain('ODOO_PASSWORD: ');
  const config = loadConfig({ envFile: '.env' }, new Scrubber(), {});
  const { environment, warnings } = config;
  expect(environment.WOO_URL).toBe('https://shop.example');
  expect(environment.WOO_CONSUMER_KEY.reveal()).toBe(marked('ck_1'));
  expect(environment.WOO_CONSUMER_SECRET.reveal()).toBe(marked('cs_2'));
  expect(environment.ODOO_API_KEY?.reveal()).toBe(`${marked('key')} '#x`);
  expect(warnings).toEqual([]);
  expect(io.scrubber.text(`${marked('ck_1')} ${marked('cs_2')} ${marked('key')} '#x`)).toBe('*** *** ***');
  expect(config.configPath).toBe('config/wcodoo.yaml');
});

test('Ctrl-C at a question writes nothing', async () => {
  const { io, stdin, stdout } = ioForTests({ isTTY: true });
  const done = init({}, io);
  await typeAnswers(stdin, stdout, [['WOO_URL', 'https://shop.example']]);
  stdin.write('\u0003');
  expect(await done).toBe(130);
  expect(existsSync('.env')).toBe(false);
});

test('the first configuration suggests a date and stays valid when its suggestions are taken', () => {
  const taken = firstConfig('2026-01-31').replace(/^ {2}# (from|taxes|  - \{|pricelists|  EUR)/gm, '  $1');
  expect(ConfigFile.parse(parse(taken))).toMatchObject({
    orders: { from: '2026-01-31', taxes: [{ rate: 1, included: 18, excluded: 17 }], pricelists: { EUR: 2 } },
  });
});
