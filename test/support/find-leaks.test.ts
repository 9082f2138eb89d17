/** The check that `npm test` makes of its own output is itself tried: it must find, and fail. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../src/sandbox/sandbox';
import { findLeaks, SECRET_MARK } from './find-leaks';
import { runCli } from './run-cli';
import { marked } from './secrets';

const CUSTOMER = ['ada', 'exemple.fr'].join('@');

test.each([
  ['as it is', marked('key')],
  ['in colours', `\u001b[31m${marked('key')}\u001b[39m`],
  ['in capitals', marked('key').toUpperCase()],
  ...['', 'a', 'ab'].map((before) => [
    `in Base64 after ${before.length}`,
    Buffer.from(`${before}${marked('key')}`).toString('base64'),
  ]),
])('a secret of the tests is found %s, and not repeated', (_how, text) => {
  const [leak, ...others] = findLeaks(`first line\nsecond ${text} line`);
  expect(others).toEqual([]);
  expect(leak).toMatch(/^line 2 holds a secret of the tests: second /);
  expect(findLeaks(leak ?? '')).toEqual([]);
});

test.each([
  '/wp-json/wc/v3/orders?oauth_signature=YWJj%3D',
  'oauth_nonce%3Dabcdef',
  '{"oauth_consumer_key": "ck_1234"}',
])('a signed request is found: %#', (text) => {
  expect(findLeaks(text)).toEqual([expect.stringContaining('a signed request')]);
});

test('addresses of customers are found unless they are allowed, other secrets when they are named', () => {
  expect(findLeaks(`to <${CUSTOMER}>`)).toEqual(['line 1 holds an e-mail address of a customer: to <▮>']);
  expect(findLeaks(CUSTOMER.toUpperCase())).toHaveLength(1);
  expect(findLeaks(CUSTOMER, { emails: true })).toEqual([]);
  expect(findLeaks('a s3cr(t b')).toEqual([]);
  expect(findLeaks('a s3cr(t b', { secrets: ['s3cr(t'] })).toEqual([
    'line 1 holds a secret of the environment: a ▮ b',
  ]);
});

test('what hides a secret, and what only resembles one, is no leak', () => {
  expect(
    findLeaks(
      'oauth_signature=***&oauth_nonce=***, jean@example.com, j***@e***.fr, ck_***, the consumer_key',
    ),
  ).toEqual([]);
});

test('every secret of the sandbox holds the mark', async () => {
  const sandbox = await startSandbox({ orders: 1, customers: 1, products: 1 });
  await sandbox.close();
  for (const name of ['WOO_CONSUMER_KEY', 'WOO_CONSUMER_SECRET', 'ODOO_PASSWORD', 'ODOO_API_KEY']) {
    expect(sandbox.environment[name]).toContain(SECRET_MARK);
  }
});

describe('the check of what is printed fails', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wcodoo-leaks-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function runTests(body: string): { status: number | null; stderr: string } {
    writeFileSync(join(folder, 'some.test.js'), `test('some', () => { ${body} });`);
    writeFileSync(join(folder, 'jest.config.js'), "module.exports = { testEnvironment: 'node' };");
    const runner = join(__dirname, 'run-tests.js');
    const { status, stderr } = spawnSync(process.execPath, [runner, '--rootDir', folder], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stderr };
  }

  test('when a test prints a secret or an address, wherever it prints it', () => {
    for (const print of ['console.log', 'console.error', 'process.stdout.write', 'process.stderr.write']) {
      const { status, stderr } = runTests(`${print}('${marked('key')} ${CUSTOMER}')`);
      expect(status).toBe(1);
      expect(stderr).toContain('the output of the tests leaks: line ');
      expect(stderr).toMatch(/holds a secret of the tests: .*▮ ▮/);
    }
  }, 60_000);

  test('not when nothing of the kind was printed, and still when a test fails', () => {
    expect(runTests("console.log('all well')").status).toBe(0);
    expect(runTests("throw new Error('no')").status).toBe(1);
  }, 60_000);

  test('for a program whose output holds one of its own secrets', async () => {
    // Without a prefix the name of the command is repeated, as people typed it.
    const typed = runCli([marked('key')], {}, folder);
    await expect(typed).rejects.toThrow('stderr, line 1 holds a secret of the tests');
    const named = runCli(['lookup'], { ODOO_PASSWORD: 'lookup' }, folder);
    await expect(named).rejects.toThrow('holds a secret of the environment');
  });
});
