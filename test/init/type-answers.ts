/** A person at the terminal of `ioForTests`, who answers questions as they come. */
import type { PassThrough } from 'node:stream';

/** What a question contains, and what is typed; `undefined` presses Enter. */
export type Script = readonly (readonly [question: string, answer?: string | undefined])[];

export const CTRL_C = '\u0003';

const LOOK_EVERY_MS = 5;
/** A question that never comes fails the test long before its own time is up. */
const LOOKS = 4_000;

/** `init` asks fewer; a question that comes back for ever ends the test. */
const MOST_QUESTIONS = 40;

/**
 * Answers each question of the script once, in order, when it stands at the end
 * of the screen; every question between them is answered by Enter.
 * @param isOver tells that nothing more will be asked
 * @throws Error naming the question that did not come
 */
export async function typeAnswers(
  stdin: PassThrough,
  stdout: () => string,
  script: Script,
  isOver: () => boolean,
): Promise<void> {
  let read = 0;
  let asked = 0;
  for (const [question, answer = ''] of script) {
    for (let isAnswered = false; !isAnswered;) {
      const prompt = await nextPrompt(() => stdout().slice(read), isOver);
      asked += 1;
      if (prompt === undefined || asked > MOST_QUESTIONS) {
        throw new Error(`was not asked ${question}; the screen ends with:\n${stdout().slice(-600)}`);
      }
      read = stdout().length;
      isAnswered = prompt.includes(question);
      stdin.write(!isAnswered ? '\r' : answer === CTRL_C ? CTRL_C : `${answer}\r`);
    }
  }
  while (!isOver()) {
    const prompt = await nextPrompt(() => stdout().slice(read), isOver);
    if (prompt !== undefined && !isOver()) {
      read = stdout().length;
      stdin.write('\r');
    }
  }
}

/** The line at whose end the cursor waits; undefined when all is over. */
async function nextPrompt(fresh: () => string, isOver: () => boolean): Promise<string | undefined> {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    // The line editor moves the cursor with escape sequences.
    const [line] = /[^\n]*(: |\] )$/.exec(fresh().replace(/\u001b\[[\d;]*[A-Za-z]/g, '')) ?? [];
    if (line !== undefined) {
      return line;
    }
    if (isOver()) {
      return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return undefined;
}
