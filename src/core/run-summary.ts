/** What a run came to: the figures that the terminal, the state, the metrics and the alerts all show. */
import type { CallStats } from '../lib/call-meter';

export interface FlowCounts {
  read: number;
  created: number;
  updated: number;
  linked: number;
  unchanged: number;
  skipped: number;
  conflicts: number;
  failed: number;
}

/** `stopped`: a limit was exceeded and nothing of the flow was written. */
export type FlowStatus = 'done' | 'incomplete' | 'skipped' | 'failed' | 'stopped';

/** The counts of a flow, in the order they are told. */
export const FLOW_COUNTS = [
  'read',
  'created',
  'updated',
  'linked',
  'unchanged',
  'skipped',
  'conflicts',
  'failed',
] as const satisfies readonly (keyof FlowCounts)[];

/** How many rows the audit of a run has with one action and one status. */
export interface DecisionCount {
  readonly action: string;
  readonly status: string;
  readonly count: number;
}

export interface FlowSummary extends FlowCounts {
  readonly store: string;
  readonly flow: string;
  readonly status: FlowStatus;
  /** Why the flow is not done, one sentence; empty otherwise. */
  readonly message: string;
  readonly durationMs: number;
  /** The rows of the flow in the audit; records that only stand as they did have none. */
  readonly decisions: readonly DecisionCount[];
}

export type RunStatus = 'done' | 'incomplete' | 'failed' | 'interrupted' | 'stopped';

export interface RunSummary {
  readonly runId: string;
  readonly store: string;
  readonly status: RunStatus;
  readonly exitCode: number;
  readonly dryRun: boolean;
  readonly flows: readonly FlowSummary[];
  readonly debts: { readonly total: number; readonly quarantine: number };
  readonly requests: { readonly woo: number; readonly odoo: number };
  /** The requests of the run by host, and how long their answers took. */
  readonly calls: readonly CallStats[];
  /** ISO, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

export function noCounts(): FlowCounts {
  return { read: 0, created: 0, updated: 0, linked: 0, unchanged: 0, skipped: 0, conflicts: 0, failed: 0 };
}
