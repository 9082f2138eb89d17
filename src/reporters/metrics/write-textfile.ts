/** Writes metrics for the textfile collector of node_exporter. */
import { randomBytes } from 'node:crypto';
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { FatalError } from '../../core/errors';

/** node_exporter runs as another user; the figures are no secret. */
const MODE = 0o644;

/**
 * Replaces the file in one step: node_exporter never reads half of it. The
 * draft lies beside it under a name that the collector does not read.
 * @throws FatalError when it cannot be written
 */
export function writeTextfile(path: string, text: string): void {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(draft, text);
    // Also where the umask of a service hides new files from others.
    chmodSync(draft, MODE);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new FatalError(`The metrics cannot be written to ${path} (${code}).`, {
      hint: 'Check its folder, the rights on it and the space on its disk.',
      cause: error,
    });
  }
}
