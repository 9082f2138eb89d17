import type { Secret } from '../../lib/secret';
import { sendRequest } from '../send-request';
import type { AlertChannel } from './alert-channel';
import { formatWebhook, type WebhookFormat } from './webhook-payloads';

export interface WebhookOptions {
  readonly url: Secret;
  readonly format: WebhookFormat;
  readonly userAgent: string;
  readonly timeoutMs: number;
}

/** Posts messages to an incoming webhook. */
export function createWebhookChannel({ url, format, userAgent, timeoutMs }: WebhookOptions): AlertChannel {
  return {
    name: 'webhook',
    title: `webhook (${format})`,
    send(message) {
      const body = JSON.stringify(formatWebhook(message, format));
      return sendRequest({ url, body, contentType: 'application/json', userAgent, timeoutMs });
    },
  };
}
