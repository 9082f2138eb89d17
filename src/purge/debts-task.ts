import { dropOf } from '../core/drop-debts';
import type { Flow } from '../core/entity';
import { formatKey } from '../core/keys';
import type { Debt, State } from '../core/ports';
import { countOf } from '../lib/count-of';
import type { PurgePart, PurgeTask } from './purge-task';

/** Debts that are given up in one transaction. */
const CHUNK = 500;

export interface DebtsTaskOptions {
  readonly store: string;
  readonly flows: readonly Flow[];
  readonly now: () => Date;
}

/**
 * Gives up every debt in quarantine, by the rules of `wcodoo debts drop`. What
 * is tried again by itself, or waits for another record, stays owed: nobody has
 * decided anything about it.
 */
export function debtsTask(state: State, { store, flows, now }: DebtsTaskOptions): PurgeTask {
  const find = (): Promise<Debt[]> => state.debts.list(store, { state: 'quarantine' });
  return {
    plan: async () => partOf(await find()),
    async remove({ runId, onRemoved, onDecided }) {
      const debts = await find();
      for (let next = 0; next < debts.length; next += CHUNK) {
        const chunk = debts.slice(next, next + CHUNK);
        const links = await state.links.find(chunk.map(({ key }) => key));
        const unit = dropOf({ debts: chunk, links, flows, runId, now: now() });
        await state.commit(unit);
        onDecided(unit.audit);
        onRemoved(chunk.length);
      }
      return partOf(debts);
    },
  };
}

function partOf(debts: readonly Debt[]): PurgePart {
  return {
    kind: 'debts',
    count: debts.length,
    bytes: null,
    what: `${countOf(debts.length, 'debt')} in quarantine, to be given up`,
    names: debts.map(({ key, reason }) => `${formatKey(key)}: ${reason}`),
  };
}
