/** What an HTTP status says before anybody reads the body. */
import { isRefusalByFirewall, nameFirewall } from '../lib/firewall';
import { FirewallError, NotOdooError, TooLargeError, TransientError } from './errors';
import type { HttpAnswer } from './http';
import type { OdooSettings } from './options';
import { placeOf } from './place';

const MAX_RETRY_AFTER_MS = 60_000;

/**
 * Throws for a status that says what happened, whatever was asked.
 * @throws TransientError, NotOdooError, FirewallError, TooLargeError
 */
export function refuseStatus(answer: HttpAnswer, settings: OdooSettings): void {
  const { status } = answer;
  const place = placeOf(settings.url);
  if (status >= 300 && status < 400) {
    const location = answer.header('location');
    const target =
      location !== undefined && URL.canParse(location, settings.url)
        ? new URL(location, settings.url)
        : undefined;
    throw new NotOdooError(
      `Odoo at ${place} redirects to ${target === undefined ? 'another address' : target.origin + target.pathname}`,
      {
        hint: `Set ODOO_URL to the address it redirects to${target === undefined ? '' : `: ${target.origin}`}.`,
      },
    );
  }
  if (status === 413) {
    throw new TooLargeError();
  }
  refuseFirewall(answer, place);
  const retryAfterMs = readRetryAfter(answer.header('retry-after'), settings);
  if (status === 429) {
    throw new TransientError(`Odoo at ${place} limits the rate of requests (HTTP 429)`, {
      trouble: 'busy',
      notExecuted: true,
      retryAfterMs,
      hint: 'Slow down: set odoo.pace to gentle.',
    });
  }
  if (status === 502 || status === 503 || status === 504) {
    // Some proxies say 503 for a request that they passed on and whose answer they lost; with a
    // Retry-After it is a refusal.
    const asksToWait = status === 503 && retryAfterMs !== undefined;
    throw new TransientError(`Odoo at ${place} is not available (HTTP ${status})`, {
      trouble: asksToWait ? 'busy' : 'failing',
      notExecuted: asksToWait,
      retryAfterMs,
    });
  }
}

/** A page in place of an answer, with a status by which firewalls refuse; Odoo's own 403 is JSON. */
function refuseFirewall(answer: HttpAnswer, place: string): void {
  if (!isRefusalByFirewall(answer.status) || /^\s*[{[]/.test(answer.text)) {
    return;
  }
  const who = nameFirewall(answer) ?? 'or a proxy';
  throw new FirewallError(
    `a firewall (${who}) answered in place of Odoo at ${place}, HTTP ${answer.status}`,
    {
      hint: "Let the API of Odoo through, or allow the address of this machine; the firewall's log says which rule it was.",
    },
  );
}

function readRetryAfter(value: string | undefined, settings: OdooSettings): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - settings.clock.now().getTime();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
