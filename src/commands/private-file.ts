import { createWriteStream, lstatSync, renameSync, rmSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { UsageError, FatalError, WcodooError } from '../core/errors';
import { writeTexts } from './write-texts';

/**
 * Writes texts into a file that only its owner can read (mode 600). What was
 * there stays until the new one is complete; a failure leaves nothing behind.
 * @throws UsageError when something else than a file has that name, FatalError when it cannot be written
 */
export async function writePrivateFile(path: string, texts: AsyncIterable<string>): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw new UsageError([`${path} exists and is no file`], {
      hint: 'Name a file, or leave --output out and redirect standard output.',
    });
  }
  const draft = `${path}.part`;
  try {
    rmSync(draft, { force: true });
    const file = createWriteStream(draft, { mode: 0o600, flags: 'wx' });
    // Told by whoever waits for it below; with nobody listening Node would end the process.
    file.on('error', () => undefined);
    try {
      await writeTexts(file, texts);
      file.end();
      await finished(file);
    } finally {
      file.destroy();
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    if (error instanceof WcodooError || (error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    throw new FatalError(
      `The file ${path} could not be written (${(error as NodeJS.ErrnoException).code ?? ''}).`,
      {
        hint: 'Check its folder, the rights on it and the space on its disk.',
        cause: error,
      },
    );
  }
}
