import { PassThrough } from 'node:stream';
import { createCommandIo, exitCodeOf } from '../../src/commands/command';
import { FatalError, RetryableError } from '../../src/core/errors';
import { Secret } from '../../src/lib/secret';
import { marked } from '../support/secrets';
import { ioForTests } from './io-for-tests';

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

test('a call that was given up because the run is to stop ends with the code of the signal', () => {
  const { io } = ioForTests({ signal: AbortSignal.abort() });
  expect(exitCodeOf(new RetryableError('stopped on request'), io)).toBe(130);
  expect(exitCodeOf(new FatalError('login refused'), io)).toBe(3);
  expect(exitCodeOf(new RetryableError('down'), ioForTests().io)).toBe(1);
});
