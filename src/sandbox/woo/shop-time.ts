/** The shop's clock: dates are seconds since 1970, shown in Paris time and in UTC, both without suffix. */
import { DateTime, FixedOffsetZone, IANAZone } from 'luxon';

/** Timezone of the embedded shop. */
export const SHOP_ZONE = 'Europe/Paris';

const ZONE = IANAZone.create(SHOP_ZONE);
const UTC = FixedOffsetZone.utcInstance;
const FORMAT = "yyyy-MM-dd'T'HH:mm:ss";

/** WordPress's own pattern of a date: seconds are required, the offset is not. */
const DATE =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|z|([+-])(\d{2})(?::?(\d{2}))?)?$/;

/** `2026-11-23T00:10:40` in Paris time; null stays null. */
export function formatLocal(seconds: number | null): string | null {
  return seconds === null ? null : formatUtc(seconds + offsetAt(seconds));
}

/** `2026-11-22T23:10:40` in UTC; null stays null. */
export function formatUtc(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1_000).toISOString().slice(0, 19);
}

const offsets = new Map<number, number>();

/** Seconds the shop is ahead of UTC at an instant. */
export function offsetAt(seconds: number): number {
  // Paris changes its clocks on the full hour, so one look-up an hour is enough.
  const hour = Math.floor(seconds / 3_600);
  let offset = offsets.get(hour);
  if (offset === undefined) {
    offset = ZONE.offset(seconds * 1_000) * 60;
    offsets.set(hour, offset);
  }
  return offset;
}

/** Hours the shop is ahead of UTC, as the index says it (`gmt_offset`). */
export function offsetHours(now: Date): number {
  return ZONE.offset(now.getTime()) / 60;
}

/**
 * The date filter as WordPress understands it, in seconds since 1970;
 * undefined when it is no date. Observed: a date without offset is shop time,
 * unless `dates_are_gmt` says UTC; a date with an offset is converted to shop
 * time first, so that together with `dates_are_gmt` it is off by the shop's
 * offset.
 */
export function parseDateFilter(text: string, datesAreGmt: boolean): number | undefined {
  const match = DATE.exec(text);
  if (match === null) {
    return undefined;
  }
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const wall = DateTime.fromObject({ year, month, day, hour, minute, second }, { zone: UTC });
  if (!wall.isValid) {
    return undefined;
  }
  const wallSeconds = wall.toSeconds();
  if (match[7] === undefined) {
    return datesAreGmt ? wallSeconds : wall.setZone(ZONE, { keepLocalTime: true }).toSeconds();
  }
  const instant = wallSeconds - suffixSeconds(match);
  return datesAreGmt ? instant + offsetAt(instant) : instant;
}

function suffixSeconds(match: RegExpExecArray): number {
  const sign = match[8] === '-' ? -1 : 1;
  return sign * (Number(match[9] ?? 0) * 3_600 + Number(match[10] ?? 0) * 60);
}

/** A REST date of a record given in UTC (`…_gmt`), for tests that set one; undefined when it is no date. */
export function parseUtc(text: string): number | undefined {
  const date = DateTime.fromFormat(text, FORMAT, { zone: UTC });
  return date.isValid ? date.toSeconds() : undefined;
}
