/** What a purge removes from the tables of the state. */
import { describeRows } from '../core/describe-rows';
import type { Purge, StoreRows } from '../core/ports';
import { countOf } from '../lib/count-of';
import type { PurgeTask, RemovalContext } from './purge-task';

/** The audit of runs that ended before a time. */
export function auditTask(purge: Purge, before: Date): PurgeTask {
  const time = before.toISOString();
  const partOf = (rows: number, runs: number) => ({
    kind: 'audit' as const,
    count: rows,
    bytes: null,
    what: `${countOf(rows, 'audit row')} of ${countOf(runs, 'run')} that ended before ${time}`,
  });
  return {
    async plan() {
      const { rows, runIds } = await purge.findAudit(time);
      return partOf(rows, runIds.length);
    },
    async remove(context) {
      const { runIds } = await purge.findAudit(time);
      return partOf(await drain(purge.removeAudit(runIds), context), runIds.length);
    },
  };
}

/**
 * The records of finished runs, once the audit has nothing of them.
 * @param isAuditPurged true when `auditTask` goes before it
 */
export function runsTask(purge: Purge, before: Date, isAuditPurged: boolean): PurgeTask {
  const time = before.toISOString();
  const partOf = (count: number) => ({
    kind: 'runs' as const,
    count,
    bytes: null,
    what: `${countOf(count, 'record')} of runs that ended before ${time} and have no audit any more`,
  });
  return {
    async plan() {
      const { runIds } = isAuditPurged ? await purge.findAudit(time) : { runIds: [] };
      return partOf((await purge.findRuns(time, runIds)).length);
    },
    async remove(context) {
      return partOf(await drain(purge.removeRuns(await purge.findRuns(time, [])), context));
    },
  };
}

/** Everything of one store. */
export function storeTask(purge: Purge, store: string): PurgeTask {
  return {
    async plan() {
      const found = (await purge.stores()).find((candidate) => candidate.store === store);
      const count = sumOf(found);
      return {
        kind: 'store',
        count,
        bytes: null,
        what: `store ${store}: ${describeRows(found?.rows ?? {}) || 'nothing'}`,
      };
    },
    async remove(context) {
      const count = await drain(purge.removeStore(store), context);
      return { kind: 'store', count, bytes: null, what: `store ${store}: ${countOf(count, 'row')}` };
    },
  };
}

/** Everything of every store, as if the state had been lost. */
export function everythingTask(purge: Purge): PurgeTask {
  return {
    async plan() {
      const stores = await purge.stores();
      const count = stores.reduce((sum, store) => sum + sumOf(store), 0);
      const each = stores.map((store) => `${store.store}: ${describeRows(store.rows)}`);
      return {
        kind: 'state',
        count,
        bytes: null,
        what: `the whole state: ${countOf(count, 'row')}`,
        names: each,
      };
    },
    async remove({ runId, onRemoved }) {
      const count = await purge.removeAll(runId);
      onRemoved(count);
      return { kind: 'state', count, bytes: null, what: `the whole state: ${countOf(count, 'row')}` };
    },
  };
}

function sumOf(found: StoreRows | undefined): number {
  return Object.values(found?.rows ?? {}).reduce((sum, count) => sum + count, 0);
}

async function drain(
  steps: AsyncIterable<number>,
  { onRemoved }: Pick<RemovalContext, 'onRemoved'>,
): Promise<number> {
  let removed = 0;
  for await (const count of steps) {
    removed += count;
    onRemoved(count);
  }
  return removed;
}
