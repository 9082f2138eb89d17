/**
 * The contract of an entity: what is synchronised. An entity file declares its
 * settings and a flow for each direction it has; the core reads, plans and
 * applies through this contract and knows no entity by name.
 */
import type { z } from 'zod';
import type { RunContext, RunRequest } from './context';
import type { RecordKey } from './keys';
import type { Measure } from './limits';
import type { Verifier } from './verify';
import type { Checkpoint, CommitUnit, Direction, FieldChange, Link, OdooDomain } from './ports';

/** One record as its source gave it, not validated yet. */
export interface SourceRecord {
  readonly key: RecordKey;
  readonly raw: unknown;
  /** The record to read again to see this one again, where it has no source of its own. */
  readonly origin?: RecordKey;
}

/** Records that were read together. */
export interface SourcePage {
  readonly records: readonly SourceRecord[];
  /** What to remember once every record of this page is applied or owed. */
  readonly checkpoint?: Checkpoint;
  /** Records expected in all; a hint for progress. */
  readonly expected?: number | undefined;
  /** Records of the source in all, once it was listed completely; the checkpoint moves, and what follows is read, only if the limits let it pass. */
  readonly listed?: number | undefined;
}

export interface ReadRequest extends RunRequest {
  readonly checkpoint: Checkpoint;
  /** Records to read again: they are owed, were left half done, or are all that was asked for (`only`). */
  readonly owed: readonly RecordKey[];
  /** True when the run was narrowed (`--since`, `--limit`, `only`, …): no checkpoint moves. */
  readonly restricted: boolean;
}

export type ChangeAction = 'create' | 'update' | 'link' | 'skip' | 'conflict' | 'archive';

/** One planned write; plain JSON, so that it can be printed, compared and stored. */
export interface Change<P = unknown> {
  readonly key: RecordKey;
  readonly action: ChangeAction;
  /** Order number, SKU or e-mail address: what a person searches for. */
  readonly businessKey: string;
  readonly changes: readonly FieldChange[];
  /** Stable reason code; empty for a plain create or update. */
  readonly reason: string;
  readonly message: string;
  /** The Odoo record this change is about, where it is known already. */
  readonly odooId?: number | undefined;
  /** Records that must be linked before this change can be applied. */
  readonly requires: readonly RecordKey[];
  readonly origin?: RecordKey | undefined;
  /** The link as it stands before the change. */
  readonly link?: Link | undefined;
  /**
   * The link while an update is under way: what the record held, and what it may
   * hold by now. It is what a run finds whose predecessor was killed meanwhile.
   */
  readonly pendingLink?: Link | undefined;
  /** The link to keep once a `link`, or a `skip` that settles something, is done. */
  readonly nextLink?: Link | undefined;
  /** What the entity needs to write it. */
  readonly payload: P;
}

/** A record that could not be planned: kept as a debt. */
export interface PlanFailure {
  readonly key: RecordKey;
  readonly businessKey: string;
  readonly reason: string;
  readonly message: string;
  readonly origin?: RecordKey | undefined;
  /** True when only a person can mend it. */
  readonly quarantine: boolean;
}

export interface Plan<P = unknown> {
  readonly changes: readonly Change<P>[];
  readonly failures: readonly PlanFailure[];
  /** Records that are as they should be. */
  readonly unchanged: readonly RecordKey[];
}

/** What became of one change. */
export interface Outcome {
  readonly key: RecordKey;
  /** `waiting` and `failed` and `quarantined` become debts. */
  readonly status: 'done' | 'failed' | 'quarantined' | 'waiting';
  readonly reason?: string;
  readonly message?: string;
  readonly waitingFor?: RecordKey;
  readonly odooId?: number | undefined;
  /** The link to keep; also with a failure, when something was written. */
  readonly link?: Link | undefined;
  /** What was really changed, where that differs from the plan. */
  readonly changes?: readonly FieldChange[];
}

/** A change on its way through the steps of its flow. */
export interface StepItem<P = unknown> {
  readonly change: Change<P>;
  readonly link: Link;
}

/** One step after the write, an Odoo transaction of its own, for example confirming an order. */
export interface Step<P = unknown> {
  readonly name: string;
  /** Which items have this step before them. */
  appliesTo(item: StepItem<P>): boolean;
  run(context: RunContext, items: readonly StepItem<P>[]): Promise<Outcome[]>;
  /** For a dry run: what the step would say, as far as that is known before the write. Only reads. */
  foresee?(context: RunContext, items: readonly StepItem<P>[]): Promise<Outcome[]>;
}

