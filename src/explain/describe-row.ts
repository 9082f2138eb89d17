/** Pieces of text that the parts of an explanation share. */
import type { AuditRow } from '../core/ports';

/** What an explanation is read against. */
export interface Surroundings {
  readonly now: Date;
  /** Fingerprint of the configuration as it is. */
  readonly configHash: string;
  /** What keeps every sync from beginning, sentences. */
  readonly missingSettings: readonly string[];
}

/** Why, and what changed. */
export function describeRow({ reason, message, changes }: AuditRow): string {
  const changed = changes.map(
    ({ field, before, after }) => `${field}: ${before === '' ? '∅' : before} → ${after}`,
  );
  return [reason, message, changed.join('; ')].filter((text) => text !== '').join(': ');
}

/** To the minute, UTC. */
export function timeOf(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
