/**
 * Requests and time of a first sync, of one with nothing new, and of a full
 * comparison, at two sizes in one run. What counts is how they grow: requests
 * with pages and batches, and a run with nothing new not at all.
 *
 *   npm run bench            # 500 and 1000 orders
 *   npm run bench -- 10000   # 10 000 and 20 000
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const require = createRequire(import.meta.url);
const { startSandbox, writeSandboxFiles } = require('../dist/sandbox/sandbox.js');
const program = new URL('../bin/wcodoo.js', import.meta.url).pathname;

function sync(envFile, ...flags) {
  const started = process.hrtime.bigint();
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--', program, 'sync', '--json', '--env-file', envFile, ...flags],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (stdout === '') {
    throw new Error(stderr);
  }
  const { requests } = JSON.parse(stdout);
  return { ...requests, seconds: Number(process.hrtime.bigint() - started) / 1e9 };
}

/** The servers run in a thread of their own, so that the program is measured alone. */
if (!isMainThread) {
  const sandbox = await startSandbox(workerData.size);
  writeSandboxFiles(sandbox, workerData.envFile);
  parentPort.on('message', async () => {
    await sandbox.close();
    process.exit();
  });
  parentPort.postMessage('ready');
} else {
  const smaller = Number(process.argv[2] ?? 500);
  const results = new Map();
  for (const orders of [smaller, smaller * 2]) {
    const folder = mkdtempSync(join(tmpdir(), 'wcodoo-bench-'));
    const envFile = join(folder, 'env');
    const size = { orders, customers: orders, products: orders };
    const worker = new Worker(new URL(import.meta.url), { workerData: { size, envFile } });
    await new Promise((resolve) => worker.once('message', resolve));
    results.set(orders, {
      first: sync(envFile),
      'nothing new': sync(envFile),
      full: sync(envFile, '--full'),
    });
    worker.postMessage('stop');
    await new Promise((resolve) => worker.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
  const [[small, one], [large, two]] = [...results];
  console.log(`orders, customers and products: ${small}, then ${large}\n`);
  console.log(
    'run          woo requests      odoo requests     seconds           growth (woo, odoo, seconds)',
  );
  for (const name of Object.keys(one)) {
    const cell = (field, digits) =>
      `${one[name][field].toFixed(digits)} → ${two[name][field].toFixed(digits)}`.padEnd(18);
    const growth = ['woo', 'odoo', 'seconds'].map((field) =>
      (two[name][field] / one[name][field]).toFixed(2),
    );
    console.log(
      `${name.padEnd(13)}${cell('woo', 0)}${cell('odoo', 0)}${cell('seconds', 1)}${growth.join(', ')}`,
    );
  }
}
