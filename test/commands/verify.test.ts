/** `wcodoo audit verify` as a command: what is printed, what is written, how it ends. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { verify, type VerifyOptions } from '../../src/commands/verify';
import { ConfigError } from '../../src/core/errors';
import { startBench, type Bench } from '../support/run-sync';
import { letTimePass } from '../support/run-verify';
import { tamper } from '../support/tamper';
import { ioForTests } from './io-for-tests';

let bench: Bench;
let envFile: string;

beforeAll(async () => {
  bench = await startBench({ orders: 10, customers: 5, products: 15 });
  await bench.sync();
  await letTimePass(bench);
  envFile = join(bench.home, 'test.env');
  const config = join(bench.home, 'wcodoo.yaml');
  writeFileSync(config, stringify(bench.sandbox.config), { mode: 0o600 });
  const variables = { ...bench.sandbox.environment, WCODOO_CONFIG: config, WCODOO_HOME: bench.home };
  writeFileSync(
    envFile,
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    { mode: 0o600 },
  );
});
afterAll(() => bench.close());

async function run(
  options: VerifyOptions = {},
  io: Parameters<typeof ioForTests>[0] = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const streams = ioForTests(io);
  const code = await verify({ envFile, ...options }, streams.io);
  return { code, stdout: streams.stdout(), stderr: streams.stderr() };
}

test('two sides in step end with 0, and the list holds its columns and what is known', async () => {
  const { code, stdout, stderr } = await run();
  expect(code).toBe(0);
  expect(stdout).toContain('No differences.');
  expect(stderr).toMatch(/^orders: \d+ of \d+ compared$/m);
  const file = /The whole list: (\S+)/.exec(stdout)?.[1] ?? '';
  expect(file).toMatch(/audit\/verify-\d{8}T\d{6}Z-\w{4}\.csv$/);
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  expect(readFileSync(file, 'utf8')).toMatch(/^\ufeffkind,store,entity,woo_id,odoo_id,business_key,/);
});

test('neither the state nor the list of runs shows that there was a comparison', async () => {
  const look = (): Promise<unknown> =>
    bench.withState(async (state) => [
      await state.runs.list('shop', 10),
      await state.checkpoints.get('shop', 'orders'),
      await state.links.count('shop'),
    ]);
  const before = await look();
  await run();
  expect(await look()).toEqual(before);
});

test('it compares while a run is under way, since it takes no lock', async () => {
  await bench.withState(async (state) => {
    const lock = await state.lock('somebody else');
    expect((await run({ only: 'orders' })).code).toBe(0);
    await lock.release();
  });
});

test('a difference ends with 1, is shown with what to do, and stands in the list', async () => {
  const found = tamper(bench, 'price', 0, new Set());
  const [, id = ''] = /order\/(\d+)/.exec(found ?? '') ?? [];
  const output = join(bench.home, 'here.csv');
  const { code, stdout } = await run({ output, only: 'orders' });
  expect(code).toBe(1);
  expect(stdout).toContain('1 difference:');
  expect(stdout).toMatch(/^total +1 +another total or currency$/m);
  expect(stdout).toMatch(
    new RegExp(`^ {2}order ${id} \\(woo ${id}, odoo \\d+\\): total [\\d.]+ in the shop`, 'm'),
  );
  expect(readFileSync(output, 'utf8').split('\n')[1]).toMatch(new RegExp(`^total,shop,order,${id},`));
});

test('--json prints one object and nothing on stderr', async () => {
  const { code, stdout, stderr } = await run({ json: true, sample: 3, seed: 5 });
  expect(stderr).toBe('');
  const result = JSON.parse(stdout) as Record<string, unknown>;
  expect(result).toMatchObject({ store: 'shop', sample: { size: 3, seed: 5 }, since: null });
  expect(code).toBe(result['differences'] === 0 ? 0 : 1);
});

test('what cannot be meant is refused before anything is read', async () => {
  const requests = bench.sandbox.woo.requests;
  await expect(run({ only: 'orders,stok' })).rejects.toThrow('did you mean stock?');
  await expect(run({ only: ' , ' })).rejects.toThrow(ConfigError);
  await expect(run({ seed: 3 })).rejects.toThrow('--sample');
  expect(bench.sandbox.woo.requests).toBe(requests);
  await expect(run({ since: 'yesterdayish' })).rejects.toThrow('not a date');
});

test('one that is stopped ends as such, and does not pass for a complete list', async () => {
  const controller = new AbortController();
  controller.abort();
  await expect(run({}, { signal: controller.signal })).rejects.toThrow();
});

test('without a state none is made', async () => {
  bench.forget();
  const before = readdirSync(bench.home);
  await run({ only: 'customers' });
  expect(readdirSync(bench.home)).toEqual(before);
});
