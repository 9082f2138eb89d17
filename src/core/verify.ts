/**
 * The contract of a comparison of both sides from outside: what an entity finds
 * when it looks at the records themselves instead of what the state says of them.
 * An entity declares its own (`verifier` in `entity.ts`); the core runs them and
 * knows none by name.
 */
import type { RunContext } from './context';
import { StoppedError } from './errors';
import { formatKey, type RecordKey } from './keys';
import type { Debt } from './ports';

/** What can be found of a record, in the order it is shown; stable, and described in docs/audit.md. */
export const FINDING_KINDS = {
  missing: { isDifference: true, says: 'in the shop, not in Odoo' },
  owed: { isDifference: true, says: 'not the same, and on the list of debts' },
  total: { isDifference: true, says: 'another total or currency' },
  tax: { isDifference: true, says: 'the same total, another tax' },
  state: { isDifference: true, says: 'cancelled or confirmed on one side only' },
  doubled: { isDifference: true, says: 'there more than once' },
  'shared-key': { isDifference: true, says: 'one record of Odoo with the external ids of several' },
  orphan: { isDifference: true, says: 'in Odoo by our external id, gone from the shop' },
  stock: { isDifference: true, says: 'another quantity' },
  link: { isDifference: true, says: 'a link of the state that leads to no record' },
  unreadable: { isDifference: true, says: 'could not be compared' },
  'in-flight': { isDifference: false, says: 'changed since the last run, or while it was compared' },
  accepted: { isDifference: false, says: 'not the same, and a person settled it so' },
  'one-sided': { isDifference: false, says: 'a product whose SKU the other side does not have' },
} as const satisfies Readonly<Record<string, { isDifference: boolean; says: string }>>;

export type FindingKind = keyof typeof FINDING_KINDS;

/** One thing found of one record. */
export interface Finding {
  readonly kind: FindingKind;
  readonly key: RecordKey;
  /** Id in WooCommerce where the key has another one: empty where the shop has no such record. */
  readonly wooId?: string;
  /** Id in Odoo, where there is one; several as `12, 15`. */
  readonly odooId: string;
  /** Order number, SKU or e-mail address: what a person searches for. */
  readonly businessKey: string;
  /** What differs: `total`, `state`, `stock_quantity`; empty for the record as a whole. */
  readonly field: string;
  readonly wooValue: string;
  readonly odooValue: string;
  /** What it means and what to do, as a sentence. */
  readonly message: string;
}

export interface VerifyRequest {
  /** Compare what was modified in the shop since then (ISO, UTC); everything when left out. */
  readonly since?: string | undefined;
  /** Compare so many records of each kind, drawn by the seed. */
  readonly sample?: { readonly size: number; readonly seed: number } | undefined;
  /** Clock of the shop when the comparison began: what was modified later may not be on the other side yet. */
  readonly wooStart: Date;
  /** Clock of Odoo at that time. */
  readonly odooStart: Date;
}

/** Records that were compared together. */
export interface VerifiedPage {
  /** Records compared, each counted once. */
  readonly compared: number;
  /** Records to compare in all; a hint for progress. */
  readonly expected?: number | undefined;
  readonly findings: readonly Finding[];
}

export interface Verifier {
  /** As `--only` names it. */
  readonly name: string;
  /** Compares page by page. Only reads: the adapters it is handed throw on a write. */
  verify(context: RunContext, request: VerifyRequest): AsyncIterable<VerifiedPage>;
}

/** A change is dated before it becomes visible to others; where nothing says when the last run was, this is in flight. */
const LAST_MINUTES_MS = 2 * 60_000;

/** When both clocks begin. */
export async function startOfVerify({
  woo,
  odoo,
  clock,
}: RunContext): Promise<Pick<VerifyRequest, 'wooStart' | 'odooStart'>> {
  const odooStart = await odoo.serverTime();
  const { clockSkewSeconds } = await woo.shop();
  return { odooStart, wooStart: new Date(clock.now().getTime() + clockSkewSeconds * 1000) };
}

/**
 * Runs verifiers one after another. A record with a finding of one verifier is
 * not found again by a later one: an order that is missing is no broken link as well.
 * @throws StoppedError when the program was asked to stop, besides what the adapters throw
 */
export async function* runVerifiers(
  context: RunContext,
  verifiers: readonly Verifier[],
  request: VerifyRequest,
): AsyncGenerator<VerifiedPage & { readonly name: string }, void, void> {
  const found = new Map<string, string>();
  for (const verifier of verifiers) {
    for await (const page of verifier.verify(context, request)) {
      const findings = page.findings.filter(
        ({ key }) => (found.get(formatKey(key)) ?? verifier.name) === verifier.name,
      );
      for (const { key } of findings) {
        found.set(formatKey(key), verifier.name);
      }
      yield { ...page, findings, name: verifier.name };
      if (context.signal.aborted) {
        throw new StoppedError(
          'The comparison was asked to stop; what it found by then is no complete list.',
        );
      }
    }
  }
}

/** From this time on (ISO, UTC) a record modified in the shop may not be in Odoo yet: the watermark of its flow. */
export async function inFlightSince(
  context: RunContext,
  flow: string,
  { wooStart }: VerifyRequest,
): Promise<string> {
  const checkpoint = await context.state.checkpoints.get(context.store, flow);
  return checkpoint?.watermark ?? new Date(wooStart.getTime() - LAST_MINUTES_MS).toISOString();
}

/** A finding in the light of what is known of the record: owed, or under way. */
export function judgeFinding(
  finding: Finding,
  { debt, isInFlight }: { readonly debt: Debt | undefined; readonly isInFlight: boolean },
): Finding {
  if (debt !== undefined) {
    return { ...finding, kind: 'owed', message: describeDebt(debt) };
  }
  return isInFlight
    ? {
        ...finding,
        kind: 'in-flight',
        message: `changed since the last run, which has to bring it over: ${finding.message}`,
      }
    : finding;
}

/** What a debt says, and what its state means. */
export function describeDebt({ state, reason, message, key, nextAt }: Debt): string {
  const next = {
    retry: `it is tried again at ${nextAt}`,
    waiting: 'it waits for another record',
    quarantine: `it needs a person; then \`wcodoo debts retry ${formatKey(key)}\``,
  }[state];
  return `${reason}: ${message}; ${next}`;
}
