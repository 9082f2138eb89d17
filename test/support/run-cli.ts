/**
 * The program as people start it: another process, with an environment of its
 * own. What it prints is looked through for secrets, and for addresses of
 * customers where docs/operations.md does not allow them.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ENVIRONMENT } from '../../src/config/environment';
import { findLeaks } from './find-leaks';

const ROOT = join(__dirname, '..', '..');

export interface CliResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  /** Rejects when something was printed that must not be. */
  readonly result: Promise<CliResult>;
  /** Resolves once the text is on stdout; rejects when the program ends first. */
  until(text: string): Promise<void>;
}

/**
 * Starts it. Node takes `--env-file` for itself unless `--` comes first.
 * @param nodeOptions options of Node itself
 */
export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  cwd: string,
  nodeOptions: readonly string[] = [],
): RunningCli {
  const child = spawn(process.execPath, [...nodeOptions, '--', join(ROOT, 'bin', 'wcodoo.js'), ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const result = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const leaks = leaksOf(args, environment, { stdout, stderr });
      if (leaks.length > 0) {
        reject(new Error(`wcodoo ${args.join(' ')} printed what it must not:\n${leaks.join('\n')}`));
        return;
      }
      resolve({ code, signal, stdout, stderr });
    });
  });
  return {
    child,
    result,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stdout.includes(text)) {
            resolve();
          }
        };
        child.stdout.on('data', look);
        child.on('close', () => {
          reject(new Error(`ended without saying ${JSON.stringify(text)}: ${stdout}${stderr}`));
        });
        look();
      }),
  };
}

/** Commands and flags whose output holds addresses of customers; the list of docs/operations.md. */
const SHOWS_CUSTOMERS = ['audit', 'debts', '--dry-run', '--verbose'];

function leaksOf(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { stdout, stderr }: Pick<CliResult, 'stdout' | 'stderr'>,
): string[] {
  const secrets = ENVIRONMENT.filter(({ secret }) => secret)
    .map(({ name }) => environment[name] ?? '')
    .filter((value) => value !== '');
  const emails = args.some((arg) => SHOWS_CUSTOMERS.includes(arg));
  return [
    ...findLeaks(stdout, { secrets, emails }).map((leak) => `stdout, ${leak}`),
    ...findLeaks(stderr, { secrets, emails }).map((leak) => `stderr, ${leak}`),
  ];
}

export function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  cwd: string,
): Promise<CliResult> {
  return startCli(args, environment, cwd).result;
}
