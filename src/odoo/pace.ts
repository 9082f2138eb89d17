/** How hard a server may be asked to work. */
import { durationMs } from '../lib/duration';

export interface PaceSettings {
  /** `auto`: gentle with Odoo Online, else normal. */
  readonly pace: 'auto' | 'normal' | 'gentle';
  /** Calls at the same time, where it was set. */
  readonly concurrency?: number | undefined;
  /** Least time between two calls, where it was set: `1s`. */
  readonly interval?: string | undefined;
}

/** One call a second, one at a time: what Odoo Online asks for. */
const GENTLE = { concurrency: 1, minIntervalMs: 1000 };
const NORMAL = { concurrency: 2, minIntervalMs: 0 };

/** The pace for a server; what was set by itself wins over the profile. */
export function paceOf(
  url: string,
  { pace, concurrency, interval }: PaceSettings,
): { readonly concurrency: number; readonly minIntervalMs: number } {
  const isGentle = pace === 'gentle' || (pace === 'auto' && isOdooOnline(url));
  const profile = isGentle ? GENTLE : NORMAL;
  return {
    concurrency: concurrency ?? profile.concurrency,
    minIntervalMs: interval === undefined ? profile.minIntervalMs : durationMs(interval),
  };
}

/** Databases of Odoo Online are hosts below odoo.com. */
function isOdooOnline(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host.endsWith('.odoo.com');
}
