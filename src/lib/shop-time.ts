import { DateTime } from 'luxon';
import { parseDurationMs } from './duration';

/**
 * Reads a date or time a person typed: with an offset as it says, without one
 * in the shop's timezone (`2026-01-31` is that day's midnight there).
 * Undefined when it is no date.
 */
export function parseShopTime(text: string, zone: string): Date | undefined {
  const time = DateTime.fromISO(text.trim().replace(' ', 'T'), { zone, setZone: false });
  return time.isValid ? time.toJSDate() : undefined;
}

/** Reads `2h` or `3d` as that long ago, anything else as a date; undefined when it is neither. */
export function parseSince(text: string, zone: string, now: Date): Date | undefined {
  const agoMs = parseDurationMs(text);
  return agoMs === undefined ? parseShopTime(text, zone) : new Date(now.getTime() - agoMs);
}
