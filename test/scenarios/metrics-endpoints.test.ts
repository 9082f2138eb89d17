/** A Pushgateway that is down, slow or answers nonsense: the sync ends as it would without, and says so once. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGateway, type Answer, type GatewayForTests } from '../reporters/metrics/gateway-for-tests';
import { readMetrics } from '../reporters/metrics/read-metrics';
import { ordersOn } from '../support/orders-bench';
import { runCommand, type CommandResult } from '../support/run-command';
import { startBench, type Bench } from '../support/run-sync';
import { marked } from '../support/secrets';

let bench: Bench;
let gateway: GatewayForTests;
const { place } = ordersOn(() => bench);

beforeAll(async () => {
  bench = await startBench({ orders: 2, customers: 2, products: 5 });
  await bench.sync();
});
afterAll(() => bench.close());
afterEach(() => gateway.close());

interface Synced extends CommandResult {
  readonly summary: { readonly runId: string; readonly flows: readonly { flow: string; created: number }[] };
  readonly warnings: readonly string[];
}

async function syncWith(answers: readonly Answer[], args: readonly string[] = []): Promise<Synced> {
  gateway = await startGateway(...answers);
  const result = await runCommand(bench, ['sync', '--json', ...args], {
    environment: {
      PUSHGATEWAY_URL: gateway.url,
      PUSHGATEWAY_USERNAME: 'prom',
      PUSHGATEWAY_PASSWORD: marked('gate'),
    },
    settings: { metrics: { timeout: '2s', instance: 'here', job: 'nightly' } },
  });
  const warnings = result.stderr.split('\n').filter((line) => line.includes('metrics'));
  return { ...result, summary: JSON.parse(result.stdout) as Synced['summary'], warnings };
}

test('a sync pushes what it came to', async () => {
  place();
  const { code, summary, warnings } = await syncWith(['well']);
  expect([code, warnings]).toEqual([0, []]);
  const [pushed, ...more] = gateway.pushed;
  expect(more).toEqual([]);
  expect(pushed?.path).toBe('/metrics/job/nightly/instance/here/store/shop');
  const found = readMetrics(pushed?.body ?? '');
  expect(found.get('wcodoo_last_run_exit_code')).toBe(0);
  expect(found.get('wcodoo_last_run_records{flow="orders",result="created"}')).toBe(1);
  expect(summary.flows.find(({ flow }) => flow === 'orders')?.created).toBe(1);
});

test.each([
  ['fails', 'HTTP 500'],
  ['page', 'a page for people'],
  ['elsewhere', 'HTTP 302'],
  ['forbids', 'HTTP 401'],
  ['cut', 'could not be reached'],
  ['silent', 'did not answer in time'],
  ['endless', 'the Pushgateway'],
] as const)('a gateway whose answer is %s costs one warning and no exit code', async (answer, says) => {
  const order = place();
  const { code, stdout, warnings } = await syncWith([answer]);
  expect(code).toBe(0);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^Warning: the metrics were not pushed: the Pushgateway /);
  expect(warnings[0]).toContain(says);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(bench.pair(order.id).odooTotal).toBe(bench.pair(order.id).shopTotal);
});

test('a gateway that is down changes neither the exit code of a run that failed in part', async () => {
  place().overrides = { currency: 'CHF' };
  const { code, warnings } = await syncWith(['fails']);
  expect(code).toBe(1);
  expect(warnings).toHaveLength(1);
});

test('a run that a side keeps from beginning tells of the run before it', async () => {
  gateway = await startGateway('well');
  const { code } = await runCommand(bench, ['sync'], {
    environment: { PUSHGATEWAY_URL: gateway.url, ODOO_API_KEY: marked('wrong'), ODOO_PASSWORD: '' },
  });
  expect(code).toBe(3);
  expect(gateway.pushed).toHaveLength(1);
});

test('a dry run publishes nothing', async () => {
  const { code } = await syncWith(['well'], ['--dry-run']);
  expect(code).toBe(0);
  expect(gateway.pushed).toEqual([]);
});

test('a file for node_exporter is written after a sync, and one that cannot be is one warning', async () => {
  gateway = await startGateway('well');
  const textfile = join(bench.home, 'wcodoo.prom');
  const good = await runCommand(bench, ['sync'], { settings: { metrics: { textfile } } });
  expect([good.code, good.stderr.includes('Warning')]).toEqual([0, false]);
  expect(readMetrics(readFileSync(textfile, 'utf8')).get('wcodoo_last_run_exit_code')).toBe(0);

  const nowhere = join(bench.home, 'nowhere', 'wcodoo.prom');
  const bad = await runCommand(bench, ['sync'], { settings: { metrics: { textfile: nowhere } } });
  expect(bad.code).toBe(0);
  expect(bad.stderr.match(/Warning: the metrics were not written/g)).toHaveLength(1);
});

describe('wcodoo metrics-push', () => {
  test('says where the metrics went', async () => {
    gateway = await startGateway('well');
    const environment = { PUSHGATEWAY_URL: gateway.url };
    const { code, stdout } = await runCommand(bench, ['metrics-push'], { environment });
    expect([code, stdout]).toEqual([0, `metrics pushed to ${gateway.url}\n`]);
    expect(gateway.pushed).toHaveLength(1);
  });

  test('ends with 1 and a sentence when they did not arrive', async () => {
    gateway = await startGateway('refuses');
    const environment = { PUSHGATEWAY_URL: gateway.url };
    const { code, stdout, stderr } = await runCommand(bench, ['metrics-push'], { environment });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`error: the Pushgateway ${gateway.url} refused the metrics (HTTP 400)\n`);
  });

  test('writes and prints them without a Pushgateway, the same figures each time', async () => {
    gateway = await startGateway('well');
    const path = join(bench.home, 'own.prom');
    const written = await runCommand(bench, ['metrics-push', '--textfile', path, '--json']);
    expect(JSON.parse(written.stdout)).toEqual({ textfile: path });
    const printed = await runCommand(bench, ['metrics-push', '--print']);
    const still = (text: string): [string, number][] =>
      [...readMetrics(text)].filter(([name]) => !/lag|age|metrics_timestamp/.test(name));
    expect(still(printed.stdout)).toEqual(still(readFileSync(path, 'utf8')));
    const json = JSON.parse(
      (await runCommand(bench, ['metrics-push', '--print', '--json'])).stdout,
    ) as readonly { name: string }[];
    expect(json.map(({ name }) => name)).toContain('wcodoo_last_run_api_call_duration_seconds');
  });

  test('says what to set when there is nowhere to push to', async () => {
    gateway = await startGateway('well');
    const { code, stderr } = await runCommand(bench, ['metrics-push']);
    expect(code).toBe(2);
    expect(stderr).toContain('PUSHGATEWAY_URL is not set');
    expect(existsSync(join(bench.home, 'metrics.prom'))).toBe(false);
  });

  test('refuses a login without its password, and an address with one', async () => {
    gateway = await startGateway('well');
    const half = await runCommand(bench, ['metrics-push', '--print'], {
      environment: { PUSHGATEWAY_USERNAME: 'prom' },
    });
    expect(half).toMatchObject({ code: 2, stdout: '' });
    expect(half.stderr).toContain('PUSHGATEWAY_USERNAME and PUSHGATEWAY_PASSWORD belong together');
    const secret = marked('in-the-address');
    const address = await runCommand(bench, ['metrics-push'], {
      environment: { PUSHGATEWAY_URL: `http://prom:${secret}@127.0.0.1:9091` },
    });
    expect(address).toMatchObject({ code: 2 });
    expect(address.stderr).toContain('PUSHGATEWAY_URL must not hold a user name or a password');
    expect(address.stderr).not.toContain(secret);
  });
});
