/** Wires those who are told of a run from afar: people, a watchdog, Sentry. */
import { hostname } from 'node:os';
import type { CommandIo } from '../commands/command';
import type { Config } from '../config/load';
import { durationMs } from '../lib/duration';
import type { AlertChannel } from '../reporters/alerts/alert-channel';
import { createAlertReporter } from '../reporters/alerts/alert-reporter';
import { createMailChannel } from '../reporters/alerts/mail-channel';
import { createWebhookChannel } from '../reporters/alerts/webhook-channel';
import { createPings } from '../reporters/pings';
import type { Reporter } from '../reporters/reporter';
import { createErrorReporter } from '../reporters/sentry/error-reporter';
import { version } from '../version';

const USER_AGENT = `wcodoo/${version}`;
/** What a message may take; all are sent at the same time, so a run waits for the slowest one. */
const ALERT_TIMEOUT_MS = 10_000;
const PING_TIMEOUT_MS = 5_000;
const PING_CLOSE_MS = 10_000;

/** The ways to reach people that the configuration names; none connects before there is a message. */
export function alertChannelsOf({ environment, file }: Config, io: CommandIo): AlertChannel[] {
  const { mailFrom, mailTo, webhookFormat } = file.alerts;
  const { SMTP_URL: smtp, ALERT_WEBHOOK_URL: webhook } = environment;
  const timeoutMs = ALERT_TIMEOUT_MS;
  const channels: AlertChannel[] = [];
  if (smtp !== undefined && mailFrom !== undefined && mailTo.length > 0) {
    const { text: scrub } = io.scrubber;
    channels.push(createMailChannel({ url: smtp, from: mailFrom, to: mailTo, timeoutMs, scrub }));
  }
  if (webhook !== undefined) {
    channels.push(
      createWebhookChannel({ url: webhook, format: webhookFormat, userAgent: USER_AGENT, timeoutMs }),
    );
  }
  return channels;
}

/** Those who are told of a run from afar. */
export function openMessengers(config: Config, io: CommandIo, warn: (message: string) => void): Reporter[] {
  const { environment, file } = config;
  const channels = alertChannelsOf(config, io);
  const url = environment.HEALTHCHECK_URL;
  return [
    createErrorReporter(io.errorReports),
    ...(channels.length === 0
      ? []
      : [
          createAlertReporter({
            channels,
            store: file.store,
            host: hostname(),
            clock: { now: () => new Date() },
            quietMs: durationMs(file.alerts.quietTime),
            incompleteRuns: file.alerts.incompleteRuns,
            scrub: io.scrubber.text,
            warn,
          }),
        ]),
    ...(url === undefined
      ? []
      : [
          createPings({
            url,
            userAgent: USER_AGENT,
            timeoutMs: PING_TIMEOUT_MS,
            closeMs: PING_CLOSE_MS,
            warn,
          }),
        ]),
  ];
}
