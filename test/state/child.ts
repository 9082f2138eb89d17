/** Runs a script against the sources in a real process, to be killed or to compete. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(__dirname, '../..');

/** Lets a plain node process load the TypeScript sources. */
const LOADER = `
const typescript = require('typescript');
require.extensions['.ts'] = (module, file) => {
  const source = require('node:fs').readFileSync(file, 'utf8');
  const compilerOptions = { module: 'commonjs', target: 'es2023', esModuleInterop: true };
  module._compile(typescript.transpileModule(source, { compilerOptions }).outputText, file);
};
const { openState } = require('./src/state/open.ts');
const say = (line) => require('node:fs').writeSync(1, line + '\\n');
`;

export interface Child {
  readonly pid: number;
  /** The next line of its output; undefined once it has ended. */
  nextLine(): Promise<string | undefined>;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** `body` is the inside of an async function that may use `openState`, `say(line)` and `args`. */
export function startChild(body: string, ...args: readonly string[]): Child {
  const script = `${LOADER}
(async (args) => { ${body} })(process.argv.slice(1)).catch((error) => { say(error.name + ': ' + error.message); process.exitCode = 9; });`;
  const child = spawn(process.execPath, ['-e', script, '--', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  if (child.pid === undefined) {
    throw new Error('the child did not start');
  }
  return {
    pid: child.pid,
    async nextLine() {
      const line = await lines.next();
      return line.done === true ? undefined : line.value;
    },
    kill: (signal) => {
      child.kill(signal);
    },
    ended,
  };
}
