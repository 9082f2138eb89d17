/** Programs that a test starts on loopback and stops again. */
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface RunningProgram {
  stop(): Promise<void>;
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts a program and waits until `isReady` says so.
 * @throws Error with what it printed when it ends before
 */
export async function startProgram(
  command: string,
  args: readonly string[],
  cwd: string,
  isReady: () => Promise<boolean>,
): Promise<RunningProgram> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const end = { come: false };
  const ended = new Promise<void>((resolve) => {
    for (const event of ['close', 'error'] as const) {
      child.on(event, () => {
        end.come = true;
        resolve();
      });
    }
  });
  while (!(await isReady().catch(() => false))) {
    if (end.come) {
      throw new Error(`${command} ended before it was ready: ${said}`);
    }
    await wait(100);
  }
  return {
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Asks again until there is an answer; the time-out of the test ends it otherwise. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    await wait(250);
  }
}
