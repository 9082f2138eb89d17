import { PassThrough } from 'node:stream';
import { createCommandIo } from '../../src/commands/command';
import { Secret } from '../../src/lib/secret';
import { marked } from '../support/secrets';

test('whatever is written to either stream passes the scrubber, from the moment it is told', () => {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const io = createCommandIo({
    stdin: new PassThrough(),
    stdout,
    stderr,
    signal: new AbortController().signal,
    interruptedExitCode: () => 130,
  });
  io.scrubber.add(new Secret(marked('key')));
  for (const stream of [io.stdout, io.stderr]) {
    stream.write(`the key ${marked('key')} and https://ann:pw@shop.example\n`);
  }
  for (const stream of [stdout, stderr]) {
    expect(String(stream.read())).toBe('the key *** and https://***@shop.example\n');
  }
  expect(io.interruptedExitCode()).toBe(130);
});
