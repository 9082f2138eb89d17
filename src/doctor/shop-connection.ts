/** Is the shop there, is the key good, do the clocks agree? */
import { z } from 'zod';
import type { WooApi } from '../core/ports';
import { wooTime } from '../lib/woo-time';
import type { Findings } from './findings';

const TOPIC = 'WooCommerce';
/** Signatures over http are refused beyond 15 minutes (observed on WooCommerce 11.0). */
const SKEW_WARNING_SECONDS = 120;
/** No product ever has it: a batch that names it writes nothing. */
const NO_PRODUCT_ID = 2_147_483_647;
const YEAR_MS = 365 * 86_400_000;

const Status = z.object({ environment: z.object({ version: z.string() }) });

/** True when the shop can be read. */
export async function checkShopConnection(woo: WooApi, url: string, findings: Findings): Promise<boolean> {
  const shop = await findings.attempt('woo', TOPIC, () => woo.shop());
  if (shop === undefined) {
    return false;
  }
  const version = await findings.attempt('woo', TOPIC, async () => {
    await woo.get('orders', { per_page: 1, _fields: ['id'] });
    return readVersion(woo);
  });
  if (version === undefined) {
    return false;
  }
  findings.ok(TOPIC, `WooCommerce ${version} answers at ${url}, and the key may read`);
  if (isOlder(version, 10, 3)) {
    findings.warn(
      TOPIC,
      `WooCommerce ${version} cannot list changed variations: their stock is compared only by the full comparison`,
      'Update WooCommerce to 10.3 or later, or shorten stock.fullEvery.',
    );
  }
  await findings.attempt('woo', TOPIC, () => checkWriting(woo, findings));
  checkClock(shop.clockSkewSeconds, findings);
  findings.ok(TOPIC, `dates without an offset are read in the shop's timezone, ${shop.timezone}`);
  return true;
}

async function readVersion(woo: WooApi): Promise<string> {
  const { body } = await woo.get('system_status', { _fields: ['environment'] });
  const status = Status.safeParse(body);
  return status.success ? status.data.environment.version : 'of an unknown version';
}

/** `10.2.1` against 10.3; a text that is no version counts as new. */
function isOlder(version: string, major: number, minor: number): boolean {
  const [, foundMajor, foundMinor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return (
    foundMajor !== undefined &&
    (Number(foundMajor) < major || (Number(foundMajor) === major && Number(foundMinor) < minor))
  );
}

/**
 * Asks for a change of a product that does not exist: the shop checks the key
 * first and then refuses the item. Observed on WooCommerce 11.0: a read-only key
 * is refused with 401 before anything else.
 */
async function checkWriting(woo: WooApi, findings: Findings): Promise<void> {
  const { update } = await woo.batch('products', { update: [{ id: NO_PRODUCT_ID }] });
  const [item] = update;
  if (item?.ok === false && item.code !== 'woocommerce_rest_product_invalid_id') {
    findings.problem(
      TOPIC,
      `the key may not change products: ${item.message}`,
      'Give the key Read/Write in WooCommerce > Settings > Advanced > REST API, and its user the role Shop manager.',
    );
    return;
  }
  findings.ok(TOPIC, 'the key may write');
}

function checkClock(skewSeconds: number, findings: Findings): void {
  const seconds = Math.abs(skewSeconds);
  const direction = skewSeconds < 0 ? 'behind' : 'ahead of';
  if (seconds < 2) {
    findings.ok(TOPIC, 'the clocks of the shop and of this machine agree');
  } else if (seconds < SKEW_WARNING_SECONDS) {
    findings.ok(TOPIC, `the shop's clock is ${seconds} seconds ${direction} this machine's`);
  } else {
    findings.warn(
      TOPIC,
      `the shop's clock is ${Math.round(seconds / 60)} minutes ${direction} this machine's`,
      'Set both by NTP: over http, requests are refused beyond 15 minutes.',
    );
  }
}

/**
 * Asks for what was modified in a year from now. A shop that returns anything
 * ignores the filter, and every run would read everything.
 */
export async function checkDateFilter(woo: WooApi, findings: Findings): Promise<void> {
  await findings.attempt('woo', 'Orders of the shop', async () => {
    const { serverTime } = await woo.get('orders', { per_page: 1, _fields: ['id'] });
    const future = wooTime(new Date(serverTime.getTime() + YEAR_MS));
    for (const path of ['orders', 'products']) {
      const query = { modified_after: future, dates_are_gmt: true, per_page: 1, _fields: ['id'] };
      const { body } = await woo.get(path, query);
      if (!Array.isArray(body) || body.length > 0) {
        findings.problem(
          'Orders of the shop',
          `the shop ignores the filter by date of modification: asked for ${path} modified in a year from now, it returned some`,
          'Look for a plugin or a proxy that rewrites or caches REST requests.',
        );
        return;
      }
    }
    findings.ok('Orders of the shop', 'the shop finds what was modified since a date');
  });
}