/** What a flow with limits adds: it is planned whole, weighed, and applied only then. */
export interface FlowGuard<P = unknown> {
  /** What a change means to the limits. Pure. */
  measure(change: Change<P>): Measure;
  /** Reads the records of changes once more, right before they are written; those that are gone are left out. */
  readAgain(context: RunContext, changes: readonly Change<P>[]): Promise<readonly SourceRecord[]>;
}

/** Records of another flow that must be applied first, or next. */
export interface Feed {
  readonly flow: string;
  readonly records: readonly SourceRecord[];
}

export interface Flow<P = unknown> {
  /** Name of the flow: the entity's, for example `orders`. */
  readonly name: string;
  readonly direction: Direction;
  /** Flows that run before this one. */
  readonly dependsOn: readonly string[];
  /** True when a flow it depends on must have finished in this run, or this one is skipped. */
  readonly needsCompleteDependencies?: boolean;
  /** Kinds of record this flow writes, as in `RecordKey.entity`. */
  readonly entities: readonly string[];
  /** Steps after which a link is finished; a link elsewhere is taken up again by the next run. */
  readonly finalSteps?: readonly string[];
  /** Narrows the records of the flow in Odoo when they are looked for by their external ids. */
  externalIdDomain?(store: string): OdooDomain;
  /** Step of a record that a person gave up: it is left as it is until it changes in its source. */
  readonly givenUpStep?: string;
  /** Step a record stands at when it was found by its key after an interrupted create. */
  readonly resumeStep?: string;
  /** Model in which the records of an entity live in Odoo, for settling interrupted creates. */
  odooModel(entity: string): string;
  /** Collection in which the records of an entity live in the shop; undefined for one without a record of its own there. */
  wooCollection?(entity: string): string | undefined;
  /** Reads `request.owed`, then what changed; where `request.only` is given, `owed` is all. */
  read(context: RunContext, request: ReadRequest): AsyncIterable<SourcePage>;
  /** Other flows' records that these depend on, in the order they must be applied. */
  before?(context: RunContext, records: readonly SourceRecord[]): Promise<readonly Feed[]>;
  plan(context: RunContext, records: readonly SourceRecord[]): Promise<Plan<P>>;
  /** Writes changes; creates are covered by an intent when this is called. */
  write(context: RunContext, changes: readonly Change<P>[]): Promise<Outcome[]>;
  readonly steps?: readonly Step<P>[];
  /** Other flows' records that follow from these. */
  after?(context: RunContext, records: readonly SourceRecord[]): Promise<readonly Feed[]>;
  readonly guard?: FlowGuard<P>;
  /** More to remember with a page, once its records are applied or owed. */
  settle?(context: RunContext, records: readonly SourceRecord[]): Promise<CommitUnit>;
}

/** Builds a flow from an entity's settings. */
export type FlowFactory<S, P> = (settings: S, shared: SharedSettings) => Flow<P>;

/** Builds the comparison of an entity from its settings. */
export type VerifierFactory<S> = (settings: S, shared: SharedSettings) => Verifier;

/** Settings that more than one entity looks at. */
export interface SharedSettings {
  readonly store: string;
  /** Language of texts in Odoo, for example `en_US`. */
  readonly language: string;
  /** Id of the Odoo company to work in, where it is not the user's own. */
  readonly companyId?: number | undefined;
  /** The first order to bring over (`orders.from`): those before were shipped before Odoo's stock was counted. */
  readonly firstOrder?: string | undefined;
}

export interface Entity<S = unknown> {
  readonly name: string;
  /** Section of the configuration file, with defaults. */
  readonly settings: z.ZodType<S>;
  /** What must be set before the first real run; sentences, empty when ready. */
  readonly missingSettings?: (settings: S) => readonly string[];
  readonly wooToOdoo?: FlowFactory<S, unknown>;
  readonly odooToWoo?: FlowFactory<S, unknown>;
  /** How both sides are compared from outside (`wcodoo audit verify`). */
  readonly verifier?: VerifierFactory<S>;
}

/** Declares an entity, keeping the types of its settings and payloads together. */
export function defineEntity<S, P>(entity: {
  readonly name: string;
  readonly settings: z.ZodType<S>;
  readonly missingSettings?: (settings: S) => readonly string[];
  readonly wooToOdoo?: FlowFactory<S, P>;
  readonly odooToWoo?: FlowFactory<S, P>;
  readonly verifier?: VerifierFactory<S>;
}): Entity {
  return entity as unknown as Entity;
}

/** Declares a flow. */
export function defineFlow<P>(flow: Flow<P>): Flow<P> {
  return flow;
}
