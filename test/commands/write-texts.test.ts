import { PassThrough, Writable } from 'node:stream';
import { writeTexts } from '../../src/commands/write-texts';

const PIECE = 'x'.repeat(1000);

/** Counts what was asked for. */
function counted(count: number): { texts: AsyncIterable<string>; asked: () => number } {
  let asked = 0;
  async function* texts(): AsyncGenerator<string> {
    for (; asked < count; asked += 1) {
      await Promise.resolve();
      yield PIECE;
    }
  }
  return { texts: texts(), asked: () => asked };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('everything arrives, in order, and the stream stays open', async () => {
  const stream = new PassThrough({ highWaterMark: 10_000_000 });
  async function* texts(): AsyncGenerator<string> {
    for (let at = 0; at < 20_000; at += 1) {
      await Promise.resolve();
      yield `${at}\n`;
    }
  }
  expect(await writeTexts(stream, texts())).toBe(true);
  const expected = Array.from({ length: 20_000 }, (_, at) => `${at}\n`).join('');
  expect(String(stream.read())).toBe(expected);
  expect(stream.writable).toBe(true);
});

test('no more is asked for than a slow reader takes', async () => {
  const stream = new PassThrough({ highWaterMark: 1000 });
  const { texts, asked } = counted(1000);
  const written = writeTexts(stream, texts);
  for (let at = 0; at < 500; at += 1) {
    await turn();
  }
  expect(asked()).toBeLessThan(80);
  stream.resume();
  expect(await written).toBe(true);
  expect(asked()).toBe(1000);
});

test.each(['while it waits', 'before the first text'])(
  'a reader that leaves %s ends the work quietly',
  async (when) => {
    const stream = new PassThrough({ highWaterMark: 1000 });
    stream.on('error', () => undefined);
    const { texts, asked } = counted(1000);
    if (when === 'before the first text') {
      stream.destroy();
    }
    const written = writeTexts(stream, texts);
    for (let at = 0; at < 200; at += 1) {
      await turn();
    }
    stream.destroy(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
    expect(await written).toBe(false);
    expect(asked()).toBeLessThan(200);
  },
);

test('a stream that fails for another reason is told', async () => {
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    },
  });
  stream.on('error', () => undefined);
  await expect(writeTexts(stream, counted(1000).texts)).rejects.toThrow('no space');
});

test('what the texts throw is thrown, and nobody listens to the stream any more', async () => {
  const stream = new PassThrough();
  const before = stream.eventNames().length;
  async function* texts(): AsyncGenerator<string> {
    await Promise.resolve();
    yield 'a';
    throw new Error('the state is damaged');
  }
  await expect(writeTexts(stream, texts())).rejects.toThrow('the state is damaged');
  expect(stream.eventNames()).toHaveLength(before);
});
