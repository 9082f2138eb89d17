/** Sends errors to Sentry. The library is loaded when there is an error (docs/decisions/0014). */
import type { ServerRuntimeClient } from '@sentry/core/server';
import { Secret } from '../../lib/secret';
import { sendRequest } from '../send-request';
import { cleanEvent } from './clean-event';

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

const MAX_CAUSES = 3;

/** Opens nothing until an error is sent. */
export function createSentry(options: SentryOptions): ErrorTracker {
  return {
    async send(error, tags) {
      const [sentry, server] = await Promise.all([import('@sentry/core'), import('@sentry/core/server')]);
      let delivery: Promise<void> = Promise.resolve();
      const client: ServerRuntimeClient = new server.ServerRuntimeClient({
        dsn: options.dsn.reveal(),
        release: options.release,
        environment: options.environment,
        platform: 'node',
        runtime: { name: 'node', version: process.version },
        integrations: [sentry.linkedErrorsIntegration({ key: 'cause', limit: MAX_CAUSES })],
        stackParser: sentry.createStackParser(server.nodeStackLineParser()),
        sendClientReports: false,
        // The other life cycle adds an integration for spans, of which there are none.
        traceLifecycle: 'static',
        beforeSend: (event) => cleanEvent(event, options),
        transport: (transportOptions) =>
          sentry.createTransport(transportOptions, ({ body }) => {
            delivery = post(transportOptions.url, body, options);
            return delivery.then(
              () => ({ statusCode: 200 }),
              () => ({}),
            );
          }),
      });
      client.init();
      const scope = new sentry.Scope();
      scope.setTags({ ...tags });
      client.captureException(error, undefined, scope);
      await client.flush(options.timeoutMs);
      await delivery;
    },
  };
}

/** The address holds the key of the DSN. */
function post(
  url: string,
  body: string | Uint8Array,
  { userAgent, timeoutMs }: SentryOptions,
): Promise<void> {
  return sendRequest({
    url: new Secret(url),
    body: typeof body === 'string' ? body : Buffer.from(body).toString('utf8'),
    contentType: 'application/x-sentry-envelope',
    userAgent,
    timeoutMs,
  });
}
