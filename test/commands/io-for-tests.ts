import { PassThrough } from 'node:stream';
import { createCommandIo, type CommandIo } from '../../src/commands/command';

/** What a command is handed, with what it wrote so far. */
export function ioForTests(options: { isTTY?: boolean; signal?: AbortSignal } = {}): {
  io: CommandIo;
  stdin: PassThrough;
  stdout: () => string;
  stderr: () => string;
} {
  const stdin = Object.assign(new PassThrough(), { isTTY: options.isTTY === true });
  const [out, err] = [collector(), collector()];
  return {
    io: createCommandIo({
      stdin,
      stdout: out.stream,
      stderr: err.stream,
      signal: options.signal ?? new AbortController().signal,
      interruptedExitCode: () => 130,
    }),
    stdin,
    stdout: out.text,
    stderr: err.text,
  };
}

function collector(): { stream: PassThrough; text: () => string } {
  const stream = new PassThrough();
  let text = '';
  stream.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return { stream, text: () => text };
}
