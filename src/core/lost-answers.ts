/** What a page had begun to write when the answers were lost, so that its result can still be told as it was. */
import type { Change, Outcome, Plan } from './entity';
import { formatKey } from './keys';
import type { Link } from './ports';

const REMARK = { reason: 'answer-lost', message: 'the answer to the write was lost; it was looked up' };

/**
 * After a lost answer a page is planned anew. A record that was being created
 * then shows as an update, as equal already, or as unchanged: this keeps the
 * change that was begun, and says it again of a record that was written.
 */
export class LostAnswers {
  readonly #begun = new Map<string, Change>();
  #count = 0;

  /** Answers lost so far. */
  get count(): number {
    return this.#count;
  }

  /** Keeps the writes of a plan that was cut off; the first plan of a record counts. */
  add(plan: Plan): void {
    this.#count += 1;
    for (const change of plan.changes) {
      const isWrite = change.action === 'create' || change.action === 'update' || change.action === 'archive';
      if (isWrite && !this.#begun.has(formatKey(change.key))) {
        this.#begun.set(formatKey(change.key), change);
      }
    }
  }

  /**
   * The last plan and its outcomes, with the writes begun before it in place of what they turned into.
   * @param links of the records that are unchanged by now, by formatted key
   */
  complete(
    plan: Plan,
    outcomes: ReadonlyMap<string, Outcome>,
    links: ReadonlyMap<string, Link>,
  ): { plan: Plan; outcomes: ReadonlyMap<string, Outcome> } {
    if (this.#begun.size === 0) {
      return { plan, outcomes };
    }
    const completed = new Map(outcomes);
    const changes = plan.changes.map((change) => {
      const name = formatKey(change.key);
      const begun = this.#begun.get(name);
      const outcome = outcomes.get(name);
      const resolved = change.action === 'update' || change.action === 'link' || change.action === 'skip';
      if (begun === undefined || outcome === undefined || !resolved) {
        return change;
      }
      const changed = outcome.changes !== undefined && outcome.changes.length > 0;
      completed.set(name, {
        ...(outcome.status === 'done' ? REMARK : {}),
        ...outcome,
        changes: changed ? outcome.changes : begun.changes,
      });
      return { ...change, action: begun.action };
    });
    const done = plan.unchanged.flatMap((key) => this.#begun.get(formatKey(key)) ?? []);
    for (const { key, changes: begunChanges } of done) {
      const odooId = links.get(formatKey(key))?.odooId;
      completed.set(formatKey(key), { key, status: 'done', odooId, ...REMARK, changes: begunChanges });
    }
    return {
      plan: {
        ...plan,
        changes: [...changes, ...done],
        unchanged: plan.unchanged.filter((key) => !this.#begun.has(formatKey(key))),
      },
      outcomes: completed,
    };
  }
}
