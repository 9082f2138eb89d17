import { secretsIn } from '../../src/config/secrets';
import { Scrubber } from '../../src/lib/scrubber';
import { marked } from '../support/secrets';

function scrubberOf(variables: Record<string, string>): Scrubber {
  const scrubber = new Scrubber();
  scrubber.add(...secretsIn(variables));
  return scrubber;
}

test('of an address that is a secret its path and its long parts are hidden too, ordinary words are not', () => {
  const token = marked('token');
  const { text } = scrubberOf({ ALERT_WEBHOOK_URL: `https://hooks.example/services/T0/${token}?x=1` });
  for (const said of [
    `https://hooks.example/services/T0/${token}?x=1`,
    `404 for /services/T0/${token}?x=1`,
    `no hook ${token}`,
  ]) {
    expect(text(said).includes(token)).toBe(false);
  }
  expect(text('the services of hooks.example')).toBe('the services of hooks.example');
});

test('the password of a mail server and the key of a DSN are hidden by themselves', () => {
  const password = `${marked('pass')}/ä`;
  const { text } = scrubberOf({
    SMTP_URL: `smtps://me:${encodeURIComponent(password)}@mail.example`,
    SENTRY_DSN: `https://${marked('dsn').replaceAll('-', '')}@sentry.example/7`,
  });
  expect(text(`535 ${password} ${encodeURIComponent(password)}`)).toBe('535 *** ***');
  expect(text(`key=${marked('dsn').replaceAll('-', '')}`)).toBe('key=***');
});
