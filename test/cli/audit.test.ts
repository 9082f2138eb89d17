/** `wcodoo audit runs`, `show` and `export` from outside, on what real runs on the sandbox left. */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseEnv } from 'dotenv';
import { parse as parseYaml, stringify } from 'yaml';
import type { RunSummary } from '../../src/core/run-summary';
import { openState } from '../../src/state/open';
import { auditRowOf } from '../state/samples';
import { runCli, startCli, type CliResult, type RunningCli } from '../support/run-cli';

let folder: string;
let home: string;
let sandbox: RunningCli;
let environment: Record<string, string>;
let summary: RunSummary;

const MANY = 60_000;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-audit-cli-'));
  const envFile = join(folder, 'sandbox.env');
  sandbox = startCli(
    ['sandbox', '--env-file', envFile, '--orders', '8', '--customers', '4', '--products', '30'],
    {},
    folder,
  );
  await sandbox.until('wcodoo sync');
  environment = parseEnv(readFileSync(envFile, 'utf8'));
  home = environment['WCODOO_HOME'] ?? '';
  summary = JSON.parse((await wcodoo(['sync', '--json'])).stdout) as RunSummary;
  expect(summary.exitCode).toBe(0);
  const state = await openState({ path: join(home, 'state.db'), now: () => new Date() });
  try {
    const run = {
      store: 'shop',
      endedAt: null,
      status: 'interrupted',
      exitCode: null,
      command: 'debts drop',
      summary: null,
    };
    await state.runs.start({ ...run, runId: '20200101T000000Z-aaaa', startedAt: '2020-01-01T00:00:00.000Z' });
    await state.runs.start({ ...run, runId: '20200102T000000Z-bbbb', startedAt: '2020-01-02T00:00:00.000Z' });
    const old = { runId: '20200102T000000Z-bbbb', time: '2020-01-02T00:00:01.000Z', flow: 'orders' };
    const audit = Array.from({ length: MANY }, (_, at) =>
      auditRowOf({ ...old, wooId: String(at), businessKey: `00${at}` }),
    );
    await state.commit({ audit });
  } finally {
    state.close();
  }
});

afterAll(async () => {
  sandbox.child.kill('SIGKILL');
  await sandbox.result;
  rmSync(folder, { recursive: true, force: true });
});

function wcodoo(args: readonly string[], variables: Record<string, string> = {}): Promise<CliResult> {
  return runCli(args, { ...environment, ...variables }, folder);
}

