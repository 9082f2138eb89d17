import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { scrubWrites } from '../../src/commands/scrub-writes';
import { createConsoleReporter } from '../../src/reporters/console-reporter';

const scrub = (text: string): string => text.replaceAll('hush', '***');

function setUp(properties: object = {}): { stream: PassThrough; scrubbed: PassThrough; text: () => string } {
  const stream = Object.assign(new PassThrough(), properties);
  let text = '';
  stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  return { stream, scrubbed: scrubWrites(stream, scrub), text: () => text };
}

test('text and bytes are scrubbed, and what was asked of the stream is still answered', async () => {
  const { stream, scrubbed, text } = setUp();
  const written = new Promise((resolve) => {
    expect(scrubbed.write('a hush\n', 'utf8', resolve)).toBe(true);
  });
  scrubbed.write(Buffer.from('b hush é\n'));
  await written;
  const ended = new Promise((resolve) => stream.once('finish', resolve));
  scrubbed.end('c hush\n');
  await ended;
  expect(text()).toBe('a ***\nb *** é\nc ***\n');
});

test('an end without text ends, and what is piped into it is scrubbed', async () => {
  const { scrubbed, text } = setUp();
  await pipeline(Readable.from(['hush ', 'and hush']), scrubbed);
  expect(text()).toBe('*** and ***');
});

test('a call that returns the stream returns the scrubbed one', () => {
  const { scrubbed, text } = setUp();
  scrubbed.on('error', () => undefined).write('hush');
  expect(text()).toBe('***');
});

test('it is a stream, a terminal where the other is one, and as wide', () => {
  const { scrubbed, stream } = setUp({ isTTY: true, columns: 80 });
  expect(scrubbed).toBeInstanceOf(Writable);
  expect(scrubbed).toMatchObject({ isTTY: true, columns: 80 });
  Object.assign(stream, { columns: 100 });
  expect(scrubbed).toMatchObject({ columns: 100 });
});

test('bars are drawn on it, and a notice between them is scrubbed', () => {
  const { scrubbed, text } = setUp({ isTTY: true, columns: 80, rows: 24 });
  const reporter = createConsoleReporter({ stdout: new PassThrough(), stderr: scrubbed, json: false });
  reporter.handle({ type: 'flow-started', store: 'shop', flow: 'orders' });
  reporter.handle({ type: 'flow-progress', store: 'shop', flow: 'orders', read: 1, expected: 2 });
  reporter.handle({ type: 'notice', level: 'warn', message: 'the key hush is old' });
  reporter.close();
  expect(text()).toContain('[===============               ] 1/2');
  expect(text()).toContain('Warning: the key *** is old');
  expect(text()).not.toContain('hush');
  // The cursor is moved and given back: what only a terminal gets.
  expect(text()).toContain('\u001b[?25h');
});
