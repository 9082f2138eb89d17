'use strict';
/**
 * `npm test`: runs jest with the arguments given, and fails as well when its
 * output, that of the tests and of all their processes, holds a secret or an
 * e-mail address of the tests (`find-leaks.js`).
 */
const { spawn } = require('node:child_process');
const { findLeaks } = require('./find-leaks.js');

const colours = process.stdout.isTTY ? ['--colors'] : [];
const jest = spawn(
  process.execPath,
  [require.resolve('jest/bin/jest'), ...colours, ...process.argv.slice(2)],
  { stdio: ['inherit', 'pipe', 'pipe'] },
);

/** Passes a stream on, and keeps what it said. */
function keep(from, to) {
  const chunks = [];
  from.on('data', (chunk) => {
    chunks.push(chunk);
    to.write(chunk);
  });
  return chunks;
}

const outputs = [keep(jest.stdout, process.stdout), keep(jest.stderr, process.stderr)];

// Ctrl-C reaches jest by itself; its last words are waited for.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => jest.kill('SIGTERM'));

jest.on('close', (code) => {
  const leaks = outputs.flatMap((chunks) => findLeaks(Buffer.concat(chunks).toString('utf8')));
  for (const leak of leaks) {
    process.stderr.write(`the output of the tests leaks: ${leak}\n`);
  }
  process.exitCode = leaks.length > 0 ? 1 : (code ?? 1);
});
