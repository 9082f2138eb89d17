import { createInterface } from 'node:readline/promises';
import { UsageError, StoppedError } from '../core/errors';
import type { CommandIo } from './command';

/**
 * Asks a person on a terminal, on stderr; without one the flag must have been given.
 * @returns false when the person says anything but yes, or breaks off
 * @throws UsageError when there is nobody to ask
 * @throws StoppedError when a signal came meanwhile
 */
export async function confirm(question: string, isSaid: boolean, io: CommandIo): Promise<boolean> {
  return isSaid || /^y(es)?$/i.test(await ask(`${question} [y/N] `, question, io));
}

/**
 * The same for what cannot be undone: the person types a word.
 * @param word what counts as yes, letter by letter
 * @returns false when anything else is typed, or the person breaks off
 * @throws UsageError when there is nobody to ask
 * @throws StoppedError when a signal came meanwhile
 */
export async function confirmByTyping(
  question: string,
  word: string,
  isSaid: boolean,
  io: CommandIo,
): Promise<boolean> {
  return isSaid || (await ask(`${question} Type ${word} to go on: `, question, io)) === word;
}

/** What the person typed, without white space around it; empty when they broke off. */
async function ask(prompt: string, question: string, io: CommandIo): Promise<string> {
  if (io.stdin.isTTY !== true) {
    throw new UsageError(['nobody is here to confirm it: say --yes'], { hint: question });
  }
  const lines = createInterface({ input: io.stdin, output: io.terminal, terminal: true, historySize: 0 });
  const controller = new AbortController();
  lines.once('close', () => {
    controller.abort();
  });
  try {
    const signal = AbortSignal.any([controller.signal, io.signal]);
    return (await lines.question(prompt, { signal })).trim();
  } catch (error) {
    if (io.signal.aborted) {
      throw new StoppedError('The program was asked to stop before it had an answer.');
    }
    if (controller.signal.aborted) {
      io.terminal.write('\n');
      return '';
    }
    throw error;
  } finally {
    lines.close();
  }
}
