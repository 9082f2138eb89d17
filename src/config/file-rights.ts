/** Who may read a file that holds secrets. */
import { statSync, type Stats } from 'node:fs';

/** What counts of a file. */
export interface FileRights {
  readonly mode: number;
  /** Id of the user it belongs to. */
  readonly uid: number;
}

const GROUP_AND_OTHERS = 0o077;
/** A file of another user is ours to read by our group; its group may not write it, and others may nothing. */
const GROUP_WRITES_AND_OTHERS = 0o027;

/**
 * A sentence for each file or folder on which more people than needed have
 * rights, with the command that mends it. Nothing on a system without users.
 */
export function describeOpenFiles(paths: readonly string[]): string[] {
  const ownId = process.getuid?.();
  return paths.flatMap((path) => {
    const found = statOf(path);
    if (found === undefined || ownId === undefined || !(found.isFile() || found.isDirectory())) {
      return [];
    }
    const wanted = wantedMode(found, ownId, found.isDirectory());
    const mode = (found.mode & 0o777).toString(8);
    return wanted === undefined
      ? []
      : [`${path} can be read or changed by others (mode ${mode}): chmod ${wanted} ${path}`];
  });
}

/** Undefined for what is not there, or lies where we may not look. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The mode to set, undefined when nobody has too many rights. */
export function wantedMode(file: FileRights, ownId: number, isFolder: boolean): string | undefined {
  if (file.uid === ownId) {
    return (file.mode & GROUP_AND_OTHERS) === 0 ? undefined : isFolder ? '700' : '600';
  }
  return (file.mode & GROUP_WRITES_AND_OTHERS) === 0 ? undefined : isFolder ? '750' : '640';
}
