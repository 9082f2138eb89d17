/** Ways in which the file of a state gets damaged. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';

export const DAMAGES: readonly (readonly [how: string, damage: (file: string) => void])[] = [
  [
    'cut off',
    (file) => {
      truncateSync(file, 5000);
    },
  ],
  [
    'with garbage in its first bytes',
    (file) => {
      overwrite(file, 0, Buffer.alloc(64, 7));
    },
  ],
  [
    'with a page of zeros in its middle',
    (file) => {
      overwrite(file, 4096, Buffer.alloc(4096));
    },
  ],
  [
    'of a few bytes',
    (file) => {
      writeFileSync(file, 'SQLite');
    },
  ],
];

function overwrite(file: string, at: number, bytes: Buffer): void {
  const content = readFileSync(file);
  bytes.copy(content, at);
  writeFileSync(file, content);
}
