/** What a purge would remove or has removed, in words. */
import { formatBytes } from './format-bytes';
import { printable } from './printable';

/** One kind of thing, as the terminal shows it. */
export interface PurgedPart {
  readonly count: number;
  /** Of files. */
  readonly bytes: number | null;
  readonly what: string;
  readonly names?: readonly string[];
}

const SHOWN_NAMES = 20;

/** A list of what there is under a title; each name that a person should see on a line of its own. */
export function formatPurge(title: string, parts: readonly PurgedPart[]): string {
  return [title, ...parts.flatMap(linesOf), ''].join('\n');
}

function linesOf({ bytes, what, names = [] }: PurgedPart): string[] {
  const size = bytes === null ? '' : ` (${formatBytes(bytes)})`;
  const shown = names.slice(0, SHOWN_NAMES).map((name) => `      ${printable(name)}`);
  const left = names.length - shown.length;
  return [`  - ${printable(what)}${size}`, ...shown, ...(left === 0 ? [] : [`      and ${left} more`])];
}
