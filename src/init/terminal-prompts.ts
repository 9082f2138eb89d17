/** Questions to a person at a terminal. */
import { createInterface, type Interface } from 'node:readline/promises';
import { Writable, type Readable } from 'node:stream';
import { Secret } from '../lib/secret';
import type { Scrubber } from '../lib/scrubber';
import { printable } from '../reporters/printable';
import { BrokenOff, type Choice, type LineOptions, type Prompts, type SecretOptions } from './prompts';

export interface TerminalIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Told of each secret as soon as it was typed. */
  readonly scrubber: Scrubber;
}

/** What empties an answer that has a default. */
const NOTHING = '-';

/** Between questions nothing that is typed is shown, and no line is kept. Must be closed. */
export class TerminalPrompts implements Prompts {
  readonly isAsking = true;
  readonly signal: AbortSignal;
  readonly #io: TerminalIo;
  readonly #screen: MutableScreen;
  readonly #lines: Interface;

  constructor(io: TerminalIo) {
    this.#io = io;
    this.#screen = new MutableScreen(io.stdout);
    // Without a history, no secret stays in it.
    this.#lines = createInterface({ input: io.stdin, output: this.#screen, terminal: true, historySize: 0 });
    const controller = new AbortController();
    this.#lines.once('close', () => {
      controller.abort();
    });
    this.signal = AbortSignal.any([controller.signal, io.signal]);
  }

  say(text: string): void {
    this.#io.stdout.write(text);
  }

  async line(name: string, { fallback = '', check }: LineOptions = {}): Promise<string> {
    for (;;) {
      const typed = await this.#ask(fallback === '' ? `${name}: ` : `${name} [${printable(fallback)}]: `);
      const answer = typed === '' ? fallback : typed === NOTHING ? '' : typed;
      const problem = answer === '' ? undefined : check?.(answer);
      if (problem === undefined) {
        return answer;
      }
      this.say(`${name} ${problem}\n`);
    }
  }

  async secret(name: string, { fallback, check }: SecretOptions = {}): Promise<Secret | undefined> {
    for (;;) {
      const prompt = fallback === undefined ? `${name}: ` : `${name} [Enter keeps the one given]: `;
      const typed = await this.#ask(prompt, { isSecret: true });
      if (typed === '' || typed === NOTHING) {
        return typed === '' ? fallback : undefined;
      }
      const secret = new Secret(typed);
      this.#io.scrubber.add(secret);
      const problem = check?.(typed);
      if (problem === undefined) {
        return secret;
      }
      this.say(`${name} ${problem}\n`);
    }
  }

  async choose<T>(name: string, choices: readonly [Choice<T>, ...Choice<T>[]], fallback = 0): Promise<T> {
    const width = String(choices.length).length;
    for (const [index, { label }] of choices.entries()) {
      this.say(`  ${String(index + 1).padStart(width)}  ${printable(label)}\n`);
    }
    const isPlace = (text: string): boolean => /^\d+$/.test(text) && choices[Number(text) - 1] !== undefined;
    for (;;) {
      const typed = await this.#ask(`${name} [${fallback + 1}]: `);
      const chosen = choices[(isPlace(typed) ? Number(typed) : fallback + 1) - 1];
      if (chosen !== undefined && (typed === '' || isPlace(typed))) {
        return chosen.value;
      }
      this.say(`${name} must be a number from 1 to ${choices.length}\n`);
    }
  }

  async agree(question: string, fallback: boolean): Promise<boolean> {
    for (;;) {
      const typed = await this.#ask(`${question} [${fallback ? 'Y/n' : 'y/N'}] `);
      if (typed === '') {
        return fallback;
      }
      if (/^(y|yes|n|no)$/i.test(typed)) {
        return /^y/i.test(typed);
      }
      this.say('Please say yes or no.\n');
    }
  }

  /** Gives the terminal back. */
  close(): void {
    this.#lines.close();
  }

  #isBrokenOff(): boolean {
    return this.signal.aborted;
  }

  /** One line, white space around it removed. @throws BrokenOff */
  async #ask(prompt: string, { isSecret = false } = {}): Promise<string> {
    if (this.#isBrokenOff()) {
      throw new BrokenOff();
    }
    if (isSecret) {
      this.say(prompt);
    }
    this.#screen.isMuted = isSecret;
    try {
      return (await this.#lines.question(isSecret ? '' : prompt, { signal: this.signal })).trim();
    } catch (error) {
      if (this.#isBrokenOff()) {
        this.say('\n');
        throw new BrokenOff();
      }
      throw error;
    } finally {
      this.#screen.isMuted = true;
      if (isSecret && !this.#isBrokenOff()) {
        this.say('\n');
      }
    }
  }
}

/** Passes text on to the terminal, or swallows it. */
class MutableScreen extends Writable {
  isMuted = true;
  readonly #target: Writable;

  constructor(target: Writable) {
    super({ decodeStrings: false });
    this.#target = target;
  }

  override _write(text: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.isMuted) {
      this.#target.write(text);
    }
    done();
  }
}
