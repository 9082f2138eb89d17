/** `wcodoo alerts test`: does a message arrive? */
import { hostname } from 'node:os';
import { ConfigError, EXIT, messageOf } from '../core/errors';
import { writeTestMessage } from '../reporters/alerts/alert-message';
import { alertChannelsOf } from '../reporting/messengers';
import type { CommandIo, ConfigOptions } from './command';
import { readConfig } from './read-config';

export interface TestAlertsOptions extends ConfigOptions {
  readonly json?: boolean;
}

/**
 * Sends a test message every way that is set up.
 * @returns 0 when each was accepted, else 1
 * @throws ConfigError when none is set up
 */
export async function testAlerts(options: TestAlertsOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options, io);
  const channels = alertChannelsOf(config, io);
  if (channels.length === 0) {
    throw new ConfigError(['no alert is set up'], {
      hint: 'Set ALERT_WEBHOOK_URL, or SMTP_URL with alerts.mailFrom and alerts.mailTo; see docs/alerts.md.',
    });
  }
  const message = writeTestMessage({
    store: config.file.store,
    runId: undefined,
    host: hostname(),
    now: new Date(),
  });
  const results = await Promise.all(
    channels.map(async (channel) => {
      try {
        await channel.send(message);
        return { channel: channel.name, title: channel.title, sent: true, error: '' };
      } catch (error) {
        return { channel: channel.name, title: channel.title, sent: false, error: messageOf(error) };
      }
    }),
  );
  io.stdout.write(
    options.json === true
      ? `${JSON.stringify(results, null, 2)}\n`
      : results
          .map(({ title, sent, error }) => `${title}: ${sent ? 'sent' : `not sent; ${error}`}\n`)
          .join(''),
  );
  return results.every(({ sent }) => sent) ? EXIT.ok : EXIT.incomplete;
}
