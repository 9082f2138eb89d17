/** Programs that a test needs and npm does not install. */
import { spawnSync } from 'node:child_process';

/** A program, and the Debian package that has it. */
export interface Tool {
  readonly command: string;
  readonly package: string;
}

/** @throws Error that names every missing program and how to install it */
export function requireTools(...tools: readonly Tool[]): void {
  const missing = tools.filter(
    ({ command }) => spawnSync('sh', ['-c', 'command -v "$0"', command]).status !== 0,
  );
  if (missing.length > 0) {
    const names = missing.map(({ command }) => command).join(', ');
    const packages = [...new Set(missing.map((tool) => tool.package))].join(' ');
    throw new Error(`missing: ${names}. On Debian: apt-get install --no-install-recommends ${packages}`);
  }
}
