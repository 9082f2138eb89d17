import type { RunContext } from './context';

/** Thrown between two pages when the run was asked to stop. */
export class Interrupted extends Error {}

/** @throws Interrupted when the run was asked to stop */
export function stopWhenAsked(context: RunContext): void {
  if (context.signal.aborted) {
    throw new Interrupted();
  }
}
