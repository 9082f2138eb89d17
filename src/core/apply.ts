/**
 * Carries out changes: intent → batched write → link → steps. Every stage is
 * durable before the next begins, so that a run killed anywhere is taken up
 * again by the next one without doing anything twice.
 */
import type { RunContext } from './context';
import type { Change, Flow, Outcome, Step, StepItem } from './entity';
import { formatKey, type RecordKey } from './keys';
import type { Link } from './ports';

/**
 * Applies the changes of one page, or, in a dry run, records them in the
 * throw-away copy of the state as if they had been applied, so that what
 * follows is planned on the same ground.
 * @param withhold says what becomes of a change instead of carrying it out
 * @throws RetryableError when the other side is gone; what was done by then is durable
 */
export async function applyChanges<P>(
  context: RunContext,
  flow: Flow<P>,
  changes: readonly Change<P>[],
  withhold: (change: Change<P>) => Outcome | undefined = () => undefined,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const change of changes) {
    const outcome = withhold(change);
    if (outcome !== undefined) {
      outcomes.set(formatKey(change.key), outcome);
    }
  }
  const ready = await holdBack(
    context,
    changes.filter(({ key }) => !outcomes.has(formatKey(key))),
    outcomes,
  );
  for (const change of ready) {
    if (change.action === 'link' || change.action === 'skip') {
      outcomes.set(formatKey(change.key), settled(change));
    } else if (change.action === 'conflict') {
      outcomes.set(formatKey(change.key), {
        key: change.key,
        status: 'quarantined',
        reason: change.reason,
        message: change.message,
        odooId: change.odooId,
      });
    }
  }
  const writes = ready.filter((change) => !outcomes.has(formatKey(change.key)));
  await (context.dryRun ? simulate(context, flow, writes, outcomes) : write(context, flow, writes, outcomes));
  const links = [...outcomes.values()].flatMap(({ link }) => (link === undefined ? [] : [link]));
  await context.state.commit({ links });
  return outcomes;
}

/** Holds back the changes that need a record which is not linked yet. */
async function holdBack<P>(
  context: RunContext,
  changes: readonly Change<P>[],
  outcomes: Map<string, Outcome>,
): Promise<Change<P>[]> {
  const needed = changes.flatMap((change) => change.requires);
  const linked = needed.length === 0 ? new Map<string, Link>() : await context.state.links.find(needed);
  return changes.filter((change) => {
    const missing = change.requires.find((key) => !linked.has(formatKey(key)));
    if (missing !== undefined) {
      outcomes.set(formatKey(change.key), waitFor(change.key, missing));
    }
    return missing === undefined;
  });
}

function waitFor(key: RecordKey, missing: RecordKey): Outcome {
  return {
    key,
    status: 'waiting',
    reason: 'waiting-for',
    message: `waits for ${formatKey(missing)}`,
    waitingFor: missing,
  };
}

function settled(change: Change): Outcome {
  return { key: change.key, status: 'done', odooId: change.odooId, link: change.nextLink };
}

async function simulate<P>(
  context: RunContext,
  flow: Flow<P>,
  changes: readonly Change<P>[],
  outcomes: Map<string, Outcome>,
): Promise<void> {
  const imagined = context.memory.keep('imagined-ids', () => ({ last: 0 }));
  for (const change of changes) {
    const odooId = change.odooId ?? --imagined.last;
    const link = change.nextLink && { ...change.nextLink, odooId };
    outcomes.set(formatKey(change.key), { key: change.key, status: 'done', odooId: change.odooId, link });
  }
  for (const step of flow.steps ?? []) {
    const due = dueFor(step, changes, outcomes);
    if (due.length > 0) {
      keepAll(outcomes, (await step.foresee?.(context, due)) ?? []);
    }
  }
}

async function write<P>(
  context: RunContext,
  flow: Flow<P>,
  changes: readonly Change<P>[],
  outcomes: Map<string, Outcome>,
): Promise<void> {
  if (changes.length > 0) {
    const creates = changes.filter((change) => change.action === 'create');
    await context.state.intents.open(
      creates.map(({ key, nextLink }) => ({
        key,
        flow: flow.name,
        runId: context.runId,
        odooModel: flow.odooModel(key.entity),
        link: nextLink ?? null,
        createdAt: context.clock.now().toISOString(),
      })),
    );
    const pendingLinks = changes.flatMap(({ pendingLink }) => pendingLink ?? []);
    if (pendingLinks.length > 0) {
      await context.state.commit({ links: pendingLinks });
    }
    keepAll(outcomes, await flow.write(context, changes));
    await context.state.commit({
      links: [...unwrittenLinks(changes, outcomes), ...linksOf(outcomes)],
      closedIntents: creates.map(({ key }) => key),
    });
  }
  await advance(context, flow, changes, outcomes);
}

/** The links of updates that came to nothing, as they were before. */
function unwrittenLinks(changes: readonly Change[], outcomes: ReadonlyMap<string, Outcome>): Link[] {
  return changes.flatMap(({ key, link, pendingLink }) =>
    pendingLink === undefined || link === undefined || outcomes.get(formatKey(key))?.status === 'done'
      ? []
      : [link],
  );
}

/** Takes the written records through the steps of their flow, each step in bulk and durable before the next. */
async function advance<P>(
  context: RunContext,
  flow: Flow<P>,
  changes: readonly Change<P>[],
  outcomes: Map<string, Outcome>,
): Promise<void> {
  for (const step of flow.steps ?? []) {
    const due = dueFor(step, changes, outcomes);
    if (due.length > 0) {
      keepAll(outcomes, await step.run(context, due));
      await context.state.commit({ links: linksOf(outcomes) });
    }
  }
}

function dueFor<P>(
  step: Step<P>,
  changes: readonly Change<P>[],
  outcomes: ReadonlyMap<string, Outcome>,
): StepItem<P>[] {
  const items = changes.flatMap((change): StepItem<P>[] => {
    const outcome = outcomes.get(formatKey(change.key));
    return outcome?.status === 'done' && outcome.link !== undefined ? [{ change, link: outcome.link }] : [];
  });
  return items.filter((item) => step.appliesTo(item));
}

/** Later outcomes win; what an earlier one said is kept where the later one is silent. */
function keepAll(outcomes: Map<string, Outcome>, next: readonly Outcome[]): void {
  for (const outcome of next) {
    const name = formatKey(outcome.key);
    outcomes.set(name, { ...outcomes.get(name), ...outcome });
  }
}

function linksOf(outcomes: ReadonlyMap<string, Outcome>): Link[] {
  return [...outcomes.values()].flatMap(({ link }) => (link === undefined ? [] : [link]));
}
