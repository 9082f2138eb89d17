/**
 * The commands of the audit on a state with a million decisions, beside the
 * same command on an empty state, in one run: seconds and the most memory each
 * took. What counts are the ratios: `audit runs` and `audit explain` at most twice the
 * empty command, and an export that needs no more memory for a hundred times the rows.
 *
 *   npm run build && node bench/audit.mjs           # 1 000 000 decisions
 *   npm run build && node bench/audit.mjs 100000
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const Database = require('better-sqlite3');
const { openState } = require('../dist/state/open.js');
const program = new URL('../bin/wcodoo.js', import.meta.url).pathname;

const ROWS = Number(process.argv[2] ?? 1_000_000);
const ROWS_PER_RUN = 5_000;
const REPEATS = 5;

const environment = {
  WOO_URL: 'http://127.0.0.1:9',
  WOO_CONSUMER_KEY: 'ck_bench',
  WOO_CONSUMER_SECRET: 'cs_bench',
  ODOO_URL: 'http://127.0.0.1:9',
  ODOO_DB: 'bench',
  ODOO_USERNAME: 'bench',
  ODOO_API_KEY: 'bench',
};

const folder = mkdtempSync(join(tmpdir(), 'wcodoo-bench-'));
/** Loaded before the program: says at its end the most memory that the process had, in kilobytes. */
const tellPeak = join(folder, 'tell-peak.cjs');
writeFileSync(
  tellPeak,
  "process.on('exit', () => require('fs').writeSync(2, `\\npeak ${process.resourceUsage().maxRSS}\\n`));",
);

async function buildState(home, rows) {
  const path = join(home, 'state.db');
  const state = await openState({ path, now: () => new Date() });
  state.close();
  const db = new Database(path);
  db.pragma('synchronous = OFF');
  const addRun =
    db.prepare(`INSERT INTO runs (run_id, store, started_at, ended_at, status, exit_code, command, summary)
    VALUES (?, 'shop', ?, ?, ?, ?, 'sync', ?)`);
  const addRow =
    db.prepare(`INSERT INTO audit (run_id, time, store, flow, direction, action, status, entity, woo_id, odoo_id,
    business_key, changes, reason, message, attempt, duration_ms)
    VALUES (?, ?, 'shop', 'orders', 'wooToOdoo', 'update', ?, 'order', ?, ?, ?, ?, '', '', 1, 12.5)`);
  const flow = {
    store: 'shop',
    flow: 'orders',
    read: ROWS_PER_RUN,
    created: 0,
    updated: ROWS_PER_RUN,
    linked: 0,
    unchanged: 0,
    skipped: 0,
    conflicts: 0,
    failed: 0,
    status: 'done',
    message: '',
    durationMs: 60_000,
    decisions: [{ action: 'update', status: 'done', count: ROWS_PER_RUN }],
  };
  const changes = JSON.stringify([
    { field: 'total', before: '12.30', after: '14.00' },
    { field: 'note', before: '', after: 'x'.repeat(80) },
  ]);
  db.transaction(() => {
    for (let at = 0; at < rows; at += 1) {
      const run = Math.floor(at / ROWS_PER_RUN);
      const started = new Date(Date.UTC(2026, 0, 1) + run * 3_600_000);
      const runId = `${started.toISOString().replace(/[-:]|\.\d+/g, '')}-${(run % 65_536).toString(16).padStart(4, '0')}`;
      if (at % ROWS_PER_RUN === 0) {
        const summary = {
          runId,
          store: 'shop',
          status: 'done',
          exitCode: 0,
          dryRun: false,
          flows: [flow],
          debts: { total: 0, quarantine: 0 },
          requests: { woo: 9, odoo: 9 },
          calls: [],
          startedAt: started.toISOString(),
          durationMs: 60_000,
        };
        addRun.run(
          runId,
          started.toISOString(),
          new Date(started.getTime() + 60_000).toISOString(),
          'done',
          0,
          JSON.stringify(summary),
        );
      }
      const time = new Date(started.getTime() + (at % ROWS_PER_RUN) * 10).toISOString();
      const order = String(at % 250_000);
      addRow.run(runId, time, at % 1000 === 0 ? 'failed' : 'done', order, order, order, changes);
    }
  })();
  db.close();
}

function wcodoo(home, ...args) {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, ['--require', tellPeak, '--', program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...environment, WCODOO_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const peak = /peak (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || peak === undefined) {
    throw new Error(`wcodoo ${args.join(' ')}: exit ${status}\n${stderr}`);
  }
  return { seconds, megabytes: Number(peak) / 1024 };
}

/** The fastest of several, which other work on the machine disturbed least, and the most memory of them. */
function measure(home, ...args) {
  const all = Array.from({ length: REPEATS }, () => wcodoo(home, ...args));
  return {
    seconds: Math.min(...all.map(({ seconds }) => seconds)),
    megabytes: Math.max(...all.map(({ megabytes }) => megabytes)),
  };
}

try {
  const homes = {};
  for (const [name, rows] of [
    ['empty', 0],
    ['small', Math.ceil(ROWS / 100)],
    ['large', ROWS],
  ]) {
    homes[name] = join(folder, name);
    mkdirSync(homes[name]);
    await buildState(homes[name], rows);
  }
  const empty = measure(homes.empty, 'audit', 'runs');
  console.log(`${ROWS} decisions in runs of ${ROWS_PER_RUN}; beside them 'audit runs' on an empty state\n`);
  console.log('command                                     seconds   MB     × seconds  × MB');
  const print = (label, { seconds, megabytes }) => {
    const ratios = [seconds / empty.seconds, megabytes / empty.megabytes].map((ratio) =>
      ratio.toFixed(2).padStart(6),
    );
    console.log(
      `${label.padEnd(42)}${seconds.toFixed(2).padStart(9)}${megabytes.toFixed(0).padStart(5)}     ${ratios.join('     ')}`,
    );
  };
  print('empty: audit runs', empty);
  for (const args of [
    ['runs'],
    ['runs', '--failed'],
    ['explain', 'order', '7', '--offline'],
    ['show', 'last'],
    ['show', 'last', '--status', 'failed', '--json'],
    ['show', 'last', '--record', '7'],
    ['export', '--run', 'last'],
    ['export', '--since', '2026-01-05', '--until', '2026-01-05T03:00'],
  ]) {
    print(args.join(' '), measure(homes.large, 'audit', ...args));
  }
  for (const [name, rows] of [
    ['small', Math.ceil(ROWS / 100)],
    ['large', ROWS],
  ]) {
    for (const flags of [[], ['--status', 'failed'], ['--since', '2025-01-01', '--format', 'jsonl']]) {
      print(`export ${flags.join(' ')} (${rows} rows)`, wcodoo(homes[name], 'audit', 'export', ...flags));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
