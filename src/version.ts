import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Version of this package. */
export const version = readVersion();

/** Read at each start, so without the library that checks everything else. */
function readVersion(): string {
  const text = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
