/** `alerts` and `sentry`: who is told when something needs a person, and how. */
import { z } from 'zod';
import { Duration } from '../../lib/duration';

/** Something with one `@` and no line break: what a mail server makes of it, it says itself. */
const MailAddress = z
  .string()
  .regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, 'must be one e-mail address such as me@shop.example');

export const AlertsSection = z.strictObject({
  mailFrom: MailAddress.optional()
    .meta({ examples: ['wcodoo@shop.example'] })
    .describe('Sender of the e-mails. They are sent when this, `mailTo` and SMTP_URL are set.'),
  mailTo: z.array(MailAddress).default([]).describe('Who gets the e-mails.'),
  webhookFormat: z
    .enum(['slack', 'teams', 'json'])
    .default('slack')
    .describe(
      'What is posted to ALERT_WEBHOOK_URL: `slack` also suits Mattermost, `teams` is for a workflow of Microsoft Teams, `json` for anything of your own.',
    ),
  quietTime: Duration.default('6h').describe(
    'How long the same trouble is not told again; what happens meanwhile is told afterwards.',
  ),
  incompleteRuns: z
    .number()
    .int()
    .min(0)
    .default(3)
    .describe(
      'Runs in a row that a flow may end unfinished (a side is out of reach) before it is told; 0 is never.',
    ),
});

export const SentrySection = z.strictObject({
  environment: z
    .string()
    .regex(/^[^\s/]{1,64}$/, 'must be 1 to 64 characters without spaces and slashes')
    .default('production')
    .describe('Environment under which errors appear in Sentry.'),
});
