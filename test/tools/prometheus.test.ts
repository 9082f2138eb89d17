/**
 * A real Pushgateway behind TLS and a login, a real Prometheus that scrapes it,
 * and what promtool says of the metrics, the rules and their tests.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { RunSummary } from '../../src/core/run-summary';
import { textOf } from '../../src/odoo/schema';
import { ordersOn } from '../support/orders-bench';
import { requireTools } from '../support/require-tools';
import { runCommand, type CommandResult } from '../support/run-command';
import { figuresOf, figuresOfSummary } from '../support/run-figures';
import { startBench, type Bench } from '../support/run-sync';
import { marked } from '../support/secrets';
import { eventually, freePort, startProgram, type RunningProgram } from './start-program';

requireTools(
  { command: 'prometheus', package: 'prometheus' },
  { command: 'promtool', package: 'prometheus' },
  { command: 'prometheus-pushgateway', package: 'prometheus-pushgateway' },
  { command: 'openssl', package: 'openssl' },
);

const MONITORING = join(__dirname, '..', '..', 'docs', 'monitoring');
const USER = 'wcodoo';
const PASSWORD = marked('gate');
/** Bcrypt of the password, at the least cost. */
const PASSWORD_HASH = '$2b$04$WIoIbjAANZq9.gTM.c6KKeyxekRLrvqPck6yeKrFOjgtrFy4EHIbO';

let folder: string;
let bench: Bench;
let gatewayUrl: string;
let prometheusUrl: string;
const programs: RunningProgram[] = [];
const { place } = ordersOn(() => bench);

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : stringify(content));
  return path;
}

