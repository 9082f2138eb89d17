/** What one side was asked for, and answered. */
import { ConfigError, LockHeldError, StoppedError, WcodooError } from '../core/errors';

/** One record as a side has it now: what a person compares. */
export interface SideRecord {
  /** Such as `order 1234` or `sale.order 45`. */
  readonly what: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

export type Side<T> =
  | { readonly answered: true; readonly answer: T }
  /** A sentence: why it did not answer. */
  | { readonly answered: false; readonly message: string };

/** Asks a side; what keeps it from answering is told, not thrown. */
export async function askSide<T>(ask: () => Promise<T>): Promise<Side<T>> {
  try {
    return { answered: true, answer: await ask() };
  } catch (error) {
    if (!isTroubleOfSide(error)) {
      throw error;
    }
    const { message, hint } = error;
    return { answered: false, message: hint === undefined ? message : `${message} (${hint})` };
  }
}

/** True for an error that tells of a side: it is away, lets nobody in, or refuses to show something. */
export function isTroubleOfSide(error: unknown): error is WcodooError {
  const isOwn =
    error instanceof ConfigError || error instanceof LockHeldError || error instanceof StoppedError;
  return error instanceof WcodooError && !isOwn;
}
