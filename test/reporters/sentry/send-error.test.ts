/** What reaches Sentry, at an endpoint on loopback. */
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { FatalError } from '../../../src/core/errors';
import { Secret } from '../../../src/lib/secret';
import { sendError } from '../../../src/reporters/sentry/send-error';
import { SINK_MANNERS, startHttpSink, type HttpSink, type SinkAnswer } from '../../support/http-sink';
import { marked } from '../../support/secrets';

const ROOT = join(__dirname, '..', '..', '..');
const SECRET = marked('odoo');

let sink: HttpSink;
afterEach(() => sink.close());

async function send(
  error: unknown,
  answer: SinkAnswer = SINK_MANNERS.good,
  timeoutMs = 3_000,
): Promise<string> {
  sink = await startHttpSink(answer);
  await sendError(
    error,
    { store: 'shop', run: 'r1', flow: 'orders' },
    {
      dsn: new Secret(`${sink.url.replace('//', '//0123456789abcdef@')}/7`),
      release: 'wcodoo@1.2.3',
      environment: 'staging',
      userAgent: 'wcodoo/1.2.3',
      timeoutMs,
      scrub: (text) => text.replaceAll(SECRET, '***'),
      root: ROOT,
    },
  );
  return sink.requests[0]?.body ?? '';
}

interface SentryEvent {
  readonly tags: Record<string, string>;
  readonly exception: {
    readonly values: { type: string; value: string; stacktrace?: { frames: Record<string, unknown>[] } }[];
  };
}

function eventIn(body: string): SentryEvent {
  return JSON.parse(body.split('\n')[2] ?? '') as SentryEvent;
}

test('an error arrives with its release, environment, tags and causes', async () => {
  const event = eventIn(await send(new FatalError('wrong key', { cause: new RangeError('inner') })));
  expect(sink.requests[0]?.path).toMatch(/^\/api\/7\/envelope\//);
  expect(event).toMatchObject({
    release: 'wcodoo@1.2.3',
    environment: 'staging',
    level: 'error',
    tags: { store: 'shop', run: 'r1', flow: 'orders' },
  });
  expect(event.exception.values.map(({ type, value }) => [type, value])).toEqual([
    ['RangeError', 'inner'],
    ['FatalError', 'wrong key'],
  ]);
});

test('its frames name files of the program, wherever it is installed, and nothing beside', async () => {
  const { exception } = eventIn(await send(new TypeError('x')));
  const frames = exception.values[0]?.stacktrace?.frames ?? [];
  expect(frames.at(-1)).toMatchObject({ filename: 'app:///test/reporters/sentry/send-error.test.ts' });
  const known = ['function', 'filename', 'lineno', 'colno', 'in_app'];
  expect(frames.flatMap((frame) => Object.keys(frame)).filter((key) => !known.includes(key))).toEqual([]);
});

test('no secret, no address of a person, no host and no folder of a person leaves', async () => {
  const error = new TypeError(
    `cannot read ${homedir()}/x and /home/jdupont/y of jean.dupont@exemple.fr with ${SECRET}`,
  );
  const body = await send(Object.assign(error, { customer: 'Jean Dupont', request: { headers: SECRET } }));
  const { value } = eventIn(body).exception.values[0] ?? { value: '' };
  expect(value).toBe('cannot read ~/x and ~/y of j***@e***.fr with ***');
  const places = [hostname(), ROOT, homedir(), 'upont', 'server_name', 'breadcrumbs', 'user'].filter(
    (word) => word.length > 1 && body.includes(word),
  );
  expect(places).toEqual([]);
});

test('of something thrown that is no error only its kind arrives', async () => {
  const body = await send({ customer: 'Jean Dupont' });
  expect(body).not.toContain('Dupont');
  expect(eventIn(body).exception.values).toHaveLength(1);
});

test.each([
  ['silent', 300, 'gave no answer'],
  ['failing', 3_000, 'answered HTTP 500'],
  ['page', 3_000, 'answered with a web page'],
  ['half', 3_000, 'cannot be reached'],
] as const)('a Sentry that is %s is told of in a sentence', async (manners, ms, words) => {
  await expect(send(new Error('x'), SINK_MANNERS[manners], ms)).rejects.toThrow(words);
});
