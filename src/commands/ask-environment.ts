/** Asks a person at a terminal for addresses and keys. */
import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ENVIRONMENT, Environment, type EnvironmentVariable, type VariableName } from '../config/schema';
import { Secret } from '../lib/secret';
import type { CommandIo } from './command';

export type Answers = Partial<Record<VariableName, string | Secret>>;

/** Asked for; the others have good defaults. */
const ASKED: readonly VariableName[] = [
  'WOO_URL',
  'WOO_CONSUMER_KEY',
  'WOO_CONSUMER_SECRET',
  'ODOO_URL',
  'ODOO_DB',
  'ODOO_USERNAME',
  'ODOO_API_KEY',
  'ODOO_PASSWORD',
];

/** What was answered; what was skipped is left out. Undefined when the person broke off (Ctrl-C, Ctrl-D). */
export async function askEnvironment(io: CommandIo): Promise<Answers | undefined> {
  const screen = new MutableScreen(io.stdout);
  const lines = createInterface({ input: io.stdin, output: screen, terminal: true, historySize: 0 });
  const controller = new AbortController();
  lines.once('close', () => {
    controller.abort();
  });
  const signal = AbortSignal.any([controller.signal, io.signal]);
  io.stdout.write(
    'Enter leaves a value empty, to be filled in later. Keys are not shown while you type.\n\n',
  );
  const answers: Answers = {};
  try {
    for (const variable of ENVIRONMENT) {
      const { name } = variable;
      // A password is needed only without a key.
      if (!ASKED.includes(name) || (name === 'ODOO_PASSWORD' && answers.ODOO_API_KEY !== undefined)) {
        continue;
      }
      const answer = await askOne(variable, name, { io, screen, lines, signal });
      if (answer !== '') {
        answers[name] = variable.secret ? hideFromNowOn(answer, io) : answer;
      }
    }
    return answers;
  } catch (error) {
    if (signal.aborted) {
      io.stdout.write('\n');
      return undefined;
    }
    throw error;
  } finally {
    lines.close();
  }
}

function hideFromNowOn(answer: string, { scrubber }: CommandIo): Secret {
  const secret = new Secret(answer);
  scrubber.add(secret);
  return secret;
}

interface Terminal {
  readonly io: CommandIo;
  readonly screen: MutableScreen;
  readonly lines: Interface;
  readonly signal: AbortSignal;
}

/** Asks until the answer is usable or empty. */
async function askOne(
  { description, example, secret }: EnvironmentVariable,
  name: VariableName,
  { io, screen, lines, signal }: Terminal,
): Promise<string> {
  io.stdout.write(`${description}${secret || example === '' ? '' : `, for example ${example}`}\n`);
  for (;;) {
    if (secret) {
      io.stdout.write(`${name}: `);
      screen.muted = true;
    }
    let answer: string;
    try {
      answer = (await lines.question(secret ? '' : `${name}: `, { signal })).trim();
    } finally {
      screen.muted = false;
    }
    if (secret) {
      io.stdout.write('\n');
    }
    const checked = answer === '' ? undefined : Environment.shape[name].safeParse(answer);
    if (checked === undefined || checked.success) {
      io.stdout.write('\n');
      return answer;
    }
    io.stdout.write(`${name} ${checked.error.issues[0]?.message ?? 'cannot be used'}\n`);
  }
}

/** Passes text on to the terminal, or swallows it while a secret is typed. */
class MutableScreen extends Writable {
  muted = false;
  readonly #target: Writable;

  constructor(target: Writable) {
    super({ decodeStrings: false });
    this.#target = target;
  }

  override _write(text: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.muted) {
      this.#target.write(text);
    }
    done();
  }
}
