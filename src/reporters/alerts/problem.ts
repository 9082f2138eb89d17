/** What may be told of a run, before anybody has decided whether to tell it. */
import type { AlertKind, Debt } from '../../core/ports';
import type { RunSummary } from '../../core/run-summary';

/** One trouble of a run, or one that still stands. Free of secrets and of personal data. */
export interface Problem {
  readonly kind: AlertKind;
  /** Empty for the whole run. */
  readonly flow: string;
  /** With kind and flow the fingerprint: equal ones are not told twice in the quiet time. */
  readonly reason: string;
  /** How often it happened in this run; 0 for one that only stands. */
  readonly occurrences: number;
  /** What happened, one sentence or two. */
  readonly what: string;
  /** What to do about it; empty when only looking further helps. */
  readonly todo: string;
  /** Of a quarantine: every record it has, the latest first. */
  readonly records: readonly ProblemRecord[];
}

/** One record in quarantine. */
export interface ProblemRecord {
  /** Order number, SKU, or a masked e-mail address. */
  readonly name: string;
  /** Why, in words; empty for a person. */
  readonly message: string;
}

/** What a run left for the alerts to look at. */
export interface RunFacts {
  /** Undefined for a run that did not come to its end. */
  readonly summary: RunSummary | undefined;
  /** How a run ended that did not come to its end. */
  readonly failure: { readonly error: unknown; readonly exitCode: number } | undefined;
  /** Every debt in quarantine. */
  readonly quarantine: readonly Debt[];
  /** Formatted keys of the records that could not be applied in this run. */
  readonly touched: ReadonlySet<string>;
}
