import { createLogger, type LineFormat } from '../../../src/reporters/log/create-logger';
import type { LogLevel } from '../../../src/lib/log-level';
import { Scrubber } from '../../../src/lib/scrubber';
import { Secret } from '../../../src/lib/secret';
import { marked } from '../../support/secrets';
import { Written } from '../samples';

const KEY = marked('key');

function setUp(values: { format?: LineFormat; level?: LogLevel; bindings?: Record<string, unknown> } = {}) {
  const stream = new Written();
  const scrubber = new Scrubber();
  scrubber.add(new Secret(KEY));
  const logger = createLogger({
    level: 'info',
    format: 'json',
    stream,
    scrub: scrubber.text,
    clock: { now: () => new Date('2026-03-01T12:00:00.000Z') },
    ...values,
  });
  return { stream, logger, line: () => JSON.parse(stream.text) as Record<string, unknown> };
}

test('a line is one JSON object with time, level, the bindings and the message', () => {
  const { logger, line } = setUp({ bindings: { runId: 'r1' } });
  logger.warn({ flow: 'orders', count: 2 }, 'slow answer');
  expect(line()).toEqual({
    level: 'warn',
    time: '2026-03-01T12:00:00.000Z',
    runId: 'r1',
    flow: 'orders',
    count: 2,
    msg: 'slow answer',
  });
});

test('lines below the level are not written', () => {
  const { logger, stream } = setUp();
  logger.debug('detail');
  expect(stream.text).toBe('');
});

test.each([
  'password',
  'apiKey',
  'api_key',
  'consumerSecret',
  'consumer_key',
  'Authorization',
  'access_token',
  'cookie',
  'set-cookie',
  'oauth_signature',
  'sentryDsn',
])('a field named %s is not written, at any depth', (key) => {
  const { logger, stream, line } = setUp({ bindings: { [key]: 'hunter2' } });
  logger
    .child({ [key]: 'hunter2' })
    .info({ [key]: 'hunter2', deep: { list: [{ [key]: { raw: 'hunter2' } }] } }, 'm');
  expect(stream.text).not.toContain('hunter2');
  expect(line()['deep']).toEqual({ list: [{ [key]: '***' }] });
});

test('secrets inside of texts and errors are not written, known ones and those told by their form', () => {
  const { logger, stream } = setUp();
  const hex = '0123456789abcdef';
  const error = Object.assign(
    new Error(`GET https://ck:hunter2@shop.example.com failed with cs_${hex} and ${KEY}`),
    {
      config: {
        headers: { Authorization: 'Basic aHVudGVyMg==' },
        auth: { username: 'u', password: 'hunter2' },
        [KEY]: 1,
      },
      url: '/orders?consumer_key=hunter2&page=2&oauth_signature=hunter2',
    },
  );
  logger.error(error);
  logger.error({ error, header: 'Bearer hunter2hunter2', key: new Secret(KEY) }, `key ck_${hex}`);
  expect(stream.text).not.toMatch(/hunter2|aHVudGVyMg|0123456789abcdef/);
  expect(stream.text).not.toContain(KEY);
  expect(stream.text).toContain('page=2');
  const [first = '', second = ''] = stream.text.split('\n');
  expect(JSON.parse(first)).toMatchObject({
    level: 'error',
    err: { type: 'Error', message: 'GET https://***@shop.example.com failed with *** and ***' },
  });
  expect(JSON.parse(second)).toMatchObject({
    msg: 'key ***',
    key: '***',
    error: { stack: expect.any(String) },
  });
});

test('what refers to itself is cut off, not followed forever', () => {
  const { logger, line } = setUp();
  const circle: Record<string, unknown> = { name: 'x' };
  circle['self'] = circle;
  logger.info({ circle }, 'm');
  expect(JSON.stringify(line())).toContain('[Circular]');
});

test('for people a line is plain text without terminal sequences', () => {
  const { logger, stream } = setUp({ format: 'pretty', bindings: { runId: 'r1' } });
  logger.warn({ password: 'hunter2', counts: { read: 2 } }, 'two\nlines \u001b[31m');
  expect(stream.text).toMatch(
    /^12:00:00 WARN two lines \[31m runId=r1 password=\*{3} counts=\{"read":2\}\n$/,
  );
});