/** The status of an answer, told over TLS. */
function statusOf(url: string, authorization: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const ca = readFileSync(join(folder, 'tls.crt'));
    const asked = request(url, { ca, headers: { authorization } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

async function startGateway(): Promise<void> {
  const names = ['-subj', '/CN=push', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names].concat([
      '-keyout',
      join(folder, 'tls.key'),
      '-out',
      join(folder, 'tls.crt'),
    ]),
    { stdio: 'ignore' },
  );
  const web = write('web.yml', {
    tls_server_config: { cert_file: 'tls.crt', key_file: 'tls.key' },
    basic_auth_users: { [USER]: PASSWORD_HASH },
  });
  const address = `127.0.0.1:${await freePort()}`;
  gatewayUrl = `https://${address}`;
  const login = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  programs.push(
    await startProgram(
      'prometheus-pushgateway',
      [`--web.listen-address=${address}`, `--web.config.file=${web}`],
      folder,
      async () => (await statusOf(`${gatewayUrl}/-/ready`, login)) === 200,
    ),
  );
}

async function startPrometheus(): Promise<void> {
  const config = write('prometheus.yml', {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(MONITORING, 'alert-rules.yml')],
    scrape_configs: [
      {
        job_name: 'pushgateway',
        honor_labels: true,
        scheme: 'https',
        tls_config: { ca_file: join(folder, 'tls.crt') },
        basic_auth: { username: USER, password: PASSWORD },
        static_configs: [{ targets: [new URL(gatewayUrl).host] }],
      },
    ],
  });
  const address = `127.0.0.1:${await freePort()}`;
  prometheusUrl = `http://${address}`;
  programs.push(
    await startProgram(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'tsdb')}`,
        `--web.listen-address=${address}`,
      ],
      folder,
      async () => (await fetch(`${prometheusUrl}/-/ready`)).ok,
    ),
  );
}

function wcodoo(args: readonly string[], password = PASSWORD, settings: object = {}): Promise<CommandResult> {
  return runCommand(bench, args, {
    environment: { PUSHGATEWAY_URL: gatewayUrl, PUSHGATEWAY_USERNAME: USER, PUSHGATEWAY_PASSWORD: password },
    settings: { metrics: { caFile: join(folder, 'tls.crt'), instance: 'host 1/é' }, ...settings },
  });
}

const Answer = z.object({
  status: z.string(),
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

async function query(expression: string): Promise<Sample[]> {
  const response = await fetch(
    `${prometheusUrl}/api/v1/query?${String(new URLSearchParams({ query: expression }))}`,
  );
  const answer = Answer.parse(await response.json());
  return answer.data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
}

/** What Prometheus has of the run that ended at the same time as this summary says, once it has it. */
async function scraped(summary: RunSummary): Promise<(name: string) => Promise<Sample[]>> {
  const [run] = await bench.withState((state) => state.runs.list('shop', 1));
  expect(run?.runId).toBe(summary.runId);
  const end = Date.parse(run?.endedAt ?? '') / 1000;
  await eventually(async () => {
    const [sample] = await query('wcodoo_last_run_timestamp_seconds');
    return sample?.value === end ? true : undefined;
  });
  return query;
}

async function sync(settings: object = {}): Promise<RunSummary> {
  const { stdout, stderr } = await wcodoo(['sync', '--full', '--json'], PASSWORD, settings);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as RunSummary;
}

async function expectAgreement(summary: RunSummary): Promise<void> {
  const ask = await scraped(summary);
  const decisions = await ask('wcodoo_last_run_decisions');
  expect(
    figuresOf(
      decisions.map(({ labels: { flow = '', action = '', result = '' }, value }) => ({
        flow,
        action,
        status: result,
        count: value,
      })),
    ),
  ).toEqual(figuresOfSummary(summary));
  for (const flow of summary.flows) {
    const records = await ask(`wcodoo_last_run_records{flow="${flow.flow}"}`);
    expect(Object.fromEntries(records.map(({ labels, value }) => [labels['result'], value]))).toEqual({
      read: flow.read,
      created: flow.created,
      updated: flow.updated,
      linked: flow.linked,
      unchanged: flow.unchanged,
      skipped: flow.skipped,
      conflicts: flow.conflicts,
      failed: flow.failed,
    });
  }
  const sum = async (name: string): Promise<number | undefined> => (await ask(`sum(${name})`))[0]?.value;
  expect(await sum('wcodoo_last_run_exit_code')).toBe(summary.exitCode);
  expect(await sum('wcodoo_last_run_duration_seconds')).toBe(summary.durationMs / 1000);
  expect(await sum('wcodoo_debts')).toBe(summary.debts.total);
  const requests = summary.requests.woo + summary.requests.odoo;
  expect(await sum('wcodoo_last_run_api_calls')).toBe(requests);
  expect(await sum('wcodoo_last_run_api_call_duration_seconds_bucket{le="+Inf"}')).toBe(requests);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-prometheus-'));
  bench = await startBench({ orders: 10, customers: 5, products: 60 });
  await startGateway();
  await startPrometheus();
});

afterAll(async () => {
  for (const program of programs) {
    await program.stop();
  }
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

function promtool(args: readonly string[], input = ''): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, {
    input,
    cwd: MONITORING,
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

test('promtool has nothing to say against the metrics, before a run and after one', async () => {
  const before = await wcodoo(['metrics-push', '--print']);
  expect(promtool(['check', 'metrics'], before.stdout)).toEqual({ code: 0, said: '' });
  await sync();
  const after = await wcodoo(['metrics-push', '--print']);
  expect(after.stdout).toContain('wcodoo_last_run_decisions{');
  expect(promtool(['check', 'metrics'], after.stdout)).toEqual({ code: 0, said: '' });
});

test('promtool takes the alert rules, and each fires when it should', () => {
  expect(promtool(['check', 'rules', 'alert-rules.yml'])).toMatchObject({ code: 0 });
  expect(promtool(['test', 'rules', 'alert-rules.test.yml'])).toMatchObject({ code: 0 });
});

test('what Prometheus reads is what the run came to, also where one follows another', async () => {
  place();
  place().overrides = { currency: 'CHF' };
  const first = await sync();
  expect(first.exitCode).toBe(1);
  await expectAgreement(first);
  const [sample] = await query('wcodoo_build_info');
  expect(sample?.labels).toMatchObject({ job: 'wcodoo', instance: 'host 1/é', store: 'shop' });

  const second = await sync();
  expect(figuresOfSummary(second)).not.toEqual(figuresOfSummary(first));
  await expectAgreement(second);
});

test('a run that a limit stopped fires its alert', async () => {
  const { records } = bench.sandbox.odoo;
  const references = records
    .read('product.product', ['default_code'])
    .map((row) => textOf(row['default_code']))
    .filter((reference) => reference.startsWith('SIM-'));
  for (const reference of references.slice(-20)) {
    records.setStock(reference, 0);
  }
  const stopped = await sync({ limits: { stockToZero: '10%' } });
  expect(stopped.exitCode).toBe(4);
  await expectAgreement(stopped);
  const [alert] = await eventually(async () => {
    const firing = await query('ALERTS{alertname="WcodooLimitStop", alertstate="firing"}');
    return firing.length > 0 ? firing : undefined;
  });
  expect(alert?.labels).toMatchObject({ severity: 'critical', store: 'shop' });
});

test('Prometheus can answer every query of the dashboard', async () => {
  const { panels } = JSON.parse(readFileSync(join(MONITORING, 'grafana-dashboard.json'), 'utf8')) as {
    panels: readonly { title: string; targets: readonly { expr: string }[] }[];
  };
  const empty: string[] = [];
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const samples = await query(expr.replaceAll('$instance', '.*').replaceAll('$store', '.*'));
      empty.push(...(samples.length === 0 ? [title] : []));
    }
  }
  // The key has no end in this configuration.
  expect(empty).toEqual(['Odoo key ends in']);
});

test('a wrong password and an unknown authority are one sentence each', async () => {
  const refused = await wcodoo(['metrics-push'], marked('wrong'));
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('refused the login (HTTP 401)');
  const unknown = await wcodoo(['metrics-push'], PASSWORD, { metrics: {} });
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toMatch(/could not be reached \(.*CERT.*\)/);
});
