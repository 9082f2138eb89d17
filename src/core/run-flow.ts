/** Drives one flow: page by page, what was owed first, everything of a page durable before the next. */
import { applyChanges } from './apply';
import type { RunContext } from './context';
import { nextDebt } from './debts';
import type { Change, Feed, Flow, Outcome, PlanFailure, SourcePage, SourceRecord } from './entity';
import { noCounts, type FlowCounts } from './events';
import { formatKey, type RecordKey } from './keys';
import type { AuditRow, Checkpoint, Debt } from './ports';
import { hashOf } from '../lib/hash';

/** Thrown between two pages when the run was asked to stop. */
export class Interrupted extends Error {}

/** Counts of every flow of a run, and what was already handled in it. */
export class Progress {
  readonly #counts = new Map<string, FlowCounts>();
  /** Formatted keys that must not be tried a second time in this run. */
  readonly handled = new Set<string>();
  /** Formatted keys that were planned in this run. */
  readonly planned = new Set<string>();

  of(flow: string): FlowCounts {
    const counts = this.#counts.get(flow) ?? noCounts();
    this.#counts.set(flow, counts);
    return counts;
  }
}

export interface FlowRun {
  readonly context: RunContext;
  /** Every flow of the registry by name, for records that one flow feeds to another. */
  readonly flows: ReadonlyMap<string, Flow>;
  readonly progress: Progress;
}

/**
 * Reads a flow to its end.
 * @throws RetryableError, FatalError, Interrupted; the pages before are durable
 */
export async function runFlow(run: FlowRun, flow: Flow): Promise<void> {
  const { context, progress } = run;
  const { request } = context;
  const restricted =
    request.since !== undefined || request.until !== undefined || request.limit !== undefined;
  const checkpoint = await checkpointOf(context, flow);
  const { owed, debts } = await owedBy(run, flow);
  const counts = progress.of(flow.name);
  const pages = flow.read(context, { ...request, checkpoint, owed, restricted });
  let left = request.limit ?? Number.POSITIVE_INFINITY;

  // What was owed comes again with the sweep: passed over there, unless it changed in between.
  const read = new Map<string, string>();

  for await (const page of pages) {
    stopWhenAsked(context);
    const fresh = page.records.filter(
      ({ key, raw }) =>
        !progress.handled.has(formatKey(key)) &&
        (read.size === 0 || read.get(formatKey(key)) !== hashOf(raw)),
    );
    const records = fresh.slice(0, left);
    left -= records.length;
    for (const { key, raw } of owedOf(page, owed)) {
      read.set(formatKey(key), hashOf(raw));
    }
    await processRecords(run, flow, records, restricted ? undefined : page.checkpoint);
    await forgetOrphans(run, records, debts);
    context.emit({
      type: 'flow-progress',
      store: context.store,
      flow: flow.name,
      read: counts.read,
      expected: page.expected,
    });
    if (left <= 0) {
      break;
    }
  }
}

function owedOf(page: SourcePage, owed: readonly RecordKey[]): readonly SourceRecord[] {
  const names = new Set(owed.map(formatKey));
  return page.records.filter(({ key }) => names.has(formatKey(key)));
}

function stopWhenAsked(context: RunContext): void {
  if (context.signal.aborted) {
    throw new Interrupted();
  }
}

async function checkpointOf(context: RunContext, flow: Flow): Promise<Checkpoint> {
  const known = await context.state.checkpoints.get(context.store, flow.name);
  return known ?? { store: context.store, flow: flow.name, watermark: null, position: null, fullAt: null };
}

/** Records this flow reads again: debts that are due, whatever flow owes them, and links left half done. */
async function owedBy(run: FlowRun, flow: Flow): Promise<{ owed: RecordKey[]; debts: Debt[] }> {
  const { context, flows } = run;
  const now = context.clock.now().toISOString();
  const due: Debt[] = [];
  for (const name of flows.keys()) {
    due.push(...(await context.state.debts.due(context.store, name, now, context.configHash)));
  }
  const keys = due.map((debt) => debt.origin ?? debt.key).filter((key) => flow.entities.includes(key.entity));
  for (const entity of flow.finalSteps === undefined ? [] : flow.entities) {
    const unfinished = await context.state.links.findUnfinished(context.store, entity, flow.finalSteps ?? []);
    const debts = await context.state.debts.find(unfinished.map(({ key }) => key));
    keys.push(...unfinished.map(({ key }) => key).filter((key) => !debts.has(formatKey(key))));
  }
  const owed = [...new Map(keys.map((key) => [formatKey(key), key])).values()];
  return { owed, debts: due };
}

