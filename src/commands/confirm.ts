import { createInterface } from 'node:readline/promises';
import { ConfigError, StoppedError } from '../core/errors';
import type { CommandIo } from './command';

/**
 * Asks a person on a terminal, on stderr; without one the flag must have been given.
 * @returns false when the person says anything but yes, or breaks off
 * @throws ConfigError when there is nobody to ask
 * @throws StoppedError when a signal came meanwhile
 */
export async function confirm(question: string, isSaid: boolean, io: CommandIo): Promise<boolean> {
  if (isSaid) {
    return true;
  }
  if (io.stdin.isTTY !== true) {
    throw new ConfigError(['nobody is here to confirm it: say --yes'], { hint: question });
  }
  const lines = createInterface({ input: io.stdin, output: io.terminal, terminal: true, historySize: 0 });
  const controller = new AbortController();
  lines.once('close', () => {
    controller.abort();
  });
  try {
    const signal = AbortSignal.any([controller.signal, io.signal]);
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } catch (error) {
    if (io.signal.aborted) {
      throw new StoppedError('The program was asked to stop before it had an answer.');
    }
    if (controller.signal.aborted) {
      io.terminal.write('\n');
      return false;
    }
    throw error;
  } finally {
    lines.close();
  }
}
