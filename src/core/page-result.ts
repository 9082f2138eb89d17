/** What one page leaves behind: audit rows, debts and counts. */
import type { RunContext } from './context';
import { nextDebt } from './debts';
import type { Change, Flow, Outcome, PlanFailure } from './entity';
import type { FlowCounts } from './run-summary';
import { formatKey, type RecordKey } from './keys';
import type { AuditRow, Debt, FieldChange } from './ports';
import { shorten } from '../lib/shorten';

/** What a person reads of one record; a plugin may fill a field with a whole document. */
const MAX_MESSAGE = 1_000;
const MAX_BUSINESS_KEY = 200;
const MAX_VALUE = 1_000;
const MAX_CHANGES = 200;

/** Collects what one page leaves behind: audit rows and debts. */
export class PageResult {
  readonly rows: AuditRow[] = [];
  readonly debts: Debt[] = [];
  readonly settledDebts: RecordKey[] = [];
  readonly failedKeys: RecordKey[] = [];

  constructor(
    private readonly context: RunContext,
    private readonly flow: Flow,
    private readonly known: ReadonlyMap<string, Debt>,
    private readonly durationMs: number,
  ) {}

  keepUnchanged(key: RecordKey): void {
    if (this.known.has(formatKey(key))) {
      this.settledDebts.push(key);
    }
  }

  keepFailure(failure: PlanFailure, counts: FlowCounts): void {
    this.#owe(
      failure,
      {
        key: failure.key,
        status: failure.quarantine ? 'quarantined' : 'failed',
        reason: failure.reason,
        message: failure.message,
      },
      'conflict',
      counts,
    );
  }

  /** A change whose write said nothing of it counts as failed: it is owed, not forgotten. */
  keepOutcome(change: Change, said: Outcome | undefined, counts: FlowCounts): void {
    const outcome: Outcome = said ?? {
      key: change.key,
      status: 'failed',
      reason: 'no-outcome',
      message: 'nothing was said of this record when it was written; it is looked at again',
    };
    if (outcome.status !== 'done') {
      this.#owe(change, outcome, change.action, counts, outcome.changes ?? change.changes);
      return;
    }
    if (this.known.has(formatKey(change.key))) {
      this.settledDebts.push(change.key);
    }
    counts[COUNTED_AS[change.action]] += 1;
    this.rows.push(
      this.#row(change, change.action, this.context.dryRun ? 'planned' : 'done', {
        changes: outcome.changes ?? change.changes,
        reason: outcome.reason ?? change.reason,
        message: outcome.message ?? change.message,
        odooId: outcome.odooId ?? change.odooId,
        attempt: (this.known.get(formatKey(change.key))?.attempts ?? 0) + 1,
      }),
    );
  }

  /** A change of a plan that a limit stopped: not made, not owed, and shown so that a person can judge the plan. */
  keepStopped(change: Change, counts: FlowCounts): void {
    counts.skipped += 1;
    this.rows.push(
      this.#row(change, change.action, 'stopped', {
        changes: change.changes,
        reason: 'over-limit',
        // Which limit it is says the flow, once; a row has the place for what would have changed.
        message: change.message,
        odooId: change.odooId,
        attempt: (this.known.get(formatKey(change.key))?.attempts ?? 0) + 1,
      }),
    );
  }

  /** A record not applied: a debt, and an audit row unless it only stands as it did. */
  #owe(
    subject: { key: RecordKey; businessKey: string; origin?: RecordKey | undefined },
    outcome: Outcome,
    action: string,
    counts: FlowCounts,
    changes: AuditRow['changes'] = [],
  ): void {
    const previous = this.known.get(formatKey(subject.key));
    const state =
      outcome.status === 'waiting' ? 'waiting' : outcome.status === 'quarantined' ? 'quarantine' : 'retry';
    const debt = nextDebt(
      {
        key: subject.key,
        flow: this.flow.name,
        state,
        reason: outcome.reason ?? 'failed',
        message: shorten(this.context.scrub(outcome.message ?? ''), MAX_MESSAGE),
        businessKey: shorten(this.context.scrub(subject.businessKey), MAX_BUSINESS_KEY),
        waitingFor: outcome.waitingFor,
        origin: subject.origin,
      },
      previous,
      this.context.clock.now(),
      this.context.configHash,
    );
    this.debts.push(debt);
    this.failedKeys.push(subject.key);
    if (previous?.state === debt.state && previous.reason === debt.reason && debt.state !== 'retry') {
      counts.skipped += 1;
      return;
    }
    // After many tries a failure waits for a person as well.
    const status = debt.state === 'quarantine' ? 'quarantined' : outcome.status;
    counts[status === 'quarantined' ? 'conflicts' : 'failed'] += 1;
    this.rows.push(
      this.#row(subject, action, status, {
        changes,
        reason: debt.reason,
        message: debt.message,
        odooId: outcome.odooId,
        attempt: debt.attempts,
      }),
    );
  }

  #row(
    subject: { key: RecordKey; businessKey: string },
    action: string,
    status: string,
    detail: Pick<AuditRow, 'changes' | 'reason' | 'message' | 'attempt'> & { odooId?: number | undefined },
  ): AuditRow {
    const { odooId, changes, reason, message, attempt } = detail;
    const { scrub } = this.context;
    return {
      runId: this.context.runId,
      time: this.context.clock.now().toISOString(),
      store: this.context.store,
      flow: this.flow.name,
      direction: this.flow.direction,
      action,
      status,
      entity: subject.key.entity,
      wooId: subject.key.id,
      odooId: odooId === undefined ? '' : String(odooId),
      businessKey: shorten(scrub(subject.businessKey), MAX_BUSINESS_KEY),
      changes: boundedChanges(
        changes.map(({ field, before, after }) => ({ field, before: scrub(before), after: scrub(after) })),
      ),
      reason,
      message: shorten(scrub(message), MAX_MESSAGE),
      attempt,
      durationMs: this.durationMs,
    };
  }
}

function boundedChanges(changes: readonly FieldChange[]): FieldChange[] {
  const shown = changes.slice(0, MAX_CHANGES).map(({ field, before, after }) => ({
    field,
    before: shorten(before, MAX_VALUE),
    after: shorten(after, MAX_VALUE),
  }));
  const left = changes.length - shown.length;
  return left === 0 ? shown : [...shown, { field: '…', before: '', after: `${left} more` }];
}

const COUNTED_AS = {
  create: 'created',
  update: 'updated',
  link: 'linked',
  skip: 'skipped',
  conflict: 'conflicts',
  archive: 'updated',
} as const satisfies Record<Change['action'], keyof FlowCounts>;
