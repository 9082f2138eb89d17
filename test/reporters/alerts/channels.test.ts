/** Channels against real servers on loopback, good and bad ones. */
import { Secret } from '../../../src/lib/secret';
import { writeTestMessage } from '../../../src/reporters/alerts/alert-message';
import { sendMail } from '../../../src/reporters/alerts/send-mail';
import { createWebhookChannel } from '../../../src/reporters/alerts/webhook-channel';
import { SINK_MANNERS, startHttpSink, type HttpSink, type SinkAnswer } from '../../support/http-sink';
import { startMailServer, type MailManners, type MailServer } from '../../support/mail-server';
import { marked } from '../../support/secrets';
import { START } from './samples';

const message = writeTestMessage({ store: 'shop', runId: undefined, host: 'srv1', now: START });
const SHORT_MS = 300;

let mailServer: MailServer | undefined;
let sink: HttpSink | undefined;
afterEach(async () => {
  await mailServer?.close();
  await sink?.close();
  mailServer = undefined;
  sink = undefined;
});

async function mail(manners: MailManners, timeoutMs = 5_000): Promise<void> {
  mailServer = await startMailServer(manners);
  const password = marked('mail');
  await sendMail(message, {
    url: new Secret(`smtp://wcodoo:${password}@127.0.0.1:${mailServer.port}`),
    from: 'wcodoo@shop.example',
    to: ['me@shop.example', 'you@shop.example'],
    timeoutMs,
    scrub: (text) => text.replaceAll(password, '***'),
  });
}

test('an e-mail arrives with its subject, its recipients and the mark of a machine', async () => {
  await mail('good');
  expect(mailServer?.mails).toHaveLength(1);
  const [text = ''] = mailServer?.mails ?? [];
  expect(text).toContain('Subject: wcodoo shop: test message');
  expect(text).toContain('To: me@shop.example, you@shop.example');
  expect(text).toContain('Auto-Submitted: auto-generated');
  expect(text).toContain('Store shop, on srv1, 2026-03-01 03:00 UTC');
});

test.each([
  ['silent', SHORT_MS, /gave no answer/],
  ['nonsense', 5_000, /the mail server/],
  ['halfway', 5_000, /the mail server/],
  [
    'refuses-login',
    5_000,
    /the mail server refuses the login of SMTP_URL \(535 no such login: wcodoo \*\*\*\)/,
  ],
  ['refuses-recipient', 5_000, /the mail server refuses the sender or a recipient \(.*550/],
] as const)(
  'a mail server that is %s is told of in a sentence without the password',
  async (manners, ms, words) => {
    const failure = await mail(manners, ms).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'DeliveryError', message: expect.stringMatching(words) as string });
    expect(String(failure)).not.toContain(marked('mail'));
  },
);

test('a mail server that talks without an end is left when the time is over: the program must end too', async () => {
  await expect(mail('endless', SHORT_MS)).rejects.toThrow(/gave no answer within 0\.3 s/);
  await mailServer?.left();
});

test('a mail server that is not there is told of', async () => {
  mailServer = await startMailServer();
  const { port } = mailServer;
  await mailServer.close();
  const sending = sendMail(message, {
    url: new Secret(`smtp://127.0.0.1:${port}`),
    from: 'a@shop.example',
    to: ['b@shop.example'],
    timeoutMs: 5_000,
    scrub: (text) => text,
  });
  await expect(sending).rejects.toThrow('the mail server cannot be reached');
});

async function webhook(answer: SinkAnswer, timeoutMs = 5_000): Promise<void> {
  sink = await startHttpSink(answer);
  await createWebhookChannel({
    url: new Secret(`${sink.url}/services/${marked('hook')}`),
    format: 'slack',
    userAgent: 'wcodoo/test',
    timeoutMs,
  }).send(message);
}

test('a webhook gets one POST with JSON', async () => {
  await webhook(SINK_MANNERS.good);
  expect(sink?.requests).toHaveLength(1);
  expect(sink?.requests[0]).toMatchObject({ method: 'POST', path: `/services/${marked('hook')}` });
  expect(sink?.requests[0]?.headers['content-type']).toBe('application/json');
  expect(JSON.parse(sink?.requests[0]?.body ?? '')).toMatchObject({
    text: expect.stringContaining('wcodoo shop: test message') as string,
  });
});

test.each([
  ['silent', SHORT_MS, 'gave no answer within 0.3 s'],
  ['failing', 5_000, 'answered HTTP 500: out of order'],
  ['page', 5_000, 'answered with a web page; is the address right?'],
  ['redirect', 5_000, 'answered with a redirect (HTTP 302); set the address that it leads to'],
  ['half', 5_000, 'cannot be reached ('],
  ['repeats', 5_000, 'answered HTTP 404'],
] as const)('a webhook that is %s is told of in a sentence', async (manners, ms, words) => {
  await expect(webhook(SINK_MANNERS[manners], ms)).rejects.toThrow(words);
  expect(sink?.requests).toHaveLength(1);
});

test('a login in the address of a webhook travels as a header', async () => {
  sink = await startHttpSink();
  const url = new Secret(sink.url.replace('//', `//me:${marked('pass')}@`));
  await createWebhookChannel({ url, format: 'json', userAgent: 'wcodoo/test', timeoutMs: 5_000 }).send(
    message,
  );
  const header = sink.requests[0]?.headers.authorization ?? '';
  expect(Buffer.from(header.replace('Basic ', ''), 'base64').toString() === `me:${marked('pass')}`).toBe(
    true,
  );
});
