/** A stream whose text may be taken by something else than the stream. */
import type { Writable } from 'node:stream';

/** Takes a text in the place of the stream. */
export type TakeText = (text: string) => void;

/**
 * The same stream; while `taker` answers with a function, each write goes there
 * instead, and the stream is no terminal: nothing can be drawn on it.
 */
export function divertWrites<T extends Writable>(stream: T, taker: () => TakeText | undefined): T {
  const diverted: T = new Proxy(stream, {
    get(target, name): unknown {
      const take = taker();
      if (take !== undefined && name === 'isTTY') {
        return false;
      }
      if (take !== undefined && name === 'write') {
        return (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
          take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
          const done = rest.find((argument) => typeof argument === 'function');
          done?.();
          return true;
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') {
        return value;
      }
      return (...given: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, given);
        return result === target ? diverted : result;
      };
    },
  });
  return diverted;
}
