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
  const isTerminal = stderr.isTTY === true;
  let name = '';
  /** What is known and not on a line of its own yet. */
  let pending = '';
  let said = 0;

  function endLine(): void {
    if (pending !== '') {
      stderr.write(isTerminal ? '\n' : `${pending}\n`);
      pending = '';
    }
  }

  return {
    show(next, compared, expected) {
      if (quiet) {
        return;
      }
      if (next !== name) {
        endLine();
        name = next;
        said = 0;
      }
      const total = expected === undefined ? '' : ` of ${Math.max(expected, compared)}`;
      pending = `${name}: ${compared}${total} compared`;
      if (isTerminal) {
        stderr.write(`\r\u001b[K${pending}`);
      } else if (compared - said >= STEP) {
        endLine();
        said = compared;
      }
    },
    say(message) {
      endLine();
      stderr.write(`${printable(message)}\n`);
    },
    end: endLine,
  };
}
