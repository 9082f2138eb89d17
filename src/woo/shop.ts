import { RetryableError } from '../core/errors';
import type { WooShop } from '../core/ports';
import { isObject } from './errors';

/** The fields of WordPress's own index (`/wp-json/`) that describe the shop. */
export const SHOP_FIELDS = 'timezone_string,gmt_offset,url';

/** Longer than any address that works. */
const MAX_ADDRESS = 2_000;

/** The answer of the index, and our own clock around it. */
export interface IndexAnswer {
  readonly body: unknown;
  readonly serverTime: Date;
  readonly sentAt: Date;
  readonly receivedAt: Date;
}

/**
 * Reads the index. The clocks are compared to the second: a `Date` header has
 * no fractions, so anything below one second counts as none.
 * @throws RetryableError when the answer is not that of WordPress
 */
export function readShop(answer: IndexAnswer): WooShop {
  const { body } = answer;
  if (!isObject(body) || typeof body['url'] !== 'string') {
    throw new RetryableError('The answer of WordPress is malformed: its index names no address');
  }
  const ours = (answer.sentAt.getTime() + answer.receivedAt.getTime()) / 2;
  const skew = Math.trunc((answer.serverTime.getTime() + 500 - ours) / 1000);
  return {
    url: body['url'].slice(0, MAX_ADDRESS).replace(/\/+$/, ''),
    clockSkewSeconds: skew === 0 ? 0 : skew,
    timezone: readTimezone(body['timezone_string'], body['gmt_offset']),
  };
}

/** WordPress keeps either a name or, with an empty name, hours that may be fractions (5.5). */
function readTimezone(name: unknown, gmtOffset: unknown): string {
  if (typeof name === 'string' && name !== '') {
    return name;
  }
  const minutes = Math.round(Number(gmtOffset) * 60);
  if (Number.isNaN(minutes) || minutes === 0) {
    return 'UTC';
  }
  const size = Math.abs(minutes);
  const pad = (part: number): string => String(part).padStart(2, '0');
  return `UTC${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
