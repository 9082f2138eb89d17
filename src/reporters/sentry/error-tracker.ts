/** Sends errors to Sentry. The library is loaded when there is an error (docs/decisions/0014). */
import type { Secret } from '../../lib/secret';

/** Words by which an error is found in Sentry; no personal data. */
export type ErrorTags = Readonly<Record<string, string>>;

export interface ErrorTracker {
  /**
   * Sends one error, within a bound.
   * @throws DeliveryError when it did not arrive
   */
  send(error: unknown, tags: ErrorTags): Promise<void>;
}

export interface SentryOptions {
  readonly dsn: Secret;
  /** `wcodoo@0.1.0`. */
  readonly release: string;
  readonly environment: string;
  readonly userAgent: string;
  readonly timeoutMs: number;
  /** A text without secrets. */
  readonly scrub: (text: string) => string;
  /** Absolute path of the folder that holds `dist` or `src`. */
  readonly root: string;
}

/** Loads nothing until an error is sent. */
export function createSentry(options: SentryOptions): ErrorTracker {
  return {
    async send(error, tags) {
      const { sendError } = await import('./send-error.js');
      await sendError(error, tags, options);
    },
  };
}
