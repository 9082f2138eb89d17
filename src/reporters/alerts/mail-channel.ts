import type { Secret } from '../../lib/secret';
import { maskEmails } from '../mask-personal-data';
import type { AlertChannel } from './alert-channel';

export interface MailOptions {
  /** `smtp://` or `smtps://`, with the login. */
  readonly url: Secret;
  readonly from: string;
  readonly to: readonly string[];
  readonly timeoutMs: number;
  /** A text without secrets: a mail server may repeat what it was sent. */
  readonly scrub: (text: string) => string;
}

/** Sends messages through an SMTP server; what that takes is loaded when there is something to send. */
export function createMailChannel(options: MailOptions): AlertChannel {
  return {
    name: 'mail',
    title: `e-mail to ${options.to.map(maskEmails).join(', ')}`,
    async send(message) {
      const { sendMail } = await import('./send-mail.js');
      await sendMail(message, options);
    },
  };
}
