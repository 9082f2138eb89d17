import type { AuditRow } from './ports';
import type { DecisionCount } from './run-summary';

/** Counts audit rows by flow, action and status as they become durable. */
export class DecisionTally {
  readonly #counts = new Map<string, Map<string, DecisionCount>>();

  add(rows: readonly AuditRow[]): void {
    for (const { flow, action, status } of rows) {
      const counts = this.#counts.get(flow) ?? new Map<string, DecisionCount>();
      this.#counts.set(flow, counts);
      const name = `${action} ${status}`;
      counts.set(name, { action, status, count: (counts.get(name)?.count ?? 0) + 1 });
    }
  }

  /** Those of one flow, in the order in which they first occurred. */
  of(flow: string): DecisionCount[] {
    return [...(this.#counts.get(flow)?.values() ?? [])];
  }
}
