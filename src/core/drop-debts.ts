/** Debts that a person gives up on purpose. Pure. */
import type { Flow } from './entity';
import { formatKey } from './keys';
import type { AuditRow, CommitUnit, Debt, Link } from './ports';

export interface DropInput {
  readonly debts: readonly Debt[];
  /** The links of their records, by formatted key; absent for a record that was never written. */
  readonly links: ReadonlyMap<string, Link>;
  readonly flows: readonly Flow[];
  readonly runId: string;
  readonly now: Date;
}

/**
 * What a drop commits: the debts are settled, each with a row in the audit that
 * keeps its reason. Links and open intents stay. A record that is half done
 * would be taken up again by the next run: its link moves to the step after
 * which it is left as it is until it changes in its source.
 */
export function dropOf(input: DropInput): CommitUnit & { readonly audit: readonly AuditRow[] } {
  const flows = new Map(input.flows.map((flow) => [flow.name, flow]));
  return {
    links: input.debts.flatMap((debt) =>
      leftLink(input.links.get(formatKey(debt.key)), flows.get(debt.flow)),
    ),
    settledDebts: input.debts.map(({ key }) => key),
    audit: input.debts.map((debt) => rowOf(debt, input, flows.get(debt.flow))),
  };
}

function leftLink(link: Link | undefined, flow: Flow | undefined): Link[] {
  const isHalfDone = link !== undefined && flow?.finalSteps?.includes(link.step ?? '') === false;
  return isHalfDone && flow.givenUpStep !== undefined ? [{ ...link, step: flow.givenUpStep }] : [];
}

function rowOf(debt: Debt, { runId, now, links }: DropInput, flow: Flow | undefined): AuditRow {
  const odooId = links.get(formatKey(debt.key))?.odooId;
  return {
    runId,
    time: now.toISOString(),
    store: debt.key.store,
    flow: debt.flow,
    direction: flow?.direction ?? 'wooToOdoo',
    action: 'skip',
    status: 'dropped',
    entity: debt.key.entity,
    wooId: debt.key.id,
    odooId: odooId === undefined ? '' : String(odooId),
    businessKey: debt.businessKey,
    changes: [],
    reason: 'dropped-by-person',
    message: `given up by a person; it was owed since ${debt.firstAt}: ${debt.reason}: ${debt.message}`,
    attempt: debt.attempts,
    durationMs: 0,
  };
}
