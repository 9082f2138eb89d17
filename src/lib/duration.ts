import ms from 'ms';
import { z } from 'zod';

/** Reads "90s", "2h" or "3d" as milliseconds; undefined when it is no duration. */
export function parseDurationMs(text: string): number | undefined {
  if (!/^\d+(\.\d+)?\s?[a-z]+$/i.test(text)) {
    return undefined;
  }
  const value: unknown = ms(text as ms.StringValue);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A duration in a configuration file, kept as its text. */
export const Duration = z
  .string()
  .refine((text) => parseDurationMs(text) !== undefined, 'must be a duration such as 30m, 12h or 7d');

/** Milliseconds of a duration that `Duration` has accepted. */
export function durationMs(text: string): number {
  const value = parseDurationMs(text);
  if (value === undefined) {
    throw new RangeError(`not a duration: ${text}`);
  }
  return value;
}
