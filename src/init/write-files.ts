/** Files that appear whole or not at all. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** That of the file before, or what the system gives, when left out. */
  readonly mode?: number;
}

/**
 * Writes each beside its place and moves them there once all are written, so
 * that a kill or a full disk leaves what was there before. Through a link the
 * file behind it is replaced.
 */
export function writeFiles(files: readonly NewFile[]): void {
  const moves: { readonly from: string; readonly to: string }[] = [];
  try {
    for (const file of files) {
      mkdirSync(dirname(file.path), { recursive: true });
      const to = existsSync(file.path) ? realpathSync(file.path) : file.path;
      const from = `${to}.new`;
      rmSync(from, { force: true });
      moves.push({ from, to });
      writeDurably(from, file.text, file.mode ?? statSync(to, { throwIfNoEntry: false })?.mode);
    }
    for (const { from, to } of moves) {
      renameSync(from, to);
    }
  } finally {
    for (const { from } of moves) {
      rmSync(from, { force: true });
    }
  }
}

function writeDurably(path: string, text: string, mode: number | undefined): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
