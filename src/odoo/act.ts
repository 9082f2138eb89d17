/** Actions in bulk, isolating the records that Odoo refuses. */
import type { ActOutcome } from '../core/ports';
import { refusalText } from './errors';

/**
 * Calls an action on all ids at once. An action is one transaction: when Odoo
 * refuses it, nothing was done, and each half is tried alone, down to the
 * single record (observed: `action_confirm` on 50 orders of which one is
 * cancelled confirms none).
 */
export async function actInBulk(
  ids: readonly number[],
  run: (ids: readonly number[]) => Promise<unknown>,
): Promise<ActOutcome[]> {
  const outcomes = new Map<number, ActOutcome>();

  async function attempt(part: readonly number[]): Promise<void> {
    let result: unknown;
    try {
      result = await run(part);
    } catch (error) {
      const message = refusalText(error);
      if (message === undefined) {
        throw error;
      }
      const [only] = part;
      if (only !== undefined && part.length === 1) {
        outcomes.set(only, { ok: false, id: only, message });
        return;
      }
      const middle = Math.ceil(part.length / 2);
      await attempt(part.slice(0, middle));
      await attempt(part.slice(middle));
      return;
    }
    for (const id of part) {
      outcomes.set(id, { ok: true, id, result });
    }
  }

  const distinct = [...new Set(ids)];
  if (distinct.length > 0) {
    await attempt(distinct);
  }
  return ids.flatMap((id) => outcomes.get(id) ?? []);
}
