/** One e-mail. Loads nodemailer: import this file where there is something to send. */
import { createTransport } from 'nodemailer';
import { shorten } from '../../lib/shorten';
import { maskEmails } from '../mask-personal-data';
import { printable } from '../printable';
import { DeliveryError } from '../send-request';
import { formatAlertText, type AlertMessage } from './alert-message';
import type { MailOptions } from './mail-channel';

const SHOWN_ANSWER = 160;

/**
 * Sends one message, within a bound.
 * @throws DeliveryError when the server did not take it
 */
export async function sendMail(message: AlertMessage, options: MailOptions): Promise<void> {
  const { timeoutMs } = options;
  const transport = createTransport({
    url: options.url.reveal(),
    requireTLS: needsEncryption(new URL(options.url.reveal())),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // A file or an address in a message is never fetched; there is none.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // Each step of the dialogue has its own time; this is for all of them. It ends the connection as well:
  // left open, it would keep the program from ending, and a message given up might still be taken.
  const bound = AbortSignal.timeout(timeoutMs);
  try {
    await transport.sendMail({
      from: { name: 'wcodoo', address: options.from },
      to: [...options.to],
      subject: message.subject,
      text: formatAlertText(message),
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: bound,
    });
  } catch (error) {
    throw bound.aborted
      ? new DeliveryError(`gave no answer within ${timeoutMs / 1000} s`, { mayPass: true })
      : translate(error, options);
  } finally {
    transport.close();
  }
}

/** A login that travels in the clear can be read; on this machine nobody else reads. */
function needsEncryption({ protocol, hostname, username }: URL): boolean {
  return (
    protocol === 'smtp:' && username !== '' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  );
}

/** The codes of nodemailer: https://nodemailer.com/errors */
const MEANING: Readonly<Record<string, string>> = {
  EAUTH: 'refuses the login of SMTP_URL',
  EENVELOPE: 'refuses the sender or a recipient',
  EMESSAGE: 'refuses the message',
  EDNS: 'has a name that nobody knows',
  ECONNECTION: 'cannot be reached',
  ESOCKET: 'cannot be reached',
  ETIMEDOUT: 'gave no answer in time',
  ETLS: 'offers no encryption (STARTTLS), or one that cannot be trusted',
  EPROTOCOL: 'answers what no mail server says',
};

function translate(error: unknown, { scrub }: MailOptions): DeliveryError {
  if (error instanceof DeliveryError) {
    return error;
  }
  const { code, response } = error as { code?: unknown; response?: unknown };
  const meaning = (typeof code === 'string' ? MEANING[code] : undefined) ?? 'did not take the message';
  const answer = typeof response === 'string' ? response : error instanceof Error ? error.message : '';
  const said = shorten(printable(maskEmails(scrub(answer))), SHOWN_ANSWER);
  return new DeliveryError(`the mail server ${meaning}${said === '' ? '' : ` (${said})`}`, {
    mayPass: code !== 'EAUTH',
  });
}
