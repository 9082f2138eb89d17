/**
 * The program against an Odoo that repeats the key in its refusals, and a shop
 * with a customer who is called like it: no secret is printed (`runCli` looks),
 * kept in the state or written to the audit, and only the owner can read either.
 */
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../src/doctor/findings';
import { startSandbox, writeSandboxFiles, type Sandbox } from '../../src/sandbox/sandbox';
import { findLeaks, SECRET_MARK } from '../support/find-leaks';
import { runCli, type CliResult } from '../support/run-cli';

let folder: string;
let sandbox: Sandbox;
let proxy: Server;
let envFile: string;
let maskBefore: number;

/** Passes everything on to Odoo, but refuses to write partners, and says with which key it was asked. */
function startRefusingProxy(target: string): Promise<Server> {
  const server = createServer((incoming, response) => {
    if (/res\.partner\/(load|write)$/.test(incoming.url ?? '')) {
      const message = `not with ${incoming.headers.authorization ?? ''} (${JSON.stringify(incoming.rawHeaders)})`;
      response.writeHead(422, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ name: 'odoo.exceptions.UserError', message }));
      incoming.resume();
      return;
    }
    const { method, url, headers } = incoming;
    const onward = request(target + (url ?? ''), { method, headers }, (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

beforeAll(async () => {
  // The program must not rely on the umask of whoever starts it.
  maskBefore = process.umask(0);
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-secrets-'));
  sandbox = await startSandbox({ orders: 6, customers: 4, products: 10 });
  proxy = await startRefusingProxy(sandbox.environment['ODOO_URL'] ?? '');
  const { shop } = sandbox.woo;
  shop.editCustomer(2, {
    first_name: sandbox.environment['ODOO_API_KEY'] ?? '',
    billing: { first_name: sandbox.environment['WOO_CONSUMER_SECRET'] ?? '', last_name: 'Smith' },
  });
  envFile = join(folder, 'sandbox.env');
  writeSandboxFiles(sandbox, envFile);
  appendFileSync(envFile, `ODOO_URL=http://127.0.0.1:${(proxy.address() as AddressInfo).port}\n`);
});

afterAll(async () => {
  process.umask(maskBefore);
  proxy.closeAllConnections();
  proxy.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const wcodoo = (...args: readonly string[]): Promise<CliResult> =>
  runCli([...args, '--env-file', envFile], {}, folder);

/** Every file below a folder, and every folder. */
function treeOf(path: string): { path: string; mode: string; isFolder: boolean }[] {
  const found = statSync(path);
  const isFolder = found.isDirectory();
  return [
    { path, mode: (found.mode & 0o777).toString(8), isFolder },
    ...(isFolder ? readdirSync(path).flatMap((name) => treeOf(join(path, name))) : []),
  ];
}

test('a plan, a run and what is owed show no secret, in words and as JSON', async () => {
  const plan = await wcodoo('sync', '--dry-run', '--verbose');
  expect(plan.code).toBe(0);
  expect(plan.stderr).toContain('***');
  expect(JSON.parse((await wcodoo('sync', '--dry-run', '--json')).stdout)).toMatchObject({ exitCode: 0 });

  const run = await wcodoo('sync', '--verbose');
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('odoo-refused: not with bearer ***');

  const debts = await wcodoo('debts', 'list');
  expect(debts.stdout).toContain('not with bearer ***');
  const listed = JSON.parse((await wcodoo('debts', 'list', '--json')).stdout) as { record: string }[];
  expect(listed.length).toBeGreaterThan(3);
  expect((await wcodoo('debts', 'show', listed[0]?.record ?? '')).stdout).toContain('***');
  expect((await wcodoo('doctor')).stdout).toContain('Rights in Odoo');
}, 120_000);

/** What the doctor says of files; it says it once, in its findings. */
async function warningsOfDoctor(): Promise<string[]> {
  const { stdout, stderr } = await wcodoo('doctor', '--json');
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return findings.filter(({ topic }) => topic === 'Secrets').map(({ message }) => message);
}

/** Expects a state and an audit that nobody else may read; returns the files. */
function expectOwnerOnly(home: string): string[] {
  const found = treeOf(home);
  const names = found.map(({ path }) => path).join('\n');
  expect(names).toMatch(/state\.db/);
  expect(names).toMatch(/audit-[^/]+\.csv/);
  for (const { path, mode, isFolder } of found) {
    expect({ path, mode }).toEqual({ path, mode: isFolder ? '700' : '600' });
  }
  return found.filter(({ isFolder }) => !isFolder).map(({ path }) => path);
}

test('nothing on the disk holds one, and nobody else may read it', () => {
  for (const path of expectOwnerOnly(join(folder, 'wcodoo-home'))) {
    const text = readFileSync(path, 'latin1');
    expect(text.includes(SECRET_MARK)).toBe(false);
    expect(findLeaks(text, { emails: true })).toEqual([]);
  }
  expect(statSync(envFile).mode & 0o777).toBe(0o600);
});

test('an --env-file that others can read is warned of once, and the doctor says it too', async () => {
  chmodSync(envFile, 0o644);
  const warning = `${envFile} can be read or changed by others (mode 644): chmod 600 ${envFile}`;
  try {
    for (const args of [
      ['debts', 'list'],
      ['sync', 'products'],
      ['sync', 'products', '--json'],
    ]) {
      const { stderr, stdout } = await wcodoo(...args);
      expect(stderr.split(`Warning: ${warning}\n`)).toHaveLength(2);
      expect(stdout).not.toContain('chmod');
    }
    expect(await warningsOfDoctor()).toEqual([warning]);
  } finally {
    chmodSync(envFile, 0o600);
  }
  expect((await wcodoo('debts', 'list')).stderr).toBe('');
}, 60_000);

test('the doctor also warns of a state and of backups that others can read', async () => {
  const home = join(folder, 'wcodoo-home');
  const [state, backups] = [join(home, 'state.db'), join(home, 'backup')];
  mkdirSync(backups);
  chmodSync(backups, 0o755);
  chmodSync(state, 0o640);
  try {
    expect(await warningsOfDoctor()).toEqual([
      `${state} can be read or changed by others (mode 640): chmod 600 ${state}`,
      `${backups} can be read or changed by others (mode 755): chmod 700 ${backups}`,
    ]);
  } finally {
    chmodSync(state, 0o600);
    rmSync(backups, { recursive: true });
  }
}, 60_000);

test('with maskPersonalData the audit holds no name, address or number of a customer', async () => {
  const masked = join(folder, 'masked.yaml');
  appendFileSync(masked, JSON.stringify({ ...sandbox.config, audit: { maskPersonalData: true } }));
  const home = join(folder, 'masked-home');
  const variables = { ODOO_URL: sandbox.environment['ODOO_URL'] ?? '', WCODOO_HOME: home };
  const args = ['sync', '--json', '--env-file', envFile, '--config', masked];
  expect((await runCli(args, variables, folder)).code).toBe(0);

  const path = expectOwnerOnly(home).find((file) => file.endsWith('.csv')) ?? '';
  const csv = readFileSync(path, 'utf8');
  expect(csv.split('\n').length).toBeGreaterThan(10);
  const people = [
    ...[...sandbox.woo.shop.shop.customers.values()].flatMap(({ billing, shipping, email }) => [
      billing,
      shipping,
      { email },
    ]),
    ...sandbox.woo.shop.orders.flatMap(({ billing, shipping }) => [billing, shipping]),
  ] as Readonly<Record<string, string | undefined>>[];
  const personal = people.flatMap((address) =>
    ['email', 'first_name', 'last_name', 'company', 'address_1', 'phone'].map(
      (field) => address[field] ?? '',
    ),
  );
  const shown = [...new Set(personal)].filter((text) => text.length > 3 && csv.includes(text));
  expect(personal.filter((text) => text.length > 3).length).toBeGreaterThan(30);
  expect(shown).toEqual([]);
}, 60_000);
