/** One error to Sentry. Loads its library: import this file where there is an error. */
import { createStackParser, createTransport, linkedErrorsIntegration, Scope } from '@sentry/core';
import { nodeStackLineParser, ServerRuntimeClient } from '@sentry/core/server';
import { Secret } from '../../lib/secret';
import { sendRequest } from '../send-request';
import { cleanEvent } from './clean-event';
import type { ErrorTags, SentryOptions } from './error-tracker';

const MAX_CAUSES = 3;

/**
 * Sends one error, within a bound.
 * @throws DeliveryError when it did not arrive
 */
export async function sendError(error: unknown, tags: ErrorTags, options: SentryOptions): Promise<void> {
  let delivery: Promise<void> = Promise.resolve();
  const client = new ServerRuntimeClient({
    dsn: options.dsn.reveal(),
    release: options.release,
    environment: options.environment,
    platform: 'node',
    runtime: { name: 'node', version: process.version },
    integrations: [linkedErrorsIntegration({ key: 'cause', limit: MAX_CAUSES })],
    stackParser: createStackParser(nodeStackLineParser()),
    sendClientReports: false,
    // The other life cycle adds an integration for spans, of which there are none.
    traceLifecycle: 'static',
    beforeSend: (event) => cleanEvent(event, options),
    transport: (transportOptions) =>
      createTransport(transportOptions, ({ body }) => {
        delivery = post(transportOptions.url, body, options);
        return delivery.then(
          () => ({ statusCode: 200 }),
          () => ({}),
        );
      }),
  });
  client.init();
  const scope = new Scope();
  scope.setTags({ ...tags });
  // Its causes are found through the hint.
  client.captureException(error, { originalException: error }, scope);
  await client.flush(options.timeoutMs);
  await delivery;
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
