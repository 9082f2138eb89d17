/** How a wizard gets its answers: from a person, or from what is given already. */
import { ConfigError } from '../core/errors';
import type { Secret } from '../lib/secret';
import { printable } from '../reporters/printable';

/** A person broke off (Ctrl-C, Ctrl-D), or a signal came. */
export class BrokenOff extends Error {}

export interface LineOptions {
  /** Taken when nothing is typed. */
  readonly fallback?: string | undefined;
  /** What is wrong with an answer, to follow the name of what was asked; undefined when it can be used. */
  readonly check?: ((answer: string) => string | undefined) | undefined;
}

export interface SecretOptions {
  readonly fallback?: Secret | undefined;
  readonly check?: LineOptions['check'];
}

export interface Choice<T> {
  readonly value: T;
  /** One line. */
  readonly label: string;
}

/** Every method throws BrokenOff. */
export interface Prompts {
  /** False when nobody is there: the same question would get the same answer. */
  readonly isAsking: boolean;
  /** Aborted when the person breaks off. */
  readonly signal: AbortSignal;
  say(text: string): void;
  /** The answer; empty when it is left for later. */
  line(name: string, options?: LineOptions): Promise<string>;
  /** As `line`, not shown while it is typed. */
  secret(name: string, options?: SecretOptions): Promise<Secret | undefined>;
  /** One of a list; `fallback` is a place in it. */
  choose<T>(name: string, choices: readonly [Choice<T>, ...Choice<T>[]], fallback?: number): Promise<T>;
  agree(question: string, fallback: boolean): Promise<boolean>;
}

/** Takes every default, and says which. */
export function takeDefaults(io: {
  readonly stdout: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}): Prompts {
  const { signal } = io;
  const goOn = <T>(answer: T): Promise<T> =>
    signal.aborted ? Promise.reject(new BrokenOff()) : Promise.resolve(answer);
  const tell = (name: string, answer: string): void => {
    if (answer !== '') {
      io.stdout.write(`${name}: ${printable(answer)}\n`);
    }
  };
  return {
    isAsking: false,
    signal,
    say: (text) => {
      io.stdout.write(text);
    },
    line: (name, { fallback = '', check } = {}) => {
      refuse(name, fallback === '' ? undefined : check?.(fallback));
      tell(name, fallback);
      return goOn(fallback);
    },
    secret: (name, { fallback, check } = {}) => {
      refuse(name, fallback === undefined ? undefined : check?.(fallback.reveal()));
      return goOn(fallback);
    },
    choose: (name, choices, fallback = 0) => {
      const { value, label } = choices[fallback] ?? choices[0];
      tell(name, label);
      return goOn(value);
    },
    agree: (_question, fallback) => goOn(fallback),
  };
}

/** @throws ConfigError when there is a problem */
function refuse(name: string, problem: string | undefined): void {
  if (problem !== undefined) {
    throw new ConfigError([`${name} ${problem}`]);
  }
}
