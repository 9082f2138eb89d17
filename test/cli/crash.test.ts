/** A bug that nobody caught: what the process says, and how it ends. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SINK_MANNERS, startHttpSink } from '../support/http-sink';
import { runCli, type CliResult } from '../support/run-cli';
import { marked } from '../support/secrets';

const KEY = marked('key');

let folder: string;
let silent: Server;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-crash-'));
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  environment = {
    WOO_URL: url,
    WOO_CONSUMER_KEY: marked('ck_1'),
    WOO_CONSUMER_SECRET: marked('cs_1'),
    ODOO_URL: url,
    ODOO_DB: 'shop',
    ODOO_USERNAME: 'ada',
    ODOO_API_KEY: KEY,
  };
});

afterAll(() => {
  silent.closeAllConnections();
  silent.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command in a process in which the first request makes something go wrong beside it. */
function runWith(mishap: string, args: readonly string[] = ['sync', '--dry-run']): Promise<CliResult> {
  const preload = join(folder, 'preload.cjs');
  writeFileSync(
    preload,
    `const http = require('node:http');
     const original = http.request;
     http.request = (...args) => {
       http.request = original;
       const error = Object.assign(new Error('GET https://ann:pw@x.example?oauth_signature=YWJj failed for ' + process.env.ODOO_API_KEY), {
         config: { headers: { Authorization: 'bearer ' + process.env.ODOO_API_KEY } },
       });
       ${mishap}
       return original(...args);
     };`,
  );
  return runCli(args, { ...environment, NODE_OPTIONS: `--require=${preload}` }, folder);
}

const THROWN_LATER = 'setImmediate(() => { throw error; });';
const EMITTED_LATER = "setImmediate(() => { new (require('node:events'))().emit('error', error); });";

test.each([
  ['an exception', THROWN_LATER],
  ['a rejected promise', 'void Promise.reject(error);'],
  ['an error that is an event', EMITTED_LATER],
])('%s that nobody caught is said without a secret, and ends with 70', async (_what, mishap) => {
  const { code, stdout, stderr } = await runWith(mishap);
  expect(code).toBe(70);
  expect(stdout).toBe('');
  expect(stderr).toContain('bug: GET https://***@x.example?oauth_signature=*** failed for ***\n');
  expect(stderr).toContain('please report it');
  expect(stderr).toMatch(/^ {4}at .*preload\.cjs/m);
  // Node's own report shows the line of code and the properties of the error.
  expect(stderr).not.toMatch(/process\.env|Authorization|Node\.js v/);
});

test('something else than an error is a bug too', async () => {
  const { code, stderr } = await runWith(`void Promise.reject('refused ' + process.env.ODOO_API_KEY);`);
  expect(code).toBe(70);
  expect(stderr).toContain('bug: refused ***\n');
});

test('a bug inside of a command is said in the same way', async () => {
  const { code, stderr } = await runWith('throw new TypeError("no " + process.env.ODOO_API_KEY);');
  expect(code).toBe(70);
  expect(stderr).toContain('bug: no ***\n');
});

test('output that nobody reads any more is no bug', async () => {
  const program = join(__dirname, '..', '..', 'bin', 'wcodoo.js');
  const child = spawn(process.execPath, ['--', program, '--help'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.each([
  ['outside of a run', THROWN_LATER, SINK_MANNERS.good],
  ['to somebody who never answers', THROWN_LATER, SINK_MANNERS.silent],
])('is reported to Sentry, %s, and ends with 70 all the same', async (_, mishap, answer) => {
  const sink = await startHttpSink(answer);
  environment['SENTRY_DSN'] = `${sink.url.replace('//', '//hush7f3aqhush7f3aq@')}/7`;
  try {
    const result = await runWith(mishap, ['doctor']);
    expect(result.code).toBe(70);
    expect(result.stderr).toContain('bug: ');
    expect(sink.requests).toHaveLength(1);
    const [, , event = ''] = sink.requests[0]?.body.split('\n') ?? [];
    expect(event).toContain('failed for ***');
    expect(event.includes(KEY)).toBe(false);
  } finally {
    delete environment['SENTRY_DSN'];
    await sink.close();
  }
});
