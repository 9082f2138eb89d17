/** What every kind of thing that can be purged shares. */
import type { AuditRow } from '../core/ports';

export type PurgeKind = 'audit' | 'audit-files' | 'runs' | 'links' | 'debts' | 'store' | 'state';

/** One kind of thing: how much of it would be removed, or was. */
export interface PurgePart {
  readonly kind: PurgeKind;
  readonly count: number;
  /** Of files; null where the state only gives room back as a whole. */
  readonly bytes: number | null;
  /** What it is, with its figures, as a sentence without an end. */
  readonly what: string;
  /** Names of what is removed, where a person should see each. */
  readonly names?: readonly string[];
}

/** What a removal is handed. */
export interface RemovalContext {
  readonly runId: string;
  /**
   * Told of each step, with how much it removed.
   * @throws StoppedError when the program was asked to stop; what was removed so far stays removed
   */
  readonly onRemoved: (count: number) => void;
  /** Keeps rows of the audit that say more than `auditRowOf`. */
  readonly onDecided: (rows: readonly AuditRow[]) => void;
}

/** One kind of thing that a person asked to purge. */
export interface PurgeTask {
  /** Looks what there is; changes nothing. */
  plan(): Promise<PurgePart>;
  /** Removes what is there now; to be called under the run lock, after `plan`. */
  remove(context: RemovalContext): Promise<PurgePart>;
}

/** The row of the audit that says what one kind of thing came to. The direction of it means nothing. */
export function auditRowOf(
  part: PurgePart,
  { runId, store, now }: { readonly runId: string; readonly store: string; readonly now: Date },
): AuditRow {
  return {
    runId,
    time: now.toISOString(),
    store,
    flow: 'purge',
    direction: 'wooToOdoo',
    action: 'purge',
    status: 'done',
    entity: part.kind,
    wooId: '',
    odooId: '',
    businessKey: '',
    changes: [{ field: 'count', before: String(part.count), after: '0' }],
    reason: 'purged-by-person',
    message: part.what,
    attempt: 1,
    durationMs: 0,
  };
}
