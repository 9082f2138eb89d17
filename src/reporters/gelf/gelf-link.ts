/** A way to a reader of GELF; whatever happens to it, it throws nothing and keeps nobody waiting. */
export interface GelfLink {
  /** Takes a message. One for which there is no room is counted as lost. */
  send(message: Buffer): void;
  /** Waits until what was taken is handed over to the network, but no longer than this. */
  close(atMostMs: number): Promise<GelfOutcome>;
}

export interface GelfOutcome {
  /** Handed over to the network; whether they arrived GELF does not say. */
  readonly sent: number;
  readonly lost: number;
  /** What went wrong first, a code or a few words; undefined when nothing did. */
  readonly trouble: string | undefined;
}

/** What waits for a slow reader at most. */
export const MAX_WAITING_BYTES = 4 * 1024 * 1024;

export const TOO_SLOW = 'lines came faster than it took them';

/** `ECONNREFUSED` rather than a sentence of the system. */
export function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
