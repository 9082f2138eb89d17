/** Tries again what may safely be tried again. */
import { RetryableError } from '../core/errors';
import { scrubError } from '../lib/scrub-error';
import { TransientError } from './errors';
import type { OdooSettings } from './options';

const BASE_MS = 500;
const CAP_MS = 30_000;

/**
 * Runs an attempt until it succeeds or the tries are spent. Waits with full
 * jitter: a random time up to 0.5 s, 1 s, 2 s, … 30 s, and at least what the
 * server asked for.
 *
 * A writing attempt whose outcome is unknown is never repeated.
 * @param target `model.method`, for messages
 * @throws RetryableError, with `ambiguous` when a write may have taken effect
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  target: string,
  writing: boolean,
  settings: Pick<OdooSettings, 'retries' | 'sleep' | 'random' | 'scrub'>,
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (thrown) {
      // Odoo's own sentences, and those of what answers in its place, may repeat the login.
      const error = scrubError(thrown, settings.scrub);
      if (!(error instanceof TransientError)) {
        throw error;
      }
      const ambiguous = writing && !error.notExecuted;
      if (ambiguous || tries >= settings.retries) {
        throw new RetryableError(`${target}: ${error.message}`, {
          ambiguous,
          hint: error.hint,
          cause: error,
        });
      }
      const backOffMs = settings.random() * Math.min(CAP_MS, BASE_MS * 2 ** tries);
      await settings.sleep(Math.max(backOffMs, error.retryAfterMs ?? 0));
    }
  }
}
