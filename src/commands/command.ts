/** What every command is handed, so that none of them touches the process itself. */
import type { Readable, Writable } from 'node:stream';

export interface CommandIo {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Exit code of the signal that came, 130 or 143. */
  readonly interruptedExitCode: () => number;
}

/** Flags that every command with a configuration has. */
export interface ConfigOptions {
  readonly config?: string;
  readonly envFile?: string;
}