async function audit(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await wcodoo(['audit', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

interface Decision {
  readonly flow: string;
  readonly action: string;
  readonly status: string;
  readonly count: number;
}
interface Shown {
  readonly run: { readonly summary: RunSummary };
  readonly decisions: readonly Decision[];
  readonly reasons: readonly { readonly count: number }[];
  readonly total: number;
  readonly rows: readonly Record<string, unknown>[];
}
async function show(...args: string[]): Promise<Shown> {
  return JSON.parse(await audit('show', ...args, '--json')) as Shown;
}

describe('audit runs', () => {
  test('lists the newest first, with what each came to', async () => {
    const lines = (await audit('runs')).split('\n');
    expect(lines[0]).toMatch(
      /^run +started \(UTC\) +time +command +status +exit +read +created +updated +failed +conflicts +debts$/,
    );
    const totals = ['read', 'created', 'updated', 'failed', 'conflicts'] as const;
    const figures = totals.map((name) => summary.flows.reduce((sum, flow) => sum + flow[name], 0));
    expect(lines[1]).toMatch(new RegExp(`^${summary.runId} .* sync +done +0 +${figures.join(' +')} +0$`));
    expect(lines[2]).toMatch(/^20200102T000000Z-bbbb +2020-01-02 00:00:00 +debts drop +interrupted$/);
  });

  test.each([
    [['--limit', '1'], 1],
    [['--failed'], 2],
    [['--failed', '--since', '2020-01-02'], 1],
    [['--until', '2020-01-02'], 1],
    [['--status', 'done'], 1],
    [['--command', 'debts'], 2],
    [['--command', 'deb'], 0],
    [['--since', '1h'], 1],
  ])('%j finds %i', async (flags, count) => {
    expect(JSON.parse(await audit('runs', '--json', ...flags))).toHaveLength(count);
  });

  test('says what is no time, and when nothing was found', async () => {
    const refused = await wcodoo(['audit', 'runs', '--since', 'yesterday']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--since yesterday: not a date (2026-01-31');
    expect(await audit('runs', '--status', 'stopped')).toBe('no run is like that\n');
    const empty = await wcodoo(['audit', 'runs'], { WCODOO_HOME: join(folder, 'empty') });
    expect(empty.stdout).toBe('there was no run yet\n');
  });
});

describe('audit show', () => {
  test('agrees with the summary, and with the file of the run', async () => {
    const { run, decisions, total, rows } = await show('last', '--all');
    const told = summary.flows.flatMap(({ flow, decisions: counts }) =>
      counts.map((count) => ({ flow, ...count })),
    );
    expect(sorted(decisions)).toEqual(sorted(told));
    expect(run.summary).toMatchObject(summary);
    expect(rows).toHaveLength(total);
    const file = readFileSync(join(home, 'audit', `audit-${summary.runId}.csv`), 'utf8');
    expect(await audit('export', '--run', 'last')).toBe(file);
    const text = await audit('show', 'last');
    expect(text).toContain(`Run ${summary.runId}: done in`);
    expect(text).toContain(`50 of ${total} decisions; \`--all\` shows them all`);
    expect(text).not.toContain('the state has');
  });

  function sorted(counts: readonly Decision[]): string[] {
    return counts.map(({ flow, action, status, count }) => `${flow} ${action} ${status} ${count}`).sort();
  }

  test('narrows decisions, reasons and rows alike', async () => {
    const [order] = (await show('last', '--flow', 'orders', '--action', 'create')).rows;
    expect(order).toMatchObject({ flow: 'orders', action: 'create', direction: 'woo-to-odoo' });
    for (const record of [order?.['woo_id'], `shop/order/${String(order?.['woo_id'])}`]) {
      const { decisions, total } = await show('last', '--flow', 'orders', '--record', String(record));
      expect([decisions.length, total]).toEqual([1, 1]);
    }
    expect(await audit('show', 'last', '--record', 'nothing')).toContain('No decisions.');
    const { reasons, total } = await show('last', '--reason', 'matched');
    expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(total);
  });

  test.each([
    [['audit', 'show', 'last', '--flow', 'order'], 'error: there is no flow order; did you mean orders?'],
    [['audit', 'export', '--flow', 'order'], 'error: there is no flow order; did you mean orders?'],
    [['debts', 'list', '--flow', 'order'], 'error: there is no flow order; did you mean orders?'],
    [['audit', 'show', 'last', '--status', 'finished'], 'Allowed choices are done, failed, waiting'],
    [['audit', 'show', 'last', '--action', 'created'], 'Allowed choices are create, update, link'],
    [['audit', 'export', '--status', 'finished'], 'Allowed choices are done, failed, waiting'],
    [['audit', 'runs', '--status', 'ok'], 'Allowed choices are done, incomplete, failed'],
  ])('%j is refused: a mistyped name finds nothing and must not look like nothing', async (args, message) => {
    const { code, stdout, stderr } = await wcodoo(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('takes the beginning of an id, and says when that is none or several', async () => {
    expect(await audit('show', '20200101')).toContain(
      'Run 20200101T000000Z-aaaa: interrupted, without a summary',
    );
    const several = await wcodoo(['audit', 'show', '2020']);
    expect(several.code).toBe(2);
    expect(several.stderr).toContain('more than one run begins with 2020');
    expect(several.stderr).toContain('20200102T000000Z-bbbb, 20200101T000000Z-aaaa');
    const none = await wcodoo(['audit', 'show', '1999']);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('no run is known as 1999');
  });

  test('points to the file of a dry run, which leaves nothing in the state', async () => {
    const { runId } = JSON.parse((await wcodoo(['sync', '--dry-run', '--json'])).stdout) as RunSummary;
    const refused = await wcodoo(['audit', 'show', runId]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`what it planned is in ${join(home, 'audit', `audit-${runId}.csv`)}`);
  });
});

describe('audit export', () => {
  test('JSON lines have every row, numbers as numbers', async () => {
    const text = await audit('export', '--format', 'jsonl', '--since', '1h', '--flow', 'orders');
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toHaveLength((await show('last', '--flow', 'orders')).total);
    expect(rows[0]).toMatchObject({ run_id: summary.runId, flow: 'orders', attempt: 1 });
    expect(rows.flatMap(({ changes }) => changes)).toContainEqual(
      expect.objectContaining({ field: 'total' }),
    );
  });

  test('a decimal comma brings a semicolon, unless another delimiter was said', async () => {
    const flags = ['--run', '2020-01-02'.replaceAll('-', ''), '--no-bom', '--decimal-comma'];
    const [head, row] = (await audit('export', ...flags)).split('\n', 2);
    expect(head).toMatch(/^run_id;time_utc;/);
    expect(row).toContain(";'000;amount:  → 12,00;");
    expect((await audit('export', ...flags, '--delimiter', 'tab')).split('\n', 1)[0]).toMatch(
      /^run_id\ttime_utc\t/,
    );
    expect((await audit('export', ...flags, '--delimiter', ',')).split('\n', 2)[1]).toContain(
      ',"amount:  → 12,00",',
    );
  });

  test('a program gets the cells as they are', async () => {
    const text = await audit('export', '--run', '20200102', '--no-guard', '--no-bom');
    expect(text.split('\n', 2)[1]).toContain(',000,amount:  → 12.00,');
  });

  test('writes a file for its owner only, whatever was there', async () => {
    const path = join(folder, 'export.csv');
    writeFileSync(path, 'old');
    chmodSync(path, 0o644);
    const said = await audit('export', '--run', '20200102', '--output', path);
    expect(said).toBe(`${path}: ${MANY} decisions\n`);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(MANY + 1);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('says what cannot be written to, and leaves nothing there', async () => {
    mkdirSync(join(folder, 'taken'), { recursive: true });
    const taken = await wcodoo(['audit', 'export', '--output', join(folder, 'taken')]);
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain('taken exists and is no file');
    const nowhere = await wcodoo(['audit', 'export', '--output', join(folder, 'nowhere', 'x.csv')]);
    expect(nowhere.code).toBe(3);
    expect(nowhere.stderr).toContain('could not be written (ENOENT)');
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  test('a reader that leaves ends it quietly and early', async () => {
    const export_ = startCli(['audit', 'export', '--run', '20200102'], environment, folder);
    await export_.until('run_id');
    export_.child.stdout?.destroy();
    expect(await export_.result).toMatchObject({ code: 0, stderr: '' });
  });

  test('masks personal data where the configuration says so, as CSV and as JSON lines', async () => {
    const path = join(folder, 'masked.yaml');
    const config = parseYaml(readFileSync(environment['WCODOO_CONFIG'] ?? '', 'utf8')) as object;
    writeFileSync(path, stringify({ ...config, audit: { maskPersonalData: true } }));
    for (const format of ['csv', 'jsonl']) {
      const flags = ['--run', 'last', '--format', format];
      expect(await audit('export', ...flags)).toContain('@exemple.fr');
      const masked = await audit('export', ...flags, '--config', path);
      expect(masked).toContain('@e***.fr');
      expect(masked).not.toContain('@exemple.fr');
    }
  });
});