/**
 * Settles debts that no longer follow from the record they came from: the line
 * with the missing product was taken off, or the order is gone. What another
 * record waits for is kept.
 */
async function forgetOrphans(
  { context, progress }: FlowRun,
  records: readonly SourceRecord[],
  debts: readonly Debt[],
): Promise<void> {
  const read = new Set(records.map(({ key }) => formatKey(key)));
  const orphans = debts.filter(
    ({ key, origin }) =>
      origin !== null && read.has(formatKey(origin)) && !progress.planned.has(formatKey(key)),
  );
  if (orphans.length === 0) {
    return;
  }
  const { state, store } = context;
  const stillOwed = await state.debts.find(orphans.flatMap(({ origin }) => origin ?? []));
  const awaited = new Set(
    (await state.debts.list(store, { state: 'waiting' })).map(({ waitingFor }) => waitingFor),
  );
  const settledDebts = orphans
    .filter(({ key, origin }) => !awaited.has(formatKey(key)) && !stillOwed.has(formatKey(origin ?? key)))
    .map(({ key }) => key);
  await state.commit({ settledDebts });
}

/** Plans and applies records, those they depend on first, and commits the page. */
async function processRecords(
  run: FlowRun,
  flow: Flow,
  records: readonly SourceRecord[],
  checkpoint?: Checkpoint,
): Promise<void> {
  const { context, progress } = run;
  if (records.length > 0) {
    await processFeeds(run, await flow.before?.(context, records));
  }
  for (const { key } of records) {
    progress.planned.add(formatKey(key));
  }
  const startedAt = context.clock.now().getTime();
  const plan = await flow.plan(context, records);
  const outcomes = await applyChanges(context, flow, plan.changes);
  const durationMs = context.clock.now().getTime() - startedAt;

  const counts = progress.of(flow.name);
  counts.read += records.length;
  counts.unchanged += plan.unchanged.length;
  const debts = await context.state.debts.find(records.map(({ key }) => key));
  const pageRun = new PageRun(context, flow, debts, durationMs);
  for (const key of plan.unchanged) {
    pageRun.keepUnchanged(key);
  }
  for (const failure of plan.failures) {
    pageRun.keepFailure(failure, counts);
  }
  for (const change of plan.changes) {
    const outcome = outcomes.get(formatKey(change.key));
    if (outcome !== undefined) {
      pageRun.keepOutcome(change, outcome, counts);
    }
  }
  for (const key of pageRun.failedKeys) {
    progress.handled.add(formatKey(key));
  }
  const settled = await flow.settle?.(context, records);
  await context.state.commit({
    ...settled,
    debts: pageRun.debts,
    settledDebts: pageRun.settledDebts,
    audit: pageRun.rows,
    ...(checkpoint === undefined ? {} : { checkpoint }),
  });
  if (pageRun.rows.length > 0) {
    context.emit({ type: 'decided', rows: pageRun.rows });
  }
  if (records.length > 0) {
    await processFeeds(run, await flow.after?.(context, records));
  }
}

async function processFeeds(run: FlowRun, feeds: readonly Feed[] = []): Promise<void> {
  for (const feed of feeds) {
    const flow = run.flows.get(feed.flow);
    if (flow === undefined) {
      throw new RangeError(`no flow ${feed.flow} to feed`);
    }
    const records = feed.records.filter(({ key }) => !run.progress.handled.has(formatKey(key)));
    if (records.length > 0) {
      await processRecords(run, flow, records);
    }
  }
}

/** Collects what one page leaves behind: audit rows and debts. */
class PageRun {
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

  keepOutcome(change: Change, outcome: Outcome, counts: FlowCounts): void {
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
        message: outcome.message ?? '',
        businessKey: subject.businessKey,
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
    counts[outcome.status === 'quarantined' ? 'conflicts' : 'failed'] += 1;
    this.rows.push(
      this.#row(subject, action, outcome.status, {
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
    const { odooId, ...rest } = detail;
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
      businessKey: subject.businessKey,
      durationMs: this.durationMs,
      ...rest,
    };
  }
}

const COUNTED_AS = {
  create: 'created',
  update: 'updated',
  link: 'linked',
  skip: 'skipped',
  conflict: 'conflicts',
  archive: 'updated',
} as const satisfies Record<Change['action'], keyof FlowCounts>;
