/** Actions in bulk, isolating the records that Odoo refuses. */
import type { ActOutcome } from '../core/ports';
import { halveUntilDone } from '../lib/halve';
import type { WriteParts } from './write-parts';

/**
 * Calls an action on all ids in parts of the present size. An action is one
 * transaction: when Odoo refuses it, nothing was done, and each half is tried
 * alone, down to the single record (observed: `action_confirm` on 50 orders of
 * which one is cancelled confirms none).
 */
export async function actInBulk(
  ids: readonly number[],
  parts: WriteParts,
  run: (ids: readonly number[]) => Promise<unknown>,
): Promise<ActOutcome[]> {
  const outcomes = new Map<number, ActOutcome>();

  async function attempt(part: readonly number[]): Promise<'done' | 'halve'> {
    try {
      const result = await run(part);
      parts.succeed(part.length);
      for (const id of part) {
        outcomes.set(id, { ok: true, id, result });
      }
    } catch (error) {
      const message = await parts.refusalOf(error, part.length);
      const [only] = part;
      if (only === undefined || part.length > 1) {
        return 'halve';
      }
      outcomes.set(only, { ok: false, id: only, message });
    }
    return 'done';
  }

  for (const part of parts.size.partsOf([...new Set(ids)])) {
    await halveUntilDone(part, attempt);
  }
  return ids.flatMap((id) => outcomes.get(id) ?? []);
}
