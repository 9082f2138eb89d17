/** Plain values for the tests of the alerts. */
import type { Debt, RememberedAlert } from '../../../src/core/ports';
import {
  decideAlerts,
  type AlertDecision,
  type AlertRules,
} from '../../../src/reporters/alerts/decide-alerts';
import type { Problem } from '../../../src/reporters/alerts/problem';

export const HOUR_MS = 3_600_000;
export const START = new Date('2026-03-01T03:00:00Z');

export function problemOf(values: Partial<Problem> = {}): Problem {
  return {
    kind: 'failed',
    flow: 'orders',
    reason: '',
    occurrences: 1,
    what: 'Something happened.',
    todo: 'Mend it.',
    records: [],
    ...values,
  };
}

export function debtOf(id: string, values: Partial<Debt> = {}): Debt {
  return {
    key: { store: 'shop', entity: 'order', id },
    flow: 'orders',
    state: 'quarantine',
    reason: 'total-mismatch',
    message: 'Odoo computes 12.01, the shop says 12.00',
    attempts: 1,
    waitingFor: null,
    origin: null,
    businessKey: `#${id}`,
    firstAt: '2026-03-01T03:00:00.000Z',
    nextAt: '2026-03-01T04:00:00.000Z',
    configHash: 'c',
    ...values,
  };
}

export interface RunToDecide {
  /** After the first run. */
  readonly atMs?: number;
  readonly problems: readonly Problem[];
  readonly isOver?: boolean;
  readonly arrives?: boolean;
}

/** Decides for one run after the other, each with the memory of those before it. */
export function tellRuns(
  runs: readonly RunToDecide[],
  rules: Partial<AlertRules> = {},
  onMemory: (alerts: readonly RememberedAlert[]) => void = () => undefined,
): AlertDecision[] {
  let memory: readonly RememberedAlert[] = [];
  return runs.map(({ atMs = 0, problems, isOver = true, arrives = true }) => {
    const decision = decideAlerts(problems, memory, () => isOver, {
      store: 'shop',
      channel: 'mail',
      now: new Date(START.getTime() + atMs),
      quietMs: 6 * HOUR_MS,
      incompleteRuns: 3,
      ...rules,
    });
    memory = arrives ? decision.afterSending : decision.afterFailing;
    onMemory(memory);
    return decision;
  });
}
