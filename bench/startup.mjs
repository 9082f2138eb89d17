/**
 * How long `wcodoo --version` and `wcodoo --help` take, beside a Node that does
 * nothing: at most 1.5 times as long and 60 ms. They take turns, so that whatever
 * else the machine does falls on all of them alike, and each round is judged by
 * its own bare Node; what counts is the median of the rounds.
 *
 *   npm run bench:startup -- [rounds]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/wcodoo.js', import.meta.url));
const ROUNDS = Number(process.argv[2] ?? 40);
const WARM_UP_ROUNDS = 3;
const ALLOWED_RATIO = 1.5;
const ALLOWED_MORE_MS = 60;

const BARE = ['-e', '0'];
const LINES = [
  ['wcodoo --version', ['--', BIN, '--version']],
  ['wcodoo --help', ['--', BIN, '--help']],
  ['wcodoo sync --help', ['--', BIN, 'sync', '--help']],
];

function measureMs(args) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) {
    throw new Error(`node ${args.join(' ')} ended with ${status}: was it built?`);
  }
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const bareMs = [];
const timesMs = LINES.map(() => []);
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
  const bare = measureMs(BARE);
  const times = LINES.map(([, args]) => measureMs(args));
  if (round >= 0) {
    bareMs.push(bare);
    times.forEach((time, index) => timesMs[index].push(time));
  }
}

const rows = LINES.map(([name], index) => {
  const times = timesMs[index];
  const used = median(times.map((time, round) => time / (ALLOWED_RATIO * bareMs[round] + ALLOWED_MORE_MS)));
  return {
    name,
    used,
    cells: [
      `${median(times).toFixed(0)} ms`,
      median(times.map((time, round) => time / bareMs[round])).toFixed(2),
      `${median(times.map((time, round) => time - bareMs[round])).toFixed(0)} ms`,
      `${(used * 100).toFixed(0)} %`,
    ],
  };
});
const HEADER = ['median', 'of bare node', 'more', 'of what is allowed'];
const WIDTH = 22;
console.log(
  `Node ${process.version}, ${ROUNDS} rounds; allowed: ${ALLOWED_RATIO} × \`node -e 0\` + ${ALLOWED_MORE_MS} ms\n`,
);
console.log(`${''.padEnd(WIDTH)}${HEADER.map((cell) => cell.padStart(WIDTH - 2)).join('')}`);
console.log(`${'node -e 0'.padEnd(WIDTH)}${`${median(bareMs).toFixed(0)} ms`.padStart(WIDTH - 2)}`);
for (const { name, cells } of rows) {
  console.log(`${name.padEnd(WIDTH)}${cells.map((cell) => cell.padStart(WIDTH - 2)).join('')}`);
}
if (rows.some(({ used }) => used > 1)) {
  process.exitCode = 1;
}
