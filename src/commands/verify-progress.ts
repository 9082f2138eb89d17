/** How far a comparison is, on standard error. */
import { printable } from '../reporters/printable';

export interface Progress {
  show(name: string, compared: number, expected: number | undefined): void;
  /** A notice, between the lines of progress. */
  say(message: string): void;
  end(): void;
}

/** Records between two lines where standard error is no terminal. */
const STEP = 5_000;

/** One line that is written over at a terminal, a line now and then elsewhere; notices alone when `quiet`. */
export function showProgress(
  stderr: NodeJS.WritableStream & { readonly isTTY?: boolean },
  quiet: boolean,
): Progress {
  const isTerminal = stderr.isTTY === true && !quiet;
  let current = '';
  let said = 0;
  let isOpen = false;

  function endLine(): void {
    if (isOpen) {
      stderr.write('\n');
      isOpen = false;
    }
  }

  return {
    show(name, compared, expected) {
      if (quiet) {
        return;
      }
      const isNew = name !== current;
      const text = `${name}: ${compared}${expected === undefined ? '' : ` of ${Math.max(expected, compared)}`} compared`;
      if (isTerminal) {
        if (isNew) {
          endLine();
        }
        stderr.write(`\r\u001b[K${text}`);
        isOpen = true;
      } else if (isNew || compared - said >= STEP) {
        stderr.write(`${text}\n`);
        said = compared;
      }
      current = name;
    },
    say(message) {
      endLine();
      stderr.write(`${printable(message)}\n`);
    },
    end: endLine,
  };
}
