/** Moves a state file out of the way, for a person to look at. */
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { translate } from './database';

/** What SQLite keeps beside a database. */
const COMPANIONS = ['-wal', '-shm'];

/**
 * Renames the file and what belongs to it to `….damaged-<time>` or
 * `….replaced-<time>`; nothing is deleted. What belongs to it goes first: a new
 * file beside an old write-ahead log would take what stands in it for its own.
 * @returns where it is now; undefined when there was nothing
 * @throws FatalError when the folder does not allow it
 */
export function setAsideState(path: string, why: 'damaged' | 'replaced', now: Date): string | undefined {
  const file = resolve(path);
  const present = [...COMPANIONS, ''].filter((suffix) => existsSync(file + suffix));
  const aside = freeName(`${file}.${why}-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`);
  try {
    for (const suffix of present) {
      renameSync(file + suffix, aside + suffix);
    }
  } catch (error) {
    throw translate(error, file);
  }
  return present.length === 0 ? undefined : aside;
}

/** What was set aside earlier, the oldest first. */
export function listSetAside(path: string): string[] {
  const file = resolve(path);
  const folder = dirname(file);
  return (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.startsWith(`${basename(file)}.`) && ASIDE.test(name))
    .sort((left, right) => timeIn(left).localeCompare(timeIn(right)))
    .map((name) => join(folder, name));
}

const ASIDE = /\.(?:damaged|replaced)-(\d{8}T\d{6}Z)(?:-\d+)?$/;

function timeIn(name: string): string {
  return ASIDE.exec(name)?.[1] ?? '';
}

function freeName(name: string): string {
  let free = name;
  for (let number = 2; [...COMPANIONS, ''].some((suffix) => existsSync(free + suffix)); number += 1) {
    free = `${name}-${number}`;
  }
  return free;
}
