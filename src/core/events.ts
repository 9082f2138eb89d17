/** What a run tells its reporters. The core knows no reporter. */
import type { AuditRow } from './ports';
import type { FlowSummary, RunSummary } from './run-summary';

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
  | { readonly type: 'run-finished'; readonly summary: RunSummary }
  /** Instead of `run-finished`: the run could not begin, or had to end. */
  | {
      readonly type: 'run-failed';
      /** Undefined for a run that had not begun. */
      readonly runId: string | undefined;
      readonly store: string;
      readonly dryRun: boolean;
      readonly error: unknown;
      readonly exitCode: number;
    };

export type Emit = (event: RunEvent) => void;
