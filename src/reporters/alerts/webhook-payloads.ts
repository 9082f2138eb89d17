/** A message in the forms that chats take. */
import { shorten } from '../../lib/shorten';
import { formatAlertText, type AlertMessage } from './alert-message';

export type WebhookFormat = 'slack' | 'teams' | 'json';

/** Slack cuts a text after 4000 characters, Mattermost after 16383; Teams refuses a message of 28 KB. */
const MAX_TEXT = 3_500;

const SIGN = { trouble: '🔴', recovery: '🟢', test: '🔵' } as const;

/** What is posted, to be sent as JSON. */
export function formatWebhook(message: AlertMessage, format: WebhookFormat): object {
  switch (format) {
    case 'slack':
      return formatSlack(message);
    case 'teams':
      return formatTeams(message);
    case 'json':
      return { source: 'wcodoo', ...message, text: formatAlertText(message) };
  }
}

/**
 * `text` alone: all that Mattermost and Slack have in common.
 * Source: https://api.slack.com/reference/surfaces/formatting (escaping),
 * https://developers.mattermost.com/integrate/webhooks/incoming/
 */
function formatSlack(message: AlertMessage): object {
  const text = `${SIGN[message.level]} ${message.subject}\n\n${formatAlertText(message)}`;
  return { text: escapeSlack(plainForMattermost(shorten(text, MAX_TEXT))) };
}

/** Does not show; what it stands in means nothing any more. */
const NO_SPACE = '\u200b';

/** Mattermost, unlike Slack, pings whoever a text names, `@channel` too, and makes a link or a picture of Markdown. */
function plainForMattermost(text: string): string {
  return text.replace(/@(?=\w)|\](?=[([])/g, `$&${NO_SPACE}`);
}

/** The three characters that mean something to Slack: without them nobody is pinged by `<!channel>`. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * An adaptive card, as the workflow "Post to a channel when a webhook request
 * is received" takes it. Source: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
 */
function formatTeams(message: AlertMessage): object {
  const blocks = formatAlertText(message).trim().split('\n\n');
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body: [
            {
              type: 'TextBlock',
              text: plainForTeams(`${SIGN[message.level]} ${message.subject}`),
              weight: 'Bolder',
              size: 'Medium',
              wrap: true,
            },
            ...blocks.map((text) => ({
              type: 'TextBlock',
              text: plainForTeams(shorten(text, MAX_TEXT)),
              wrap: true,
            })),
          ],
        },
      },
    ],
  };
}

/** A text block understands some Markdown: a link in the name of a record must stay text. */
function plainForTeams(text: string): string {
  return text.replace(/[\\[\]*_`]/g, '\\$&').replaceAll('\n', '\n\n');
}
