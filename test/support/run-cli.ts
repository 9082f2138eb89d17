/** The program as people start it: another process, with an environment of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
  /** Resolves once the text is on stdout; rejects when the program ends first. */
  until(text: string): Promise<void>;
}

/** Starts it. Node takes `--env-file` for itself unless `--` comes first. */
export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  cwd: string,
): RunningCli {
  const child = spawn(process.execPath, ['--', join(ROOT, 'bin', 'wcodoo.js'), ...args], {
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
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
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

export function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  cwd: string,
): Promise<CliResult> {
  return startCli(args, environment, cwd).result;
}
