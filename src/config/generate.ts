/** `node dist/config/generate.js [--check]`: writes the generated files, or names those that are stale. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles } from './generated-files';

/** The project's root, from `dist/config`. */
const ROOT = join(__dirname, '..', '..');

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function main(check: boolean): number {
  const stale = [...generatedFiles()].filter(([path, content]) => readIfThere(join(ROOT, path)) !== content);
  for (const [path, content] of stale) {
    if (check) {
      process.stderr.write(`${path} is stale: run \`npm run generate\`\n`);
    } else {
      mkdirSync(dirname(join(ROOT, path)), { recursive: true });
      writeFileSync(join(ROOT, path), content);
      process.stdout.write(`wrote ${path}\n`);
    }
  }
  return check && stale.length > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.includes('--check'));
