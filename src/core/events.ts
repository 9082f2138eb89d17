/** What a run tells its reporters. The core knows no reporter. */
import type { AuditRow } from './ports';

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

export interface FlowSummary extends FlowCounts {
  readonly store: string;
  readonly flow: string;
  readonly status: FlowStatus;
  /** Why the flow is not done, one sentence; empty otherwise. */
  readonly message: string;
  readonly durationMs: number;
}

export type RunStatus = 'done' | 'incomplete' | 'failed' | 'interrupted' | 'stopped';

export interface RunSummary {
  readonly runId: string;
  readonly status: RunStatus;
  readonly exitCode: number;
  readonly dryRun: boolean;
  readonly flows: readonly FlowSummary[];
  readonly debts: { readonly total: number; readonly quarantine: number };
  readonly requests: { readonly woo: number; readonly odoo: number };
  readonly durationMs: number;
}

export type RunEvent =
  | { readonly type: 'run-started'; readonly runId: string; readonly store: string; readonly dryRun: boolean }
  | { readonly type: 'flow-started'; readonly store: string; readonly flow: string }
  /** Records read so far, and how many are expected where the source said so. */
  | {
      readonly type: 'flow-progress';
      readonly store: string;
      readonly flow: string;
      readonly read: number;
      readonly expected: number | undefined;
    }
  /** Decisions that are durable now. */
  | { readonly type: 'decided'; readonly rows: readonly AuditRow[] }
  | { readonly type: 'notice'; readonly level: 'info' | 'warn'; readonly message: string }
  | { readonly type: 'flow-finished'; readonly summary: FlowSummary }
  | { readonly type: 'run-finished'; readonly summary: RunSummary };

export type Emit = (event: RunEvent) => void;

export function noCounts(): FlowCounts {
  return { read: 0, created: 0, updated: 0, linked: 0, unchanged: 0, skipped: 0, conflicts: 0, failed: 0 };
}
