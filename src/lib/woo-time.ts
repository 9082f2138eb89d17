/**
 * Times as the WooCommerce REST API reads and writes them: UTC without a
 * suffix, to the second.
 *
 * The trap this file exists for: with `dates_are_gmt=true` a time must carry
 * NO `Z` and no offset. Observed on WooCommerce 11.0: `2026-07-01T10:00:00Z`
 * together with `dates_are_gmt=true` is taken wrong by the shop's UTC offset,
 * so that a shop in Paris silently loses one or two hours of changes. And
 * without `dates_are_gmt` a bare time is read as the shop's local time. The
 * other way round, the `_gmt` fields of an answer have no suffix either, and
 * `new Date()` would read them in the time zone of this machine.
 */

const BARE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;

/**
 * A time for a filter such as `modified_after`, to be sent with
 * `dates_are_gmt: true`: `2026-11-22T23:10:40`. Milliseconds are dropped.
 * @throws RangeError when the date is invalid
 */
export function wooTime(date: Date): string {
  return date.toISOString().slice(0, 19);
}

/** Reads a `…_gmt` field of an answer that has not been validated; undefined when it is no such time. */
export function readWooTime(value: unknown): Date | undefined {
  const date = new Date(typeof value === 'string' && BARE_TIME.test(value) ? `${value}Z` : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/**
 * Reads a `…_gmt` field of an answer (`2026-11-22T23:10:40`, which is UTC).
 * @throws RangeError when the text is anything else, a suffix included
 */
export function parseWooTime(gmt: string): Date {
  const date = readWooTime(gmt);
  if (date === undefined) {
    throw new RangeError(`not a UTC time of WooCommerce: ${JSON.stringify(gmt)}`);
  }
  return date;
}
