/** A stream whose text is made safe on its way. */
import type { Writable } from 'node:stream';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * The same stream, with all that is written through it scrubbed, one write at
 * a time. Everything else (`isTTY`, `columns`, events) is the stream's own, so
 * that bars can be drawn on it.
 */
export function scrubWrites<T extends Writable>(stream: T, scrub: (text: string) => string): T {
  const scrubbed: T = new Proxy(stream, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') {
        return value;
      }
      return (first: unknown, ...rest: unknown[]): unknown => {
        const given = name === 'write' || name === 'end' ? scrubChunk(first, scrub) : first;
        const result = (value as Method).call(target, given, ...rest);
        return result === target ? scrubbed : result;
      };
    },
  });
  return scrubbed;
}

function scrubChunk(chunk: unknown, scrub: (text: string) => string): unknown {
  if (chunk instanceof Uint8Array) {
    return scrub(Buffer.from(chunk).toString('utf8'));
  }
  return typeof chunk === 'string' ? scrub(chunk) : chunk;
}
